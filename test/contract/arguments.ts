import { describe, expect, it } from 'vitest';
import { DOMID_SELF, type Evtchn } from 'xen-evtchn';
import { arrived, type Programs } from './programs.js';

/** A call with arguments that no type would let through. */
type Call = (handle: Evtchn, value: never) => unknown;

/** Each call by an argument of 32 bits, and of 16. */
const WORDS: readonly (readonly [string, Call])[] = [
  ['bindInterdomain, port', (handle, value) => handle.bindInterdomain(DOMID_SELF, value)],
  ['bindVirq', (handle, value) => handle.bindVirq(value)],
  ['bindStatic', (handle, value) => handle.bindStatic(value)],
  ['unbind', (handle, value) => handle.unbind(value)],
  ['notify', (handle, value) => handle.notify(value)],
  ['channel', (handle, value) => handle.channel(value)],
];
const DOMIDS: readonly (readonly [string, Call])[] = [
  ['bindUnboundPort', (handle, value) => handle.bindUnboundPort(value)],
  ['bindInterdomain, domain', (handle, value) => handle.bindInterdomain(value, 1)],
  ['restrict', (handle, value) => handle.restrict(value)],
];

/** What is no number at all. */
const NO_NUMBERS: readonly unknown[] = ['1', undefined, null, {}, 1n, true];
/** What is a number, and not one of 16 or 32 bits. */
const NO_WORDS: readonly number[] = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32];

/** Arguments that are refused before the device is asked. */
export function argumentsOfCalls(programs: Programs): void {
  const wrongType = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  const outOfRange = expect.objectContaining({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' });

  /** The call throws that, on a handle that is open and on one that is closed, which no device could be asked by. */
  function refuses(call: Call, value: unknown, error: unknown): void {
    const closed = programs.open();
    closed.close();
    for (const handle of [programs.open(), closed]) {
      expect(() => call(handle, value as never), `${value}`).toThrow(error as Error);
    }
  }

  describe('a number', () => {
    it.each([...WORDS, ...DOMIDS])('of %s must be one', (_name, call) => {
      for (const value of NO_NUMBERS) refuses(call, value, wrongType);
    });

    it.each([...WORDS, ...DOMIDS])('of %s must be whole, and in its range', (_name, call) => {
      for (const value of NO_WORDS) refuses(call, value, outOfRange);
    });

    it.each(DOMIDS)('of %s must have 16 bits', (_name, call) => {
      refuses(call, 0x10000, outOfRange);
    });

    it('of read must be of ports that a call takes', () => {
      for (const value of [0, 1025, -1, 1.5]) {
        refuses((handle, max) => handle.read(max), value, outOfRange);
      }
      refuses((handle, max) => handle.read(max), '1', wrongType);
    });
  });

  describe('ports', () => {
    it('to unmask are refused as a whole', async () => {
      const { back, front, local, remote } = await programs.pair();
      front.notify(local);
      await arrived(back);
      back.read();
      front.notify(local);
      const [bad, none] = [[remote, -1], [remote, '1'] as unknown as number[]];
      expect(() => back.unmask(bad)).toThrow(outOfRange);
      expect(() => back.unmask(none)).toThrow(wrongType);
      expect(back.read()).toEqual([]);
      back.unmask([remote]);
      expect(await back.pending()).toBe(remote);
    });

    it.each([['1'], [undefined], [null], [{}], [new Set([1])]])('cannot be %s', (value) => {
      expect(() => programs.open().unmask(value as never)).toThrow(wrongType);
    });

    it('are read into a Uint32Array only, and nothing is consumed for another', async () => {
      const { back, front, local, remote } = await programs.pair();
      front.notify(local);
      await arrived(back);
      for (const value of [[0, 0], new Int32Array(2), undefined, 2]) {
        expect(() => back.readInto(value as never)).toThrow(wrongType);
      }
      expect(back.read()).toEqual([remote]);
    });
  });

  describe('options', () => {
    it('of pending must be an object, with a signal', async () => {
      const { back, front, local, remote } = await programs.pair();
      front.notify(local);
      await arrived(back);
      for (const value of [null, 'signal', [], { signal: 'abort' }, { signal: {} }]) {
        await expect(back.pending(value as never)).rejects.toEqual(wrongType);
      }
      expect(back.tryPending()).toBe(remote);
    });

    it('of a channel’s wait likewise, and its count is from 0 up', async () => {
      const { back, remote } = await programs.pair();
      const channel = back.channel(remote);
      for (const value of [null, { signal: 1 }]) {
        await expect(channel.after(0, value as never)).rejects.toEqual(wrongType);
      }
      for (const value of ['0', undefined, null]) {
        await expect(channel.after(value as never)).rejects.toEqual(wrongType);
      }
      for (const value of [-1, 0.5, Number.NaN]) {
        await expect(channel.after(value)).rejects.toEqual(outOfRange);
      }
    });

    it('to open with must have a signal, if any', () => {
      for (const signal of ['abort', {}, null, 1]) {
        expect(() => programs.open({ signal: signal as never })).toThrow(wrongType);
      }
    });
  });
}
