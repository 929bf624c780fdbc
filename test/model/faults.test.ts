import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventAbi } from '../../src/hypervisor/port-ops.js';
import * as fuse from '../unit/fuse/fuse-request.js';
import { words } from '../unit/fuse/fuse-struct.js';
import { KernelSide } from '../unit/fuse/kernel-side.js';
import { O_NONBLOCK, O_RDWR, ServedDevice, UNBIND } from '../unit/fuse/served-device.js';
import { CheckedLife } from './checked-life.js';

const EINTR = -4;
const EAGAIN = -11;
/** Longer than any event is held back. */
const ALL_HELD = 100_000;

/** What one of two programs does with one of the channels between them. */
const step = fc.record({
  what: fc.constantFrom('send', 'send', 'read', 'unmask', 'unmask', 'wait', 'again', 'block'),
  who: fc.nat({ max: 1 }),
  channel: fc.nat({ max: 3 }),
  ms: fc.nat({ max: 9 }),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Two programs with channels between them, on a host that shows faults. */
class FaultyPair {
  readonly life = new CheckedLife();
  readonly kernel: KernelSide;
  readonly programs: readonly [ServedDevice, ServedDevice];
  /** Ports of each program, by channel. */
  readonly ports: [number, number][] = [];
  /** Ports of each program that were sent to since they were read last. */
  readonly owed: readonly [Set<number>, Set<number>] = [new Set(), new Set()];

  constructor(spec: string, seed: number, abi?: EventAbi) {
    this.kernel = new KernelSide({ faults: { spec, seed }, sink: this.life, abi });
    this.kernel.names.set(100, 'back').set(200, 'front');
    const flags = O_RDWR | O_NONBLOCK;
    this.programs = [
      new ServedDevice(this.kernel, 0, { pid: 100, flags }),
      new ServedDevice(this.kernel, 7, { pid: 200, flags }),
    ];
    for (let i = 0; i < 4; i++) this.connect(i);
  }

  connect(channel: number): void {
    const [back, front] = this.programs;
    const port = back.bindUnbound(7);
    const otherPort = front.bindInterdomain(0, port);
    expect(Math.min(port, otherPort)).toBeGreaterThan(0);
    this.ports[channel] = [port, otherPort];
  }

  send(who: 0 | 1, channel: number): void {
    const ports = this.ports[channel]!;
    expect(this.programs[who].notify(ports[who])).toBe(0);
    this.owed[who === 0 ? 1 : 0].add(ports[who === 0 ? 1 : 0]);
  }

  read(who: 0 | 1): void {
    const result = this.programs[who].read();
    if (typeof result === 'number') expect(result).toBe(EAGAIN);
    else for (const port of result) this.owed[who].delete(port);
  }

  /** A read that waits, unless there is something; a signal ends it if nothing else did. */
  block(who: 0 | 1): void {
    const program = this.programs[who];
    const { flags } = program;
    program.flags = O_RDWR;
    const unique = program.startRead();
    program.flags = flags;
    this.kernel.advance(3);
    if (this.kernel.waiting.includes(unique)) this.kernel.send(fuse.interrupt(unique));
    for (const { unique: answered, error, words: ports } of this.kernel.messages()) {
      if (answered !== unique) continue;
      if (error < 0) expect(error).toBe(EINTR);
      else for (const port of ports) this.owed[who].delete(port);
    }
  }

  do({ what, who: number, channel, ms }: Step): void {
    const who = number === 0 ? 0 : 1;
    if (what === 'send') this.send(who, channel);
    else if (what === 'read') this.read(who);
    else if (what === 'block') this.block(who);
    else if (what === 'unmask') this.programs[who].write(this.ports[channel]![who]);
    else if (what === 'wait') this.kernel.advance(ms);
    else this.again(who, channel);
  }

  /** Closes a channel from one end and then the other, and makes a new one. */
  again(who: 0 | 1, channel: number): void {
    for (const end of who === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const port = this.ports[channel]![end];
      this.programs[end].ioctl(UNBIND, words(port));
      this.owed[end].delete(port);
    }
    this.connect(channel);
  }

  /** Whoever was sent to gets it, at the latest when nothing is held back any more. */
  end(): void {
    for (let round = 0; round < 12; round++) {
      this.kernel.advance(ALL_HELD);
      for (const who of [0, 1] as const) {
        this.read(who);
        for (const ports of this.ports) this.programs[who].write(ports[who]);
      }
    }
    expect(this.owed.map((ports) => [...ports])).toEqual([[], []]);
    this.life.end();
  }
}

const SPECS = [
  'ci',
  'delivery',
  'delay:rate=1',
  'delay:rate=1:until=event',
  'merge:rate=1',
  'merge:rate=0.5:events=3',
  'permute:rate=1',
  'permute:rate=0.5:events=3,delay:rate=0.5',
  'spurious:rate=1:max=40,storm:rate=0.1:events=5',
  'spurious:rate=0.5:ms=0..9:max=40,delay:rate=0.5',
  'signals,load',
];

describe.each(['fifo', 'two-level'] as const)('a host with %s that shows faults', (abi) => {
  it.each(SPECS)('of %s lives as one can, and loses no event', (spec) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), fc.nat({ max: 1000 }), (steps, seed) => {
        const pair = new FaultyPair(spec, seed, abi);
        for (const each of steps) pair.do(each);
        pair.end();
      }),
      { numRuns: 25 },
    );
  });

  it('does the same in each run with the same seed', () => {
    const story = (seed: number) => {
      const pair = new FaultyPair('ci', seed, abi);
      for (let i = 0; i < 40; i++) {
        for (const who of [0, 1] as const) {
          pair.send(who, i % 4);
          pair.block(who);
          pair.programs[who].write(...pair.ports.map((ports) => ports[who]));
        }
      }
      return [...pair.kernel.faults!.log.kept()];
    };
    expect(story(7).length).toBeGreaterThan(20);
    expect(story(7)).toEqual(story(7));
  });
});
