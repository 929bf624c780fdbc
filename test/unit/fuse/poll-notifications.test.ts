import { describe, expect, it } from 'vitest';
import * as fuse from './fuse-request.js';
import { KernelSide, type Message } from './kernel-side.js';
import { connect, RESET, ServedDevice, walk } from './served-device.js';

/** Poll bits of Linux. */
const POLLIN = 0x1;
const POLLOUT = 0x4;
const POLLRDNORM = 0x40;
const POLLWRNORM = 0x100;
const READABLE = POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
const WRITABLE = POLLOUT | POLLWRNORM;

/** Two open files, in domains 0 and 7, with a channel between them. */
function pair() {
  const kernel = new KernelSide();
  const back = new ServedDevice(kernel, 0, { pid: 100 });
  const front = new ServedDevice(kernel, 7, { pid: 200 });
  const { port: backPort, otherPort: frontPort } = connect(back, 0, front, 7);
  return { kernel, back, front, backPort, frontPort };
}

/** Whom notifications woke, by `kh`. */
function woken(messages: readonly Message[]): bigint[] {
  return messages.map((message) => {
    expect(message).toMatchObject({ unique: 0n, error: 1 });
    return message.as('notify_poll_wakeup_out').kh;
  });
}

describe('POLL', () => {
  it('says what holds now', () => {
    const { kernel, back, front, frontPort, backPort } = pair();
    expect(back.poll()).toBe(WRITABLE);
    front.notify(frontPort);
    expect(back.poll()).toBe(READABLE);
    back.read();
    expect(back.poll()).toBe(WRITABLE);
    back.write(backPort);
    expect(back.poll()).toBe(WRITABLE);
    expect(kernel.messages()).toEqual([]);
  });

  it('of a text is readable, always', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '0/channels');
    kernel.succeed(
      fuse.release({ node, fh: kernel.succeed(fuse.open(node, 0)).as('open_out').fh }),
    );
    const { fh } = kernel.succeed(fuse.open(node, 0)).as('open_out');
    for (const wait of [false, true]) {
      const { revents } = kernel.succeed(fuse.poll({ node, fh }, 7n, wait)).as('poll_out');
      expect(revents).toBe(POLLIN | POLLRDNORM);
    }
    kernel.succeed(fuse.release({ node, fh }));
    expect(kernel.ask(fuse.poll({ node, fh }, 7n, true)).error).toBe(-9);
  });
});

describe('a notification', () => {
  it('comes with the event, before the answer to the call that raised it', () => {
    const { kernel, back, front, frontPort } = pair();
    expect(back.poll(true)).toBe(WRITABLE);
    expect(kernel.messages()).toEqual([]);
    expect(front.notify(frontPort)).toBe(0);
    expect(woken(kernel.messages())).toEqual([back.kh]);
    expect(back.poll()).toBe(READABLE);
  });

  it('comes once: the kernel asks again if somebody still waits', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    for (let i = 0; i < 3; i++) {
      back.poll(true);
      // Asked twice, as by two threads, is asked.
      back.poll(true);
      front.notify(frontPort);
      expect(woken(kernel.messages())).toEqual([back.kh]);
      back.read();
      back.write(backPort);
      front.notify(frontPort);
      expect(kernel.messages()).toEqual([]);
      back.read();
      back.write(backPort);
    }
  });

  it('comes to nobody who did not ask', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    back.poll(false);
    for (let i = 0; i < 3; i++) {
      front.notify(frontPort);
      back.read();
      back.write(backPort);
    }
    expect(kernel.messages()).toEqual([]);
  });

  it('is still to come after a POLL that does not ask', () => {
    const { kernel, back, front, frontPort } = pair();
    back.poll(true);
    back.poll(false);
    front.notify(frontPort);
    expect(woken(kernel.messages())).toEqual([back.kh]);
  });

  it('comes for the first event and not for those behind it', () => {
    const { kernel, back, front, frontPort } = pair();
    const second = connect(back, 0, front, 7);
    front.notify(frontPort);
    // Edge-triggered: somebody waits though there is something to read.
    expect(back.poll(true)).toBe(READABLE);
    front.notify(second.otherPort);
    expect(kernel.messages()).toEqual([]);
    expect(back.read()).toHaveLength(2);
    back.write(second.port);
    front.notify(second.otherPort);
    expect(woken(kernel.messages())).toEqual([back.kh]);
  });

  it('does not come for an overflow, as on the device, which RESET then clears', () => {
    const kernel = new KernelSide();
    const device = new ServedDevice(kernel, 0);
    const idle = new ServedDevice(kernel, 0);
    const ends = Array.from({ length: 64 }, () => device.bindInterdomain(0, idle.bindUnbound(0)));
    device.ioctl(0x44503, new Uint8Array(Uint32Array.of(ends[0]!).buffer));
    expect(device.poll(true)).toBe(READABLE);
    device.bindInterdomain(0, idle.bindUnbound(0));
    expect(kernel.messages()).toEqual([]);
    expect(device.poll()).toBe(8);
    device.ioctlAt(RESET, 0n);
    expect(device.poll()).toBe(WRITABLE);
    device.bindInterdomain(0, idle.bindUnbound(0));
    expect(woken(kernel.messages())).toEqual([device.kh]);
  });

  it('names the file by all 64 bits the kernel gave, those of the POLL that asked last', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    for (const kh of [1n, 0xffff_ffffn, 1n << 32n, 0x8000_0000_0000_0000n, (1n << 64n) - 1n]) {
      kernel.succeed(fuse.poll(back, 12n, true));
      kernel.succeed(fuse.poll(back, kh, true));
      kernel.succeed(fuse.poll(back, 13n, false));
      front.notify(frontPort);
      expect(woken(kernel.messages())).toEqual([kh]);
      back.read();
      back.write(backPort);
    }
  });

  it('comes beside the answer to a read that waits, and says no more than: look again', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    back.poll(true);
    const read = back.startRead();
    front.notify(frontPort);
    const [answer, notification] = kernel.messages();
    expect(answer).toMatchObject({ unique: read, words: [backPort] });
    expect(woken([notification!])).toEqual([back.kh]);
    expect(back.poll()).toBe(WRITABLE);
  });

  it('comes to each of several files', () => {
    const { kernel, back, front, frontPort, backPort } = pair();
    const third = new ServedDevice(kernel, 7);
    const { port, otherPort } = connect(third, 7, back, 0);
    front.notify(frontPort);
    back.read();
    for (const device of [front, third, back]) device.poll(true);
    back.notify(otherPort);
    back.notify(backPort);
    expect(woken(kernel.messages())).toEqual([third.kh, front.kh]);
    expect(third.read()).toEqual([port]);
    expect(front.read()).toEqual([frontPort]);
    back.write(backPort);
    third.notify(port);
    expect(woken(kernel.messages())).toEqual([back.kh]);
  });
});
