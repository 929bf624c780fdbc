import { describe, expect, it } from 'vitest';
import * as fuse from './fuse-request.js';
import { words } from './fuse-struct.js';
import { KernelSide } from './kernel-side.js';
import { BIND_VIRQ, connect, O_NONBLOCK, ServedDevice } from './served-device.js';

const EINTR = -4;
const EBADF = -9;

/** Two open files, in domains 0 and 7, with a channel between them. */
function pair() {
  const kernel = new KernelSide();
  const back = new ServedDevice(kernel, 0, { pid: 100 });
  const front = new ServedDevice(kernel, 7, { pid: 200 });
  const { port: backPort, otherPort: frontPort } = connect(back, 0, front, 7);
  return { kernel, back, front, backPort, frontPort };
}

/** The next answers, each with what it carries. */
function answers(kernel: KernelSide) {
  return kernel
    .messages()
    .map(({ unique, error, words: ports }) => ({ unique, result: error < 0 ? error : ports }));
}

describe('a read that waits', () => {
  it('is answered by the event, before the call that raised it', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    const read = back.startRead();
    expect(kernel.messages()).toEqual([]);
    kernel.programs.put(200, 8n, words(frontPort));
    const notify = kernel.send({ ...fuse.ioctl(front, 0x44504, 8), pid: 200 });
    const messages = kernel.messages();
    expect(messages.map(({ unique }) => unique)).toEqual([read, notify]);
    expect(messages[0]!.words).toEqual([backPort]);
    expect(messages[1]!.as('ioctl_out').result).toBe(0);
  });

  it('is answered by a WRITE that lets a kept event through, before the WRITE is', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    front.notify(frontPort);
    expect(back.read()).toEqual([backPort]);
    front.notify(frontPort);
    const read = back.startRead();
    expect(kernel.messages()).toEqual([]);
    const write = kernel.send(fuse.write(back, words(backPort)));
    const messages = kernel.messages();
    expect(messages.map(({ unique }) => unique)).toEqual([read, write]);
    expect(messages[0]!.words).toEqual([backPort]);
    expect(messages[1]!.as('write_out').size).toBe(4);
  });

  it('is answered by a bind of another thread, whose port is found pending', () => {
    const { kernel, back, front } = pair();
    const offered = back.bindUnbound(7);
    const read = front.startRead();
    const port = front.bindInterdomain(0, offered);
    expect(answers(kernel)).toEqual([{ unique: read, result: [port] }]);
  });

  it('is answered by an event of the host, when told to look', () => {
    const kernel = new KernelSide();
    const device = new ServedDevice(kernel, 0);
    const port = device.ioctl(BIND_VIRQ, words(3));
    expect(port).toBeGreaterThan(0);
    const read = device.startRead();
    kernel.host.raiseVirq(3);
    // As a timer of the host does: the server then has it look.
    expect(kernel.messages()).toEqual([]);
    kernel.session.devices.settle();
    expect(answers(kernel)).toEqual([{ unique: read, result: [port] }]);
  });

  it('gets as many ports as it asked for, and no more', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    const second = connect(back, 0, front, 7);
    for (const port of [frontPort, second.otherPort]) front.notify(port);
    back.read();
    for (const port of [frontPort, second.otherPort]) front.notify(port);
    const read = back.startRead(7);
    // One WRITE lets both through.
    back.write(second.port, backPort);
    expect(answers(kernel)).toEqual([{ unique: read, result: [second.port] }]);
    expect(back.read()).toEqual([backPort]);
  });

  it('is nothing to other files, also of the same domain', () => {
    const { kernel, back, front, frontPort, backPort } = pair();
    const other = new ServedDevice(kernel, 0);
    const third = new ServedDevice(kernel, 7);
    const waiting = [other.startRead(), third.startRead()];
    const read = back.startRead();
    front.notify(frontPort);
    expect(answers(kernel)).toEqual([{ unique: read, result: [backPort] }]);
    expect(kernel.waiting).toEqual(waiting);
  });

  it('is not answered by an event that another reader took', () => {
    const { kernel, back, front, frontPort, backPort } = pair();
    const [first, second] = [back.startRead(), back.startRead()];
    front.notify(frontPort);
    expect(answers(kernel)).toEqual([{ unique: first, result: [backPort] }]);
    expect(kernel.waiting).toEqual([second]);
    back.write(backPort);
    front.notify(frontPort);
    expect(answers(kernel)).toEqual([{ unique: second, result: [backPort] }]);
    expect(kernel.waiting).toEqual([]);
  });
});

