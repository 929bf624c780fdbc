import { describe, expect, it } from 'vitest';
import { ROOT } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { words } from './fuse-struct.js';
import { KernelSide } from './kernel-side.js';
import { connect, NOTIFY, O_NONBLOCK, ServedDevice, walk } from './served-device.js';

const ENOENT = -2;
const ENODEV = -19;
const POLLERR_HUP = 0x18;
const WRITABLE = 0x104;

/** Two open files, in domains 0 and 7, with a channel between them. */
function pair() {
  const kernel = new KernelSide();
  const back = new ServedDevice(kernel, 0, { pid: 100 });
  const front = new ServedDevice(kernel, 7, { pid: 200 });
  const { port: backPort, otherPort: frontPort } = connect(back, 0, front, 7);
  return { kernel, back, front, backPort, frontPort };
}

describe('RMDIR of a domain that is used', () => {
  it('answers every read that waits with ENODEV and wakes pollers, before it is answered', () => {
    const { kernel, back, front } = pair();
    const other = new ServedDevice(kernel, 7);
    const reads = [front.startRead(), front.startRead(4), other.startRead()];
    const stays = back.startRead();
    front.poll(true);
    other.poll(true);
    const rmdir = kernel.send(fuse.rmdir(ROOT, '7'));
    const messages = kernel.messages();
    const errors = messages.map(({ unique, error }) => [unique, error]);
    expect(errors).toEqual([
      [reads[0], ENODEV],
      [reads[1], ENODEV],
      [0n, 1],
      [reads[2], ENODEV],
      [0n, 1],
      [rmdir, 0],
    ]);
    expect(messages[2]!.as('notify_poll_wakeup_out').kh).toBe(front.kh);
    expect(messages[4]!.as('notify_poll_wakeup_out').kh).toBe(other.kh);
    expect(kernel.waiting).toEqual([stays]);
    for (const device of [front, other]) expect(device.poll(true)).toBe(POLLERR_HUP);
  });

  it('has every later call on its files answer ENODEV, whatever the flags', () => {
    const { kernel, front, frontPort } = pair();
    kernel.succeed(fuse.rmdir(ROOT, '7'));
    for (const flags of [2, 2 | O_NONBLOCK]) {
      front.flags = flags;
      expect(front.read()).toBe(ENODEV);
      expect(front.write(frontPort)).toBe(ENODEV);
      expect(front.ioctl(NOTIFY, words(frontPort))).toBe(ENODEV);
      expect(front.bindUnbound(0)).toBe(ENODEV);
      expect(front.ioctlAt(0x4505, 0n)).toBe(ENODEV);
      expect(front.poll()).toBe(POLLERR_HUP);
    }
    expect(kernel.messages()).toEqual([]);
    front.release();
    expect([...kernel.session.devices.open()]).toHaveLength(1);
  });

  it('shows to the other side as a peer that closed: its port is unbound, and nobody is told', () => {
    const { kernel, back, backPort } = pair();
    back.poll(true);
    kernel.succeed(fuse.rmdir(ROOT, '7'));
    expect(kernel.messages()).toEqual([]);
    expect(back.poll()).toBe(WRITABLE);
    const node = walk(kernel, '0/channels');
    const { fh } = kernel.succeed(fuse.open(node, 0)).as('open_out');
    const lines = kernel.succeed(fuse.read({ node, fh }, 65536)).text.split('\n');
    const line = lines.find((each) => each.trimStart().startsWith(`${backPort} `));
    expect(line).toMatch(/^ *\d+ +unbound +7 /);
    // Sending on it does nothing, as on the device.
    expect(back.notify(backPort)).toBe(0);
    // A new domain of that number can connect to it.
    kernel.succeed(fuse.mkdir(ROOT, '7'));
    const again = new ServedDevice(kernel, 7);
    const port = again.bindInterdomain(0, backPort);
    expect(port).toBeGreaterThan(0);
    expect(again.notify(port)).toBe(0);
    expect(back.read()).toEqual([backPort]);
  });

  it('takes its folder and files away, also where the kernel knows them', () => {
    const { kernel, front } = pair();
    const folder = walk(kernel, '7');
    const channels = walk(kernel, '7/channels');
    const text = kernel.succeed(fuse.open(channels, 0)).as('open_out').fh;
    kernel.succeed(fuse.rmdir(ROOT, '7'));
    expect(kernel.ask(fuse.lookup(ROOT, '7')).error).toBe(ENOENT);
    expect(kernel.ask(fuse.lookup(folder, 'evtchn')).error).toBe(ENOENT);
    expect(kernel.ask(fuse.open(front.node, 2)).error).toBe(ENOENT);
    expect(kernel.ask(fuse.open(channels, 0)).error).toBe(ENOENT);
    // As of an unlinked file: what is known of it can be asked, and no link is left.
    for (const node of [folder, front.node, channels]) {
      expect(kernel.succeed(fuse.getattr(node)).as('attr_out')).toMatchObject({ nlink: 0 });
    }
    // A text that is open shows what it showed.
    const { text: lines } = kernel.succeed(fuse.read({ node: channels, fh: text }, 4096));
    expect(lines).toContain('interdomain');
  });

  it('gives a new domain of that number nodes of its own, and its files nothing of the old', () => {
    const { kernel, front } = pair();
    const before = walk(kernel, '7');
    const read = front.startRead();
    kernel.succeed(fuse.rmdir(ROOT, '7'));
    expect(kernel.messages()).toMatchObject([{ unique: read, error: ENODEV }]);
    kernel.succeed(fuse.mkdir(ROOT, '7'));
    const after = new ServedDevice(kernel, 7);
    expect(walk(kernel, '7')).not.toBe(before);
    expect(after.node).not.toBe(front.node);
    expect(after.bindUnbound(0)).toBeGreaterThan(0);
    expect(front.read()).toBe(ENODEV);
    const text = walk(kernel, '7/files');
    const { fh } = kernel.succeed(fuse.open(text, 0)).as('open_out');
    const lines = kernel
      .succeed(fuse.read({ node: text, fh }, 4096))
      .text.trimEnd()
      .split('\n');
    expect(lines).toHaveLength(2);
  });
});
