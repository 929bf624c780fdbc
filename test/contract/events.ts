import { describe, expect, it } from 'vitest';
import { DOMID_SELF, POLLIN, POLLOUT } from 'xen-evtchn';
import { arrived, type Loopback, type Programs } from './programs.js';

/** Ports of the handle that connected, and of the one that it connected to. */
const locals = (joined: readonly Loopback[]) => joined.map(({ local }) => local);
const remotes = (joined: readonly Loopback[]) => joined.map(({ remote }) => remote);

/** Sending, masking, unmasking, and reading without waiting. */
export function events(programs: Programs): void {
  describe('an event', () => {
    it('comes on the port at the other end, both ways, and on no other', async () => {
      const { back, front, joined } = await programs.channels(2);
      const { local, remote } = joined[1]!;
      front.notify(local);
      await arrived(back);
      expect(back.read()).toEqual([remote]);
      expect(front.read()).toEqual([]);
      back.notify(remote);
      await arrived(front);
      expect(front.read()).toEqual([local]);
      expect(back.read()).toEqual([]);
    });

    it('merges with one that is unread', async () => {
      const { back, front, local, remote } = await programs.pair();
      for (let i = 0; i < 3; i++) front.notify(local);
      await arrived(back);
      expect(back.read()).toEqual([remote]);
      expect(back.tryPending()).toBeUndefined();
    });

    it('that was read masks its port; those that come meanwhile are one, when it is unmasked', async () => {
      const { back, front, local, remote } = await programs.pair();
      front.notify(local);
      await arrived(back);
      expect(back.tryPending()).toBe(remote);
      for (let i = 0; i < 3; i++) front.notify(local);
      expect(back.tryPending()).toBeUndefined();
      back.unmask(remote);
      await arrived(back);
      expect(back.read()).toEqual([remote]);
      back.unmask(remote);
      expect(back.read()).toEqual([]);
    });

    it('to a port that nobody is connected to is lost, without an error', () => {
      const handle = programs.open();
      const port = handle.bindUnboundPort(DOMID_SELF);
      expect(handle.notify(port)).toBeUndefined();
      expect(handle.tryPending()).toBeUndefined();
    });
  });

  describe('unmask', () => {
    it.each<[string, (ports: readonly number[]) => readonly number[] | Uint32Array]>([
      ['an array', (ports) => ports],
      ['a Uint32Array', (ports) => Uint32Array.from(ports)],
    ])('lets the ports of %s have events again', async (_how, list) => {
      const { back, front, joined } = await programs.channels(3);
      for (const local of locals(joined)) front.notify(local);
      await arrived(back);
      back.read();
      for (const local of locals(joined)) front.notify(local);
      expect(back.read()).toEqual([]);
      back.unmask(list(remotes(joined).slice(0, 2)));
      await arrived(back);
      expect(back.read()).toEqual(remotes(joined).slice(0, 2));
      back.unmask(remotes(joined)[2]!);
      await arrived(back);
      expect(back.read()).toEqual([remotes(joined)[2]]);
    });

    it('ignores ports that are not masked, or not the handle’s', async () => {
      const { back, front, local, remote } = await programs.pair();
      back.unmask([]);
      back.unmask([remote, local, 0, 0xffffffff]);
      back.unmask(0xffffffff);
      front.unmask(remote);
      front.notify(local);
      await arrived(back);
      expect(back.read()).toEqual([remote]);
    });

    it('of more ports than a call of the device takes leaves none out', async () => {
      const { back, front, local, remote } = await programs.pair();
      front.notify(local);
      await arrived(back);
      back.read();
      front.notify(local);
      for (const at of [1023, 1024, 2499]) {
        const ports = new Array<number>(2500).fill(0);
        ports[at] = remote;
        back.unmask(ports);
        await arrived(back);
        expect(back.read()).toEqual([remote]);
        front.notify(local);
      }
    });
  });

  describe('reading', () => {
    /** A handle that has an event on each of so many ports. */
    async function ready(count: number) {
      const { back, front, joined } = await programs.channels(count);
      for (const { local } of joined) {
        front.notify(local);
        await arrived(back);
      }
      return { handle: back, ports: remotes(joined) };
    }

    it('one takes the oldest', async () => {
      const { handle, ports } = await ready(3);
      const taken = [1, 2, 3, 4].map(() => handle.tryPending());
      expect(taken).toEqual([...ports, undefined]);
    });

    it('several takes the oldest first, at most as many as asked for', async () => {
      const { handle, ports } = await ready(5);
      expect(handle.read(2)).toEqual(ports.slice(0, 2));
      expect(handle.read(1)).toEqual(ports.slice(2, 3));
      expect(handle.read(1024)).toEqual(ports.slice(3));
      expect(handle.read()).toEqual([]);
    });

    it('into an array fills its beginning, and no more', async () => {
      const { handle, ports } = await ready(5);
      const into = new Uint32Array(4).fill(99);
      expect(handle.readInto(into.subarray(0, 3))).toBe(3);
      expect([...into]).toEqual([...ports.slice(0, 3), 99]);
      expect(handle.readInto(into)).toBe(2);
      expect([...into]).toEqual([ports[3], ports[4], ports[2], 99]);
      expect(handle.readInto(into)).toBe(0);
    });

    it('into an array without room takes nothing', async () => {
      const { handle, ports } = await ready(1);
      expect(handle.readInto(new Uint32Array(0))).toBe(0);
      expect(handle.read()).toEqual(ports);
    });

    it('is possible while poll says so', async () => {
      const { handle } = await ready(2);
      const bits = () => handle.poll() & (POLLIN | POLLOUT);
      expect(bits()).toBe(POLLIN | POLLOUT);
      handle.tryPending();
      expect(bits()).toBe(POLLIN | POLLOUT);
      handle.tryPending();
      expect(bits()).toBe(POLLOUT);
    });
  });
}
