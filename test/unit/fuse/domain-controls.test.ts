import { describe, expect, it } from 'vitest';
import { FATTR, FOPEN, ROOT } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { words } from './fuse-struct.js';
import { KernelSide } from './kernel-side.js';
import { echo, O_RDONLY, O_WRONLY, OpenTreeFile } from './open-tree-file.js';
import { BIND_VIRQ, connect, ServedDevice, walk } from './served-device.js';

const EPERM = -1;
const EBADF = -9;
const EACCES = -13;
const ENODEV = -19;
const EINVAL = -22;
const ENOENT = -2;
const POLLOUT_POLLWRNORM = 0x104;

/** Two open files, in domains 0 and 7, with a channel between them. */
function pair() {
  const kernel = new KernelSide();
  const back = new ServedDevice(kernel, 0);
  const front = new ServedDevice(kernel, 7);
  const { port, otherPort } = connect(back, 0, front, 7);
  return { kernel, back, front, port, otherPort };
}

describe('notify', () => {
  it('has the domain send on its port, and answers who waits for that', () => {
    const { kernel, back, port, otherPort } = pair();
    const waiting = back.startRead();
    expect(kernel.messages()).toEqual([]);
    expect(echo(kernel, String(otherPort), '7/notify')).toBe(String(otherPort).length + 1);
    const [answer] = kernel.messages();
    expect([answer?.unique, answer?.words]).toEqual([waiting, [port]]);
  });

  it('takes a line without its newline, and goes on taking lines', () => {
    const { kernel, back, front, port, otherPort } = pair();
    const notify = new OpenTreeFile(kernel, '7/notify', O_WRONLY);
    expect(notify.write(`${otherPort}`)).toBe(String(otherPort).length);
    expect(back.read()).toEqual([port]);
    back.write(port);
    expect(notify.write(`${otherPort}\n`)).toBeGreaterThan(0);
    expect(back.read()).toEqual([port]);
    expect(front.poll()).toBe(4 | 0x100);
  });

  it('has an event come in on a port as if its peer had sent', () => {
    const { kernel, front, otherPort } = pair();
    const waiting = front.startRead();
    const line = `${otherPort} incoming`;
    expect(echo(kernel, line, '7/notify')).toBe(line.length + 1);
    expect(kernel.messages()[0]).toMatchObject({ unique: waiting, words: [otherPort] });
  });

  it('tells pollers of what it sent', () => {
    const { kernel, back, otherPort } = pair();
    back.poll(true);
    echo(kernel, String(otherPort), '7/notify');
    expect(kernel.messages()).toHaveLength(1);
    expect(back.poll() & 1).toBe(1);
  });

  it('passes on what EVTCHNOP_send says, and refuses to have an event come in where none can', () => {
    const { kernel, port } = pair();
    // Not valid; the timer's VIRQ; a physical interrupt.
    for (const refused of ['4000000000', '1000', '1', '10', '0']) {
      expect(echo(kernel, refused, '0/notify')).toBe(EINVAL);
    }
    for (const free of ['4000000000', '1000', String(port + 1), '0']) {
      expect(echo(kernel, `${free} incoming`, '0/notify')).toBe(EINVAL);
    }
    // Sends on an unbound port are dropped, with success; VIRQs come in.
    expect(echo(kernel, '13', '0/notify')).toBe(3);
    expect(echo(kernel, '1 incoming', '0/notify')).toBe(11);
  });

  it('refuses what Xen itself receives', () => {
    const kernel = new KernelSide();
    const domain = kernel.host.domain(7)!;
    const port = domain.hypercalls.allocUnbound(7, 0);
    domain.xen.channels.setXenConsumer(port, true);
    expect(echo(kernel, `${port} incoming`, '7/notify')).toBe(EINVAL);
  });

  it('refuses any other line, and does nothing then', () => {
    const { kernel, back, otherPort } = pair();
    const port = String(otherPort);
    const lines = [
      '',
      ' ',
      ` ${port}`,
      `${port} `,
      `+${port}`,
      `-${port}`,
      `0x${port}`,
      `${port}.0`,
      `${port} out`,
      `${port}  incoming`,
      `${port} incoming `,
      `${port}\n${port}`,
      `${port}\n`,
      `${port}\0`,
      '4294967296',
      '99999999999',
      'x',
      '9'.repeat(8000),
    ];
    for (const line of lines)
      expect([line, echo(kernel, line, '7/notify')]).toEqual([line, EINVAL]);
    expect(back.poll() & 1).toBe(0);
  });

  it('is ENODEV once its domain is gone', () => {
    const { kernel, otherPort } = pair();
    const notify = new OpenTreeFile(kernel, '7/notify', O_WRONLY);
    const node = walk(kernel, '7/notify');
    kernel.succeed(fuse.rmdir(ROOT, '7'));
    expect(notify.write(`${otherPort}\n`)).toBe(ENODEV);
    expect(kernel.ask(fuse.open(node, O_WRONLY)).error).toBe(ENOENT);
    // Nor does it reach a new domain of that number.
    kernel.succeed(fuse.mkdir(ROOT, '7'));
    expect(notify.write('1 incoming\n')).toBe(ENODEV);
    notify.release();
  });
});

