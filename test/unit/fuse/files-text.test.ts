import { describe, expect, it } from 'vitest';
import * as fuse from './fuse-request.js';
import { words } from './fuse-struct.js';
import { KernelSide } from './kernel-side.js';
import { connect, ServedDevice } from './served-device.js';
import { readTable, readText } from './served-text.js';

/** Two open files, in domains 0 and 7, with a channel between them. */
function pair() {
  const kernel = new KernelSide();
  kernel.names.set(100, 'back');
  kernel.names.set(200, 'front');
  const back = new ServedDevice(kernel, 0, { pid: 100 });
  const front = new ServedDevice(kernel, 7, { pid: 200 });
  const { port: backPort, otherPort: frontPort } = connect(back, 0, front, 7);
  return { kernel, back, front, backPort, frontPort };
}

describe('files', () => {
  it('is its heading alone while nobody has the device open', () => {
    const kernel = new KernelSide();
    expect(readText(kernel, '0/files')).toBe(
      'file  process  uid  ports  unread  ring  overflow  reading  polled  restricted\n',
    );
  });

  it('shows the files of its own domain and no other, with who opened them', () => {
    const { kernel } = pair();
    expect(readTable(kernel, '0/files').slice(1)).toEqual([
      ['1', '100 back', '0', '1', '0', '64', 'no', '0', 'no', '-'],
    ]);
    expect(readTable(kernel, '7/files').slice(1)).toEqual([
      ['2', '200 front', '0', '1', '0', '64', 'no', '0', 'no', '-'],
    ]);
  });

  it('shows ports, unread events, readers, pollers and the restriction as they are', () => {
    const { kernel, back, front, frontPort } = pair();
    const row = () => readTable(kernel, '0/files')[1]!.slice(3);
    const reads = [back.startRead(), back.startRead()];
    back.poll(true);
    expect(row()).toEqual(['1', '0', '64', 'no', '2', 'yes', '-']);
    for (const unique of reads) kernel.send(fuse.interrupt(unique));
    front.notify(frontPort);
    back.bindUnbound(7);
    expect(row()).toEqual(['2', '1', '64', 'no', '0', 'no', '-']);
    back.ioctl(0x24506, words(7));
    expect(row()).toEqual(['2', '1', '64', 'no', '0', 'no', '7']);
  });

  it('shows a ring that overflowed, until it is reset', () => {
    const kernel = new KernelSide();
    const device = new ServedDevice(kernel, 0);
    const idle = new ServedDevice(kernel, 0);
    const ends = Array.from({ length: 64 }, () => device.bindInterdomain(0, idle.bindUnbound(0)));
    device.ioctl(0x44503, words(ends[0]!));
    device.bindInterdomain(0, idle.bindUnbound(0));
    const row = () => readTable(kernel, '0/files')[1]!.slice(3, 7);
    expect(row()).toEqual(['64', '64', '64', 'yes']);
    device.ioctlAt(0x4505, 0n);
    expect(row()).toEqual(['64', '0', '64', 'no']);
  });

  it('shows names of programs so that they can do no harm to a terminal or to the columns', () => {
    const kernel = new KernelSide();
    kernel.names.set(5, 'my  prog\x1b[2J\n\xe9');
    kernel.names.set(6, '');
    new ServedDevice(kernel, 0, { pid: 5 });
    new ServedDevice(kernel, 0, { pid: 6 });
    const rows = readTable(kernel, '0/files').slice(1);
    expect(rows.map((row) => row[1])).toEqual(['5 my??prog?[2J??', '6']);
  });

  it('shows what is closed no more', () => {
    const { kernel, back } = pair();
    back.release();
    expect(readTable(kernel, '0/files')).toHaveLength(1);
    expect(readTable(kernel, '7/files')).toHaveLength(2);
  });
});
