import { describe, expect, it } from 'vitest';
import { faultsText } from '../../../src/fuse/faults-text.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import * as fuse from './fuse-request.js';
import { words } from './fuse-struct.js';
import { KernelSide } from './kernel-side.js';
import {
  BIND_VIRQ,
  connect,
  O_NONBLOCK,
  O_RDWR,
  ServedDevice,
  UNBIND,
  walk,
} from './served-device.js';
import { readText } from './served-text.js';

const EINTR = -4;
const EAGAIN = -11;
const ENOMEM = -12;
const ENODEV = -19;
const EFBIG = -27;
const ENOSPC = -28;
const ENOENT = -2;

type Fault = Extract<TraceRecord, { type: 'fault' }>;

/** A host that shows faults, and a channel between domains 0 and 7 of it. */
function faulty(spec: string, { seed = 1, only }: { seed?: number; only?: number[] } = {}) {
  const records: TraceRecord[] = [];
  const kernel = new KernelSide({
    faults: { spec, seed, only },
    sink: { record: (record) => records.push(record) },
    domains: [0, 7, 9],
  });
  kernel.names.set(100, 'back').set(200, 'front');
  const faults = () =>
    records.filter((record): record is Fault => record.type === 'fault').map((record) => record);
  const open = (domid: number, pid: number, flags = O_RDWR) =>
    new ServedDevice(kernel, domid, { pid, flags });
  return { kernel, records, faults, open };
}

function pair(spec: string, options?: { seed?: number; only?: number[] }) {
  const host = faulty(spec, options);
  const back = host.open(0, 100, O_RDWR | O_NONBLOCK);
  const front = host.open(7, 200, O_RDWR | O_NONBLOCK);
  const ends = connect(back, 0, front, 7);
  return { ...host, back, front, backPort: ends.port, frontPort: ends.otherPort };
}

/** The next answers, each with what it carries. */
function answers(kernel: KernelSide) {
  return kernel
    .messages()
    .map(({ unique, error, words: ports }) => ({ unique, result: error < 0 ? error : ports }));
}

describe('a spurious event', () => {
  it('comes once a port is written back, though nobody sent', () => {
    const { back, front, backPort, frontPort, faults } = pair('spurious:domain=0:nth=2');
    front.notify(frontPort);
    expect(back.read()).toEqual([backPort]);
    expect(back.write(backPort)).toBe(4);
    expect(back.read()).toEqual([backPort]);
    back.write(backPort);
    expect(back.read()).toBe(EAGAIN);
    expect(faults()).toMatchObject([{ fault: 'spurious', domid: 0, port: backPort, file: 1 }]);
  });

  it('comes to both ends when they are connected', () => {
    const { back, front, backPort, frontPort } = pair('spurious:nth=1');
    expect(back.read()).toEqual([backPort]);
    // Of the end that connects, `connect` read the first event; the spurious one was behind it.
    expect(front.read()).toEqual([frontPort]);
  });

  it('comes later if it is told to, and not to a port that is closed by then', () => {
    const { kernel, back, backPort, front, frontPort } = pair('spurious:domain=0:nth=1:ms=5');
    expect(back.read()).toBe(EAGAIN);
    kernel.advance(5);
    expect(back.read()).toEqual([backPort]);
    const closed = pair('spurious:domain=0:nth=1:ms=5');
    closed.front.release();
    closed.kernel.advance(5);
    expect(closed.back.read()).toBe(EAGAIN);
    front.notify(frontPort);
  });

  it('never comes to a port that has no peer', () => {
    const { faults, open } = faulty('spurious:rate=1');
    const back = open(0, 100, O_RDWR | O_NONBLOCK);
    back.bindUnbound(7);
    back.ioctl(BIND_VIRQ, words(3));
    expect(back.read()).toBe(EAGAIN);
    expect(faults()).toEqual([]);
  });
});

describe('a storm', () => {
  it('has the event there again as often as the port is written back, so many times', () => {
    const { back, backPort, faults } = pair('storm:domain=0:nth=1:events=3');
    for (let left = 3; left > 0; left--) {
      expect(back.read()).toEqual([backPort]);
      back.write(backPort);
    }
    expect(back.read()).toBe(EAGAIN);
    expect(faults().map(({ value }) => value)).toEqual([2, 1, 0]);
    expect(new Set(faults().map(({ number }) => number)).size).toBe(1);
  });
});

