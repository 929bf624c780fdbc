/**
 * Random programs on the embedded host, recorded, written as JSON lines, read, and replayed: the same has to come of them.
 *
 * The seed is random and printed; MODEL_SEED=n repeats a run. MODEL_SCALE=n makes n times as many operations.
 */
import { describe, it } from 'vitest';
import {
  type EventAbi,
  JsonLinesFormat,
  ManualClock,
  O_RDWR,
  readJsonLines,
  type TraceRecord,
} from '../../src/index.js';
import { replayTrace } from '../../src/lab.js';
import { EmbeddedHost } from './embedded-host.js';
import { HostModel } from './host-model.js';
import type { Operation } from './operation.js';
import type { Outcome } from './outcome.js';
import { type Program, program } from './program.js';
import { FIRST_DOMAINS, shapeOf } from './scenario.js';
import { checkPrograms } from './seeded-check.js';
import { type Operations, Settler } from './settle.js';
import { channelOfCode } from './status-code.js';

const OPERATIONS = 30_000;
const TIME_LIMIT = 300_000;

/** Of a guest's administrator: no record tells it from a hypercall that leaves the kernel's own idea of a port alone. */
const UNTOLD = 'set affinity';

/** A program on a host that is recorded; the model tells what its steps mean. */
class RecordedRun {
  readonly records: TraceRecord[] = [];
  operations = 0;
  readonly #clock = new ManualClock();
  readonly #model = new HostModel();
  readonly #host = new EmbeddedHost({
    clock: this.#clock,
    trace: { record: (record) => this.records.push(record) },
  });

  run({ scenario, steps }: Program, abi: EventAbi): void {
    const settler = new Settler(this.#model, scenario, abi);
    for (const domid of FIRST_DOMAINS) {
      this.#perform({ op: 'create domain', shape: shapeOf(scenario, abi, domid) });
    }
    for (const domid of [0, 1, 5, 0]) {
      const file = settler.newFile();
      this.#perform({ op: 'open', file, domid, flags: O_RDWR, through: 'system calls' });
    }
    for (const step of steps) {
      if (step.kind !== UNTOLD) this.#performAll(settler.settle(step));
      this.#clock.advance(step.odd % 7);
    }
  }

  #performAll(operations: Operations): void {
    let next = operations.next();
    while (!next.done) next = operations.next(this.#perform(next.value));
  }

  #perform(operation: Operation): Outcome {
    this.operations++;
    this.#model.perform(operation);
    const outcome = this.#host.perform(operation);
    if (operation.op === 'create domain' && outcome === '0') this.#adopt(operation.shape.domid);
    return outcome;
  }

  #adopt(domid: number): void {
    for (const [port, code] of this.#host.bootChannels(domid)) {
      const { binding, vcpu } = channelOfCode(code);
      this.#model.adopt(domid, port, binding, vcpu);
    }
  }
}

function written(records: readonly TraceRecord[]): string {
  const format = new JsonLinesFormat();
  const summary = { records: records.length, dropped: 0 };
  return format.begin() + format.batch({ records, dropped: 0 }) + format.end(summary);
}

describe('the trace of a random program is replayed with the same results', () => {
  for (const abi of ['fifo', 'two-level'] as const) {
    it(`with the ${abi} ABI`, { timeout: TIME_LIMIT }, () => {
      checkPrograms(`replay, ${abi}`, program, OPERATIONS, (given) => {
        const run = new RecordedRun();
        run.run(given, abi);
        const replayed = replayTrace(readJsonLines(written(run.records)));
        const [first] = replayed.differences;
        if (first !== undefined) throw new Error(first.text);
        if (replayed.records !== run.records.length) throw new Error('not all was replayed');
        return run.operations;
      });
    });
  }
});
