import { describe, expect, it } from 'vitest';
import { TraceDecoder } from '../../../src/trace-stream/trace-decoder.js';
import { FOPEN } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { KernelSide } from './kernel-side.js';
import { echo, O_RDONLY, OpenTreeFile } from './open-tree-file.js';
import { ServedDevice, walk } from './served-device.js';

const EBADF = -9;
const EACCES = -13;
const EINVAL = -22;
const POLLIN_POLLRDNORM = 0x41;

/** What has come into a trace since the last look, as types. */
function types(trace: OpenTreeFile, decoder: TraceDecoder, size = 65536): string[] {
  const found: string[] = [];
  for (;;) {
    const bytes = trace.read(size);
    if (typeof bytes === 'number') throw new Error(`read answered ${bytes}`);
    if (bytes.length === 0) return found;
    for (const { records, dropped } of decoder.decode(bytes)) {
      if (dropped > 0) found.push(`${dropped} dropped`);
      found.push(...records.map(({ type }) => type));
    }
  }
}

describe('the trace of a host', () => {
  it('has no position, and is always readable, as what may grow at any time', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, 'trace');
    const { open_flags } = kernel.succeed(fuse.open(node, O_RDONLY)).as('open_out');
    expect(open_flags).toBe(FOPEN.DIRECT_IO | FOPEN.NONSEEKABLE | FOPEN.STREAM | FOPEN.NOFLUSH);
    expect(new OpenTreeFile(kernel, 'trace', O_RDONLY).poll()).toBe(POLLIN_POLLRDNORM);
  });

  it('is on while somebody has it open', () => {
    const kernel = new KernelSide();
    expect(kernel.trace.readerCount).toBe(0);
    const first = new OpenTreeFile(kernel, 'trace', O_RDONLY);
    const second = new OpenTreeFile(kernel, 'trace', O_RDONLY);
    expect(kernel.trace.readerCount).toBe(2);
    first.release();
    expect(kernel.trace.readerCount).toBe(1);
    second.release();
    expect(kernel.trace.readerCount).toBe(0);
    // What would be written now is nobody's.
    new ServedDevice(kernel, 0);
    const third = new OpenTreeFile(kernel, 'trace', O_RDONLY);
    expect(types(third, new TraceDecoder())).toEqual([]);
  });

  it('gives each reader what happened since it opened it, wherever it says that it reads', () => {
    const kernel = new KernelSide();
    const first = new OpenTreeFile(kernel, 'trace', O_RDONLY);
    const device = new ServedDevice(kernel, 0);
    const second = new OpenTreeFile(kernel, 'trace', O_RDONLY);
    device.bindUnbound(7);
    const decoders = [new TraceDecoder(), new TraceDecoder()] as const;
    const bind = ['channel-open', 'hypercall', 'bind', 'ioctl'];
    expect(types(first, decoders[0], 40)).toEqual(['open', ...bind]);
    expect(types(second, decoders[1], 4096)).toEqual(bind);
    expect(types(first, decoders[0])).toEqual([]);
    device.release();
    const { length } = first.read(65536, 12345) as Uint8Array;
    expect(length % 40).toBe(0);
    expect(length).toBeGreaterThan(0);
  });

  it('tells of what is done by hand', () => {
    const kernel = new KernelSide();
    const trace = new OpenTreeFile(kernel, 'trace', O_RDONLY);
    const decoder = new TraceDecoder();
    echo(kernel, '4', '0/notify');
    echo(kernel, '0', '0/virq');
    echo(kernel, '99', '0/virq');
    expect(types(trace, decoder)).toEqual([
      'set-pending',
      'hypercall',
      'upcall',
      'virq',
      'set-pending',
      'upcall',
    ]);
  });

  it('says what was lost to who stood still', () => {
    const kernel = new KernelSide();
    const trace = new OpenTreeFile(kernel, 'trace', O_RDONLY);
    // A raised VIRQ is three records; 256 are kept.
    for (let i = 0; i < 100; i++) echo(kernel, '0', '0/virq');
    const [first, ...rest] = types(trace, new TraceDecoder());
    expect([first, rest.length]).toEqual(['44 dropped', 256]);
  });

  it('refuses a read that no record fits into, and to be written', () => {
    const kernel = new KernelSide();
    const trace = new OpenTreeFile(kernel, 'trace', O_RDONLY);
    new ServedDevice(kernel, 0);
    for (const size of [0, 1, 39]) expect(trace.read(size)).toBe(EINVAL);
    expect(trace.write('x')).toBe(EBADF);
    for (const flags of [1, 2, 3]) {
      expect(kernel.ask(fuse.open(walk(kernel, 'trace'), flags)).error).toBe(EACCES);
    }
    expect(types(trace, new TraceDecoder(), 40)).toEqual(['open']);
  });
});