describe('several readers of one file', () => {
  it('are served in the order they came, each with what is left', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    const channels = [1, 2, 3].map(() => connect(back, 0, front, 7));
    const all = [{ port: backPort, otherPort: frontPort }, ...channels];
    for (const { otherPort } of all) front.notify(otherPort);
    back.read();
    for (const { otherPort } of all) front.notify(otherPort);
    const reads = [back.startRead(4), back.startRead(8), back.startRead(4096), back.startRead(4)];
    const ports = all.map(({ port }) => port);
    back.write(...ports);
    expect(answers(kernel)).toEqual([
      { unique: reads[0], result: [ports[0]] },
      { unique: reads[1], result: [ports[1], ports[2]] },
      { unique: reads[2], result: [ports[3]] },
    ]);
    expect(kernel.waiting).toEqual([reads[3]]);
  });

  it('are a thousand, and every one gets its event', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    const reads = Array.from({ length: 1000 }, () => back.startRead(4));
    const answered: bigint[] = [];
    for (let i = 0; i < reads.length; i++) {
      front.notify(frontPort);
      answered.push(...kernel.messages().map(({ unique }) => unique));
      back.write(backPort);
    }
    expect(answered).toEqual(reads);
    expect(kernel.waiting).toEqual([]);
  });

  it('of several files are answered in the order their events came', () => {
    const kernel = new KernelSide();
    const devices = [new ServedDevice(kernel, 0), new ServedDevice(kernel, 7)];
    const virqs = [3, 1];
    const ports = devices.map((device, i) => device.ioctl(BIND_VIRQ, words(virqs[i]!)));
    const reads = devices.map((device) => device.startRead());
    kernel.host.domain(7)!.raiseVirq(1);
    kernel.host.raiseVirq(3);
    kernel.session.devices.settle();
    expect(answers(kernel)).toEqual([
      { unique: reads[1], result: [ports[1]] },
      { unique: reads[0], result: [ports[0]] },
    ]);
  });
});

describe('INTERRUPT', () => {
  it('of a read that waits is EINTR to the read, and takes no event from anybody', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    const read = back.startRead();
    kernel.send(fuse.interrupt(read));
    expect(answers(kernel)).toEqual([{ unique: read, result: EINTR }]);
    front.notify(frontPort);
    expect(kernel.messages()).toEqual([]);
    expect(back.read()).toEqual([backPort]);
  });

  it('ends each of several, in whatever order, and the others go on', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
      [1, 2, 0],
    ]) {
      const { kernel, back, front, backPort, frontPort } = pair();
      const reads = [back.startRead(), back.startRead(), back.startRead()];
      const [first, second, last] = order.map((index) => reads[index]!);
      kernel.send(fuse.interrupt(first!));
      kernel.send(fuse.interrupt(second!));
      expect(answers(kernel)).toEqual([
        { unique: first, result: EINTR },
        { unique: second, result: EINTR },
      ]);
      front.notify(frontPort);
      expect(answers(kernel)).toEqual([{ unique: last, result: [backPort] }]);
      expect(kernel.waiting).toEqual([]);
    }
  });

  it('finds the read among those of other files', () => {
    const { kernel, back, front } = pair();
    const third = new ServedDevice(kernel, 7);
    const reads = [back.startRead(), front.startRead(), third.startRead()];
    kernel.send(fuse.interrupt(reads[1]!));
    expect(answers(kernel)).toEqual([{ unique: reads[1], result: EINTR }]);
    expect(kernel.waiting).toEqual([reads[0], reads[2]]);
  });

  it('of what was answered, or was never asked, is nothing', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    const early = back.startRead();
    front.notify(frontPort);
    expect(answers(kernel)).toEqual([{ unique: early, result: [backPort] }]);
    const waiting = back.startRead();
    for (const unique of [early, 0n, 1n, waiting + 2n, waiting | (1n << 32n), (1n << 64n) - 1n]) {
      kernel.send(fuse.interrupt(unique));
    }
    expect(kernel.messages()).toEqual([]);
    expect(kernel.waiting).toEqual([waiting]);
  });

  it('may come twice, and answers once', () => {
    const { kernel, back } = pair();
    const read = back.startRead();
    kernel.send(fuse.interrupt(read));
    kernel.send(fuse.interrupt(read));
    expect(answers(kernel)).toEqual([{ unique: read, result: EINTR }]);
  });

  it('too short to name a request is nothing', () => {
    const { kernel, back } = pair();
    const read = back.startRead();
    for (let length = 0; length < 8; length++) {
      const { opcode, node, body } = fuse.interrupt(read);
      kernel.send(fuse.request(opcode, node, body.subarray(0, length)));
    }
    expect(kernel.messages()).toEqual([]);
    expect(kernel.waiting).toEqual([read]);
  });
});

describe('a file with readers', () => {
  it('waits on the device only while somebody waits', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    const [handle] = [...kernel.session.devices.open()];
    const { waitQueue } = handle!.file;
    expect(waitQueue.size).toBe(0);
    const read = back.startRead();
    back.startRead();
    expect(waitQueue.size).toBe(1);
    kernel.send(fuse.interrupt(read));
    expect(waitQueue.size).toBe(1);
    front.notify(frontPort);
    expect(waitQueue.size).toBe(0);
    back.write(backPort);
    back.startRead();
    back.poll(true);
    expect(waitQueue.size).toBe(1);
    kernel.succeed(fuse.release(back));
    expect(waitQueue.size).toBe(0);
  });

  it('that is closed leaves those of others waiting', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    const other = new ServedDevice(kernel, 0);
    const read = back.startRead();
    const gone = other.startRead();
    kernel.succeed(fuse.release(other));
    expect(answers(kernel)).toEqual([{ unique: gone, result: EBADF }]);
    front.notify(frontPort);
    expect(answers(kernel)).toEqual([{ unique: read, result: [backPort] }]);
  });

  it('with O_NONBLOCK never waits', () => {
    const { kernel, back } = pair();
    back.flags |= O_NONBLOCK;
    for (let i = 0; i < 3; i++) expect(back.read()).toBe(-11);
    expect(kernel.waiting).toEqual([]);
  });
});