describe('a delay', () => {
  it('has an event come when its time is over, with what was sent meanwhile', () => {
    const { kernel, back, front, backPort, frontPort, faults } = pair('delay:domain=0:ms=7:nth=1');
    front.notify(frontPort);
    front.notify(frontPort);
    kernel.advance(6);
    expect(back.read()).toBe(EAGAIN);
    kernel.advance(1);
    expect(back.read()).toEqual([backPort]);
    back.write(backPort);
    expect(back.read()).toBe(EAGAIN);
    expect(faults()).toMatchObject([{ fault: 'delay', domid: 0, port: backPort, value: 7 }]);
    front.notify(frontPort);
    expect(back.read()).toEqual([backPort]);
  });

  it('answers a read that waits, and tells who polls', () => {
    const { kernel, back, front, backPort, frontPort } = pair('delay:domain=0:ms=7:nth=1');
    back.flags = O_RDWR;
    const read = back.startRead();
    const poller = new ServedDevice(kernel, 7);
    poller.poll(true);
    front.notify(frontPort);
    expect(kernel.messages()).toEqual([]);
    kernel.advance(7);
    expect(answers(kernel)).toEqual([{ unique: read, result: [backPort] }]);
  });

  it('may last until another port gets an event', () => {
    const { kernel, back, front, backPort, frontPort } = pair(
      'delay:domain=0:until=event:nth=1:port=14',
    );
    expect(backPort).toBe(14);
    const other = connect(back, 0, front, 7);
    front.notify(frontPort);
    kernel.advance(999);
    expect(back.read()).toBe(EAGAIN);
    front.notify(other.otherPort);
    expect(back.read()).toEqual([other.port, backPort]);
  });

  it('lasts no longer than its limit if no other event comes', () => {
    const { kernel, back, front, backPort, frontPort } = pair('delay:domain=0:until=event:nth=1');
    front.notify(frontPort);
    kernel.advance(1000);
    expect(back.read()).toEqual([backPort]);
  });

  it('ends with its port', () => {
    const { kernel, back, front, backPort, frontPort } = pair('delay:domain=0:ms=7:nth=1');
    front.notify(frontPort);
    back.ioctl(UNBIND, words(backPort));
    kernel.advance(100);
    expect(back.read()).toBe(EAGAIN);
    const again = connect(back, 0, front, 7);
    expect(again.port).toBe(backPort);
    front.notify(again.otherPort);
    expect(back.read()).toEqual([backPort]);
  });

  it('ends with its domain', () => {
    const { kernel, back, front, backPort } = pair('delay:domain=7:ms=7:nth=2');
    back.notify(backPort);
    expect(front.read()).toBe(EAGAIN);
    kernel.host.domain(7)!.destroy();
    kernel.advance(100);
    expect(front.read()).toBe(ENODEV);
  });
});

describe('a merge', () => {
  it('waits for the next event, and both are one', () => {
    const { back, front, backPort, frontPort, faults } = pair('merge:domain=0:events=3:nth=1');
    front.notify(frontPort);
    front.notify(frontPort);
    expect(back.read()).toBe(EAGAIN);
    front.notify(frontPort);
    expect(back.read()).toEqual([backPort]);
    back.write(backPort);
    expect(back.read()).toBe(EAGAIN);
    expect(faults()).toMatchObject([{ fault: 'merge', port: backPort, value: 20 }]);
  });

  it('waits no longer than its time', () => {
    const { kernel, back, front, backPort, frontPort } = pair('merge:domain=0:nth=1:ms=3');
    front.notify(frontPort);
    kernel.advance(3);
    expect(back.read()).toEqual([backPort]);
  });
});

