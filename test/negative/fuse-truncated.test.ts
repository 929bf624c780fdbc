/**
 * Requests that are cut off: every kind, after every byte, with a header that admits it and with one that does not. Each is
 * refused whole, or has no reply where FUSE has none; nothing changes, and the session goes on.
 */
import { describe, expect, it } from 'vitest';
import * as fuse from '../unit/fuse/fuse-request.js';
import { FUSE_CASES, REFUSED } from './fuse-requests.js';
import { FuseWorld, proveAlive } from './fuse-world.js';

const EIO = -5;
/** What stands in the buffer behind a request: bytes that are no end of a name, ends of names, and large numbers. */
const LEFT_OVER = [0xa5, 0, 0xff];

describe('a request that is cut off', () => {
  for (const each of FUSE_CASES) {
    const { name, make, silent = false, bodiless = false, whenCut = REFUSED } = each;
    it(`${name}: admitted by its header`, () => {
      const world = new FuseWorld();
      const { kernel } = world;
      const { body, ...rest } = make(world);
      const before = world.state();
      for (const leftOver of LEFT_OVER) {
        kernel.leftOver = leftOver;
        for (let length = 0; length < body.length; length++) {
          const cut = { ...rest, body: body.subarray(0, length) };
          const unique = kernel.send(cut);
          const [answer, ...others] = kernel.messages();
          expect(others).toEqual([]);
          expect({ length, unique: answer?.unique }).toEqual({
            length,
            unique: silent ? undefined : unique,
          });
          if (!silent) expect(bodiless ? [0] : whenCut).toContain(answer!.error);
          expect(world.state()).toEqual(before);
        }
      }
      proveAlive(kernel);
    });

    it(`${name}: denied by its header`, () => {
      const world = new FuseWorld();
      const { kernel } = world;
      const whole = fuse.requestBytes(make(world), 0x5000_0001n);
      const before = world.state();
      for (let length = 0; length < whole.length; length++) {
        expect(kernel.feed(whole.subarray(0, length))).toBe(length >= 40);
        const messages = kernel.messages().map(({ unique, error }) => ({ unique, error }));
        expect(messages).toEqual(
          silent || length < 40 ? [] : [{ unique: 0x5000_0001n, error: EIO }],
        );
        expect(world.state()).toEqual(before);
      }
      proveAlive(kernel);
    });
  }
});

describe('a request that is longer than it says', () => {
  for (const { name, make, silent = false } of FUSE_CASES) {
    it(`${name}`, () => {
      const world = new FuseWorld();
      const { kernel } = world;
      const whole = fuse.requestBytes(make(world), 0x5000_0001n);
      const before = world.state();
      const room = kernel.session.request.bytes.length - whole.length;
      for (const more of [1, 2, 4, 8, 100, room]) {
        const bytes = new Uint8Array(whole.length + more);
        bytes.set(whole);
        kernel.feed(bytes);
        expect(kernel.messages().map(({ error }) => error)).toEqual(silent ? [] : [EIO]);
      }
      expect(world.state()).toEqual(before);
      proveAlive(kernel);
    });
  }
});

describe('bytes that are no request', () => {
  for (const byte of [0, 1, 0x7f, 0x80, 0xff]) {
    it(`all ${byte.toString(16)}, in every length`, () => {
      const world = new FuseWorld();
      const { kernel } = world;
      const before = world.state();
      const { length: room } = kernel.session.request.bytes;
      for (let length = 0; length <= room; length += length < 200 ? 1 : 997) {
        kernel.feed(new Uint8Array(length).fill(byte));
        const errors = kernel.messages().map(({ error }) => error);
        expect(errors).toEqual(length < 40 ? [] : [EIO]);
      }
      expect(world.state()).toEqual(before);
      proveAlive(kernel);
    });
  }
});