describe('virq', () => {
  it('raises one, for whoever has it bound', () => {
    const kernel = new KernelSide();
    const device = new ServedDevice(kernel, 7);
    const port = device.ioctl(BIND_VIRQ, words(20));
    const waiting = device.startRead();
    expect(echo(kernel, '20', '7/virq')).toBe(3);
    expect(kernel.messages()[0]).toMatchObject({ unique: waiting, words: [port] });
  });

  it('raises one on a vCPU, and nothing where nobody has it bound', () => {
    const kernel = new KernelSide({
      domains: [],
      prepare: (host) => host.createDomain({ domid: 7, vcpus: 2 }),
    });
    expect(echo(kernel, '0 1', '7/virq')).toBe(4);
    expect(echo(kernel, '1 1', '7/virq')).toBe(4);
    expect(echo(kernel, '23', '7/virq')).toBe(3);
  });

  it('refuses what there is not, and any other line', () => {
    const kernel = new KernelSide();
    const lines = [
      '24',
      '4294967296',
      '0 1',
      '4 1',
      '0 9',
      '',
      'x',
      '0 0 0',
      '0  0',
      ' 0',
      '-1',
      '0 ',
    ];
    for (const line of lines) expect([line, echo(kernel, line, '7/virq')]).toEqual([line, EINVAL]);
  });
});

describe('a file that is written', () => {
  it('has no position, is always writable, and cannot be read', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '0/notify');
    const { open_flags } = kernel.succeed(fuse.open(node, O_WRONLY)).as('open_out');
    expect(open_flags).toBe(FOPEN.DIRECT_IO | FOPEN.NONSEEKABLE | FOPEN.STREAM | FOPEN.NOFLUSH);
    const notify = new OpenTreeFile(kernel, '0/notify', O_WRONLY);
    expect(notify.poll()).toBe(POLLOUT_POLLWRNORM);
    expect(notify.read(4096)).toBe(EBADF);
  });

  it('opens for writing only, for root too', () => {
    const kernel = new KernelSide();
    for (const path of ['0/notify', '0/virq']) {
      const node = walk(kernel, path);
      for (const flags of [O_RDONLY, 2, 3]) {
        expect(kernel.ask(fuse.open(node, flags)).error).toBe(EACCES);
      }
    }
  });

  it('may be cut to nothing, which it has already, and not changed otherwise', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '0/notify');
    const cut = { valid: FATTR.SIZE | FATTR.MTIME | FATTR.CTIME, size: 0 };
    expect(kernel.succeed(fuse.setattr(node, cut)).as('attr_out').mode).toBe(0o100200);
    for (const change of [
      { valid: FATTR.SIZE, size: 1 },
      { valid: FATTR.SIZE, size: 1n << 32n },
      { valid: FATTR.SIZE | FATTR.MODE, size: 0, mode: 0o666 },
      { valid: FATTR.MODE, mode: 0o666 },
      { valid: FATTR.UID, uid: 1 },
      { valid: 0 },
    ]) {
      expect(kernel.ask(fuse.setattr(node, change)).error).toBe(EPERM);
    }
    expect(kernel.succeed(fuse.getattr(node)).as('attr_out').mode).toBe(0o100200);
  });

  it('refuses a write that is cut short', () => {
    const { kernel, back, otherPort } = pair();
    const { file } = new OpenTreeFile(kernel, '7/notify', O_WRONLY);
    const whole = fuse.write(file, Uint8Array.of(0x31), O_WRONLY);
    for (let length = 0; length < whole.body.length; length++) {
      const { opcode, node, body } = whole;
      const { error } = kernel.ask(fuse.request(opcode, node, body.subarray(0, length)));
      expect([EINVAL, EBADF]).toContain(error);
    }
    const line = Uint8Array.from(String(otherPort), (c) => c.charCodeAt(0));
    expect(kernel.ask(fuse.write(file, line, O_WRONLY, line.length + 1)).error).toBe(EINVAL);
    expect(back.poll() & 1).toBe(0);
  });
});