describe('a permutation', () => {
  function three(spec: string) {
    const host = pair(spec);
    const ends = [
      { port: host.backPort, otherPort: host.frontPort },
      connect(host.back, 0, host.front, 7),
      connect(host.back, 0, host.front, 7),
    ];
    const send = (index: number) => host.front.notify(ends[index]!.otherPort);
    const order = () => {
      const ports = host.back.read();
      return typeof ports === 'number'
        ? []
        : ports.map((port) => ends.findIndex((end) => end.port === port));
    };
    return { ...host, send, order };
  }

  it('has the last of its events come first', () => {
    const { send, order, faults } = three('permute:domain=0:events=3:nth=1:max=1');
    send(0);
    send(1);
    expect(order()).toEqual([]);
    send(2);
    expect(order()).toEqual([2, 1, 0]);
    expect(faults()).toHaveLength(2);
    expect(new Set(faults().map(({ number }) => number)).size).toBe(1);
  });

  it('goes on without those that do not come in time', () => {
    const { kernel, send, order } = three('permute:domain=0:events=3:nth=1:max=1:ms=4');
    send(1);
    send(0);
    kernel.advance(4);
    expect(order()).toEqual([0, 1]);
    send(2);
    expect(order()).toEqual([2]);
  });
});

describe('a read that is interrupted', () => {
  it('answers EINTR instead of waiting, and the next one waits', () => {
    const { kernel, open, faults } = faulty('eintr:process=back:nth=1');
    const back = open(0, 100);
    const front = open(7, 200);
    expect(back.read()).toBe(EINTR);
    const read = back.startRead();
    front.startRead();
    expect(kernel.messages()).toEqual([]);
    expect(kernel.waiting).toContain(read);
    expect(faults()).toMatchObject([{ fault: 'eintr', domid: 0, file: 1, port: 0, value: 0 }]);
  });

  it('may wait for a while before', () => {
    const { kernel, open } = faulty('eintr:nth=1:ms=5');
    const back = open(0, 100);
    const read = back.startRead();
    kernel.advance(4);
    expect(kernel.messages()).toEqual([]);
    kernel.advance(1);
    expect(answers(kernel)).toEqual([{ unique: read, result: EINTR }]);
    expect(kernel.waiting).toEqual([]);
  });

  it('is not if its event came before, or it does not wait', () => {
    const { kernel, back, front, backPort, frontPort, faults } = pair('eintr:process=back:ms=5');
    expect(back.read()).toBe(EAGAIN);
    back.flags = O_RDWR;
    const read = back.startRead();
    front.notify(frontPort);
    expect(answers(kernel)).toEqual([{ unique: read, result: [backPort] }]);
    kernel.advance(5);
    expect(kernel.messages()).toEqual([]);
    expect(faults()).toEqual([]);
  });
});

describe('a short read', () => {
  it('gives some of the ports there are, and the next one the others', () => {
    const { back, front, backPort, frontPort, faults } = pair('short-read:process=back:nth=1');
    const second = connect(back, 0, front, 7);
    const third = connect(back, 0, front, 7);
    for (const port of [frontPort, second.otherPort, third.otherPort]) front.notify(port);
    const first = back.read() as number[];
    const rest = back.read() as number[];
    expect([1, 2]).toContain(first.length);
    expect([...first, ...rest]).toEqual([backPort, second.port, third.port]);
    expect(faults()).toMatchObject([{ fault: 'short-read', value: first.length }]);
  });

  it('is none of one port', () => {
    const { back, front, backPort, frontPort, faults } = pair('short-read:rate=1');
    front.notify(frontPort);
    expect(back.read()).toEqual([backPort]);
    expect(faults()).toEqual([]);
  });
});

describe('a bind that fails', () => {
  it('answers its errno, with nothing bound', () => {
    const { kernel, open, faults, records } = faulty('bind:errno=ENOSPC:nth=1');
    const back = open(0, 100);
    const active = kernel.host.domain(0)!.xen.channels.active;
    expect(back.bindUnbound(7)).toBe(ENOSPC);
    expect(kernel.host.domain(0)!.xen.channels.active).toBe(active);
    expect(records.at(-1)).toMatchObject({ type: 'ioctl', result: ENOSPC });
    expect(back.bindUnbound(7)).toBeGreaterThan(0);
    expect(faults()).toMatchObject([{ fault: 'bind', file: 1, value: ENOSPC }]);
  });

  it('has the seed choose the errno unless it is given', () => {
    const seen = new Set<number>();
    for (let seed = 0; seed < 20; seed++) {
      seen.add(faulty('bind:nth=1', { seed }).open(0, 100).bindUnbound(7));
    }
    expect([...seen].sort()).toEqual([ENOMEM, ENOSPC].sort());
  });

  it('lets every other ioctl be', () => {
    const { back, front, backPort, frontPort, faults } = pair('bind:nth=3:rate=1');
    expect(front.notify(frontPort)).toBe(0);
    expect(back.ioctl(UNBIND, words(backPort))).toBe(0);
    expect(faults()).toEqual([]);
  });
});

