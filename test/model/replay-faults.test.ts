/**
 * Random programs on a host that shows faults, recorded and replayed: where chance and time decided there, the trace does
 * here, and the same has to come of it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IOCTL_EVTCHN_BIND_VIRQ } from '../../src/abi/ioctl.js';
import { VIRQ_DEBUG } from '../../src/abi/virq.js';
import type { OpenFile } from '../../src/devices/evtchn/open-file.js';
import { FaultInjector } from '../../src/faults/fault-injector.js';
import { planFaults } from '../../src/faults/fault-plan.js';
import { type EventAbi, type HostDomain, ManualClock, XenHost } from '../../src/index.js';
import { CallMemory } from '../../src/replay/call-memory.js';
import { replayTrace } from '../../src/replay/replay-trace.js';
import type { TraceRecord } from '../../src/trace/trace-record.js';

const SPECS = [
  'delay:rate=0.5:ms=1..9',
  'delay:rate=0.5:ms=1..9:until=event',
  'permute:rate=0.6:events=3:ms=4',
  'merge:rate=0.4:events=3,delay:rate=0.2,permute:rate=0.3',
  'spurious:rate=0.4,storm:rate=0.1:events=5,delay:rate=0.3:until=event',
  'spurious:rate=0.4:ms=1..7,short-read:rate=0.8,slow:rate=0.3,bind:rate=0.6,overflow',
  'destroy:rate=0.02,permute:rate=0.5,delay:rate=0.4:until=event',
];

/** What a program does next. */
type Step = readonly ['notify' | 'read' | 'write' | 'bind' | 'unbind' | 'wait', number];

const steps = fc.array(
  fc.tuple(
    fc.constantFrom<Step[0]>(
      'notify',
      'notify',
      'notify',
      'read',
      'write',
      'bind',
      'unbind',
      'wait',
    ),
    fc.nat(1000),
  ),
  { minLength: 20, maxLength: 150 },
);

/** Two domains with channels between them and to themselves, under faults. */
class FaultyRun {
  readonly records: TraceRecord[] = [];
  readonly #clock = new ManualClock();
  readonly #host = new XenHost({
    clock: this.#clock,
    trace: { record: (record) => this.records.push(record) },
  });
  readonly #faults: FaultInjector;
  readonly #files: { readonly domain: HostDomain; readonly file: OpenFile }[] = [];

  constructor(spec: string, seed: number, abi: EventAbi) {
    const now = () => this.#clock.now();
    const destroy = (domain: HostDomain) => domain.destroy();
    const actions = { sleep: () => {}, kill: () => 0, destroy };
    this.#faults = new FaultInjector(this.#host, planFaults({ spec, seed }), actions, now);
    for (const domid of [0, 7]) this.#host.createDomain({ domid, abi });
    for (const domid of [0, 7, 0, 7]) {
      const domain = this.#host.domain(domid)!;
      const file = domain.open().operations as OpenFile;
      this.#faults.opened(domain);
      this.#files.push({ domain, file });
    }
    for (let i = 0; i < 12; i++) this.#connect(i);
  }

  step([what, pick]: Step): void {
    const { domain, file } = this.#files[pick % this.#files.length]!;
    const ports = [...file.ports()];
    const port = ports[pick % Math.max(1, ports.length)] ?? 1;
    this.#faults.takeTime(domain.domid, file);
    switch (what) {
      case 'notify':
        file.notify(port);
        break;
      case 'read': {
        const memory = new CallMemory(new Uint32Array(1024));
        file.read(memory, 0, this.#faults.shortened(domain.domid, file, 4096));
        break;
      }
      case 'write':
        file.write(new CallMemory([port, ...ports.slice(0, pick % 5)]), 0, 4 * (1 + (pick % 5)));
        break;
      case 'bind': {
        const refused = this.#faults.ioctlErrno(domain.domid, file, IOCTL_EVTCHN_BIND_VIRQ);
        if (refused < 0) break;
        file.ioctl(IOCTL_EVTCHN_BIND_VIRQ, new CallMemory([VIRQ_DEBUG]), 0);
        break;
      }
      case 'unbind':
        if (pick % 7 === 0 && file.portCount > 1) file.ioctl(0x44503, new CallMemory([port]), 0);
        break;
      default:
        this.#clock.advance(pick % 4);
    }
    this.#faults.afterCall(domain, file);
    this.#faults.act();
  }

  /** Whatever is held comes in the end. */
  end(): void {
    this.#clock.advance(100_000);
    this.#faults.act();
    for (const { file } of this.#files) {
      file.read(new CallMemory(new Uint32Array(1024)), 0, 4096);
    }
  }

  #connect(index: number): void {
    const back = this.#files[index % 4]!;
    const front = this.#files[(index + 1 + (index >> 2)) % 4]!;
    const to = front.domain.domid;
    const port = back.file.ioctl(0x44502, new CallMemory([to]), 0);
    front.file.ioctl(0x84501, new CallMemory([back.domain.domid, port]), 0);
    this.#faults.act();
  }
}

describe('the trace of a host that shows faults is replayed with the same results', () => {
  for (const abi of ['fifo', 'two-level'] as const) {
    it.each(SPECS)(`with the ${abi} ABI and %s`, { timeout: 60_000 }, (spec) => {
      let faults = 0;
      const property = fc.property(steps, fc.nat(1_000_000), (program, seed) => {
        const run = new FaultyRun(spec, seed, abi);
        for (const step of program) run.step(step);
        run.end();
        faults += run.records.filter(({ type }) => type === 'fault').length;
        const replayed = replayTrace({ batches: [{ records: run.records, dropped: 0 }] });
        expect(replayed.differences.map(({ text }) => text)).toEqual([]);
        expect(replayed.records).toBe(run.records.length);
      });
      fc.assert(property, { numRuns: 60 });
      expect(faults).toBeGreaterThan(60);
    });
  }
});