describe('a domain that is destroyed', () => {
  it('is gone when its call is over, its folder too, and its peer is alone', () => {
    const { kernel, back, front, backPort, frontPort, faults } = pair('destroy:domain=7:nth=5');
    expect(kernel.host.domain(7)).toBeDefined();
    // It has bound, read, written and read before.
    front.read();
    expect(front.notify(frontPort)).toBe(0);
    expect(kernel.host.domain(7)).toBeUndefined();
    expect(front.notify(frontPort)).toBe(ENODEV);
    expect(kernel.ask(fuse.lookup(1n, '7')).error).toBe(ENOENT);
    expect(back.notify(backPort)).toBe(0);
    expect(faults()).toMatchObject([{ fault: 'destroy', domid: 7, file: 0, port: 0 }]);
  });

  it('has reads that wait in it answer ENODEV', () => {
    const { kernel, open } = faulty('destroy:nth=1');
    const front = open(7, 200);
    const read = front.startRead();
    expect(answers(kernel)).toEqual([{ unique: read, result: ENODEV }]);
  });

  it('is never domain 0, unless it is named where that is possible', () => {
    const { kernel, open, faults } = faulty('destroy:rate=1,die:rate=1');
    const back = open(0, 100);
    back.bindUnbound(7);
    expect(kernel.host.domain(0)).toBeDefined();
    expect(faults()).toEqual([]);
    const named = faulty('die:domain=0:nth=1');
    named.open(0, 100).bindUnbound(7);
    expect(named.kernel.actions).toEqual(['kill 100']);
  });
});

describe('processes that die', () => {
  it('are all that have the device of their domain open', () => {
    const { kernel, open, faults } = faulty('die:domain=7:nth=2');
    const one = open(7, 200);
    open(7, 201);
    open(0, 100);
    one.bindUnbound(0);
    expect(kernel.actions).toEqual([]);
    one.bindUnbound(0);
    expect(kernel.actions).toEqual(['kill 200 201']);
    expect(faults()).toMatchObject([{ fault: 'die', domid: 7, value: 2 }]);
  });

  it('are not told of where nobody could be killed', () => {
    const { kernel, open, faults } = faulty('die:nth=1');
    open(7, 0).bindUnbound(0);
    expect(kernel.actions).toEqual(['kill ']);
    expect(faults()).toEqual([]);
  });
});

describe('a slow device', () => {
  it('stands still before a call', () => {
    const { kernel, open, faults } = faulty('slow:process=back:ms=3:rate=1');
    const back = open(0, 100, O_RDWR | O_NONBLOCK);
    const front = open(7, 200);
    front.bindUnbound(0);
    expect(kernel.actions).toEqual([]);
    back.bindUnbound(7);
    back.read();
    back.write(1);
    back.poll();
    expect(kernel.actions).toEqual(['sleep 3', 'sleep 3', 'sleep 3', 'sleep 3']);
    expect(faults()).toMatchObject(Array(4).fill({ fault: 'slow', file: 1, value: 3 }));
  });
});

describe('an overflow', () => {
  it('comes where entries of ports that were given up leave no room', () => {
    const { back, front, faults } = pair('overflow');
    const ends = Array.from({ length: 64 }, () => connect(back, 0, front, 7));
    // 64 of the 128 entries there is room for are of ports that go.
    for (const { otherPort } of ends) front.notify(otherPort);
    for (const { port } of ends) back.ioctl(UNBIND, words(port));
    expect(faults()).toEqual([]);
    const others = Array.from({ length: 64 }, () => back.bindUnbound(7));
    for (const port of others.slice(0, 63)) front.bindInterdomain(0, port);
    expect(faults()).toEqual([]);
    expect(others).toHaveLength(64);
    front.bindInterdomain(0, others[63]!);
    // The file that overflows is told of with its own next call.
    expect(back.write(0)).toBe(4);
    expect(faults().length).toBe(65);
    expect(faults()[0]).toMatchObject({ fault: 'overflow', domid: 0, value: 65 });
    expect(back.read()).toBe(EFBIG);
  });
});

describe('numbers', () => {
  const story = (spec: string, options?: { seed?: number; only?: number[] }) => {
    const { kernel, back, front, backPort, frontPort, faults } = pair(spec, options);
    for (let i = 0; i < 60; i++) {
      front.notify(frontPort);
      kernel.advance(100);
      back.read();
      back.write(backPort);
    }
    return faults();
  };

  it('are the same in each run with a seed, and others with another', () => {
    const spec = 'delay:rate=0.3,spurious:rate=0.2';
    const numbers = (seed: number) => story(spec, { seed }).map(({ number }) => number);
    expect(numbers(5).length).toBeGreaterThan(5);
    expect(numbers(5)).toEqual(numbers(5));
    expect(numbers(6)).not.toEqual(numbers(5));
  });

  it('are those of a rule whatever other rules there are', () => {
    const delays = (spec: string) =>
      story(spec)
        .filter(({ fault }) => fault === 'delay')
        .map(({ number }) => number);
    expect(delays('slow:rate=0.5,delay:rate=0.3')).toEqual(delays('delay:rate=0.3'));
  });

  it('choose the only faults that happen', () => {
    const all = story('delay:rate=0.3').map(({ number }) => number);
    const some = [all[1]!, all[4]!];
    expect(story('delay:rate=0.3', { only: some }).map(({ number }) => number)).toEqual(some);
    expect(story('delay:rate=0.3', { only: [] })).toEqual([]);
  });

  it('come at about the rate', () => {
    const { length } = story('delay:rate=0.3:domain=0');
    expect(length).toBeGreaterThan(8);
    expect(length).toBeLessThan(30);
  });

  it('stop at the most that are wanted', () => {
    expect(story('delay:rate=1:max=4')).toHaveLength(4);
  });
});

describe('the file of faults', () => {
  it('has the seed, the SPEC, and a line for each fault', () => {
    const { kernel, back, front, frontPort, backPort } = pair(
      'delay:domain=0:ms=7:nth=1,slow:process=back:nth=1:ms=2',
      { seed: 42 },
    );
    kernel.advance(1234);
    front.notify(frontPort);
    const text = readText(kernel, 'faults');
    const [first, heading, ...lines] = text.trimEnd().split('\n');
    expect(first).toBe('seed 42, spec delay:domain=0:ms=7:nth=1,slow:process=back:nth=1:ms=2');
    expect(heading!.trim().split(/\s{2,}/)).toEqual([
      'number',
      'fault',
      'domain',
      'port',
      'file',
      'time',
      'detail',
    ]);
    const cells = lines.map((line) =>
      line
        .trim()
        .split(/\s{2,}/)
        .slice(1),
    );
    expect(cells).toEqual([
      ['slow', '0', '-', '1(back)', '0.000 s', 'the call put off by 2 ms'],
      ['delay', '0', String(backPort), '1(back)', '1.234 s', 'held for 7 ms at most'],
    ]);
    expect(back.read()).toBe(EAGAIN);
  });

  it('says how many there were before those it has', () => {
    const { kernel, back } = pair('slow:process=back:rate=1:ms=0');
    for (let i = 0; i < 10_009; i++) back.poll();
    kernel.advance(5);
    back.poll();
    const { log } = kernel.faults!;
    const { total } = log;
    const lines = faultsText(kernel.faults!).trimEnd().split('\n');
    // The oldest that is kept first.
    expect([...log.kept()].map(({ time }) => time).at(-1)).toBe(5);
    expect([...log.kept()][0]!.time).toBe(0);
    expect(lines[1]).toBe(`${total - 10_000} more before these`);
    expect(lines).toHaveLength(10_003);
  });

  it('is not there on a host that is to show none', () => {
    const kernel = new KernelSide();
    expect(() => walk(kernel, 'faults')).toThrow();
  });
});
