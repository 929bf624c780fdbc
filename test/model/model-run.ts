import { type EventAbi, O_RDWR } from '../../src/index.js';
import { HostModel } from './host-model.js';
import { noEventIsLost } from './invariants.js';
import { describeOperation, type Operation } from './operation.js';
import type { Outcome } from './outcome.js';
import type { Program } from './program.js';
import { ProgramLog } from './program-log.js';
import type { Reached } from './reached.js';
import { FIRST_DOMAINS, shapeOf } from './scenario.js';
import { drain, type Operations, rearm, Settler } from './settle.js';
import { channelOfCode, codeOfChannel, statusText } from './status-code.js';
import { WatchedHost } from './watched-host.js';

/**
 * One program on the embedded host and on the model side by side: every answer, every status and every poll mask is
 * compared after every operation, and the invariants are checked.
 */
export class ModelRun {
  operations = 0;
  readonly #model = new HostModel();
  readonly #watched = new WatchedHost();
  readonly #log = new ProgramLog();
  readonly #reached: Reached;

  /** @param reached - told of what the program comes across */
  constructor(reached: Reached) {
    this.#reached = reached;
  }

  /** @throws Error with the program as a list of operations, down to the one that went wrong */
  run(program: Program, abi: EventAbi): void {
    const settler = new Settler(this.#model, program.scenario, abi);
    this.#log.attempt(() => {
      for (const domid of FIRST_DOMAINS) {
        this.#perform({ op: 'create domain', shape: shapeOf(program.scenario, abi, domid) });
      }
      for (const domid of [0, 1, 5, 0]) this.#open(settler, domid);
      for (const step of program.steps) this.#performAll(settler.settle(step));
      this.#compare(true);
      this.#drainAll();
      this.#compare(true);
      this.#end();
    });
  }

  #open(settler: Settler, domid: number): void {
    const file = settler.newFile();
    this.#perform({ op: 'open', file, domid, flags: O_RDWR, through: 'system calls' });
  }

  #performAll(operations: Operations): void {
    let next = operations.next();
    while (!next.done) next = operations.next(this.#perform(next.value));
  }

  #perform(operation: Operation): Outcome {
    this.operations++;
    const expected = this.#model.perform(operation);
    this.#log.start(describeOperation(operation), expected);
    const actual = this.#watched.perform(operation);
    if (actual !== expected) throw new Error(`it answered ${actual}, the model says ${expected}`);
    if (operation.op === 'create domain' && actual === '0') this.#adopt(operation.shape.domid);
    this.#compare(false);
    this.#reached.saw(actual);
    if (operation.op === 'bind unbound' || operation.op === 'bind interdomain') {
      this.#reached.holds(this.#model.files.get(operation.file)!.ports.size);
    }
    return actual;
  }

  #adopt(domid: number): void {
    for (const [port, code] of this.#watched.host.bootChannels(domid)) {
      const { binding, vcpu } = channelOfCode(code);
      this.#model.adopt(domid, port, binding, vcpu);
    }
  }

  /** What every domain looks like, against the model. */
  #compare(now: boolean): void {
    if (!this.#watched.look(now)) return;
    for (const { domid, channels } of this.#model.xen.domains.values()) {
      const { statuses, polls } = this.#watched.views.get(domid)!;
      for (let port = 0; port < statuses.length; port++) {
        const expected = codeOfChannel(channels.get(port));
        const actual = statuses[port]!;
        if (actual !== expected) {
          throw new Error(
            `d${domid} port ${port} is ${statusText(actual)}, the model says ${statusText(expected)}`,
          );
        }
      }
      for (const [file, poll] of polls) {
        const expected = this.#model.poll(this.#model.files.get(file)!);
        if (poll !== expected) {
          throw new Error(`f${file} polls ${poll}, the model says ${expected}`);
        }
      }
    }
    for (const file of this.#watched.witness.files.values()) {
      if (file.lost) continue;
      const model = this.#model.files.get(file.file)!;
      noEventIsLost(file, (port) => model.ring.includes(port) || this.#model.latched(model, port));
    }
  }

  /** Whatever is still in rings or latched comes out now. */
  #drainAll(): void {
    for (const file of [...this.#model.files.values()]) {
      if (file.lost) continue;
      if (file.overflow) this.#perform({ op: 'reset', file: file.file });
      this.#performAll(drain(file));
      // Also those that were read before, and those whose event a reset threw away.
      this.#performAll(rearm(file));
      this.#performAll(drain(file));
      const { mayRead, mayWrite } = file;
      const seen = this.#watched.witness.files.get(file.file)!;
      if (mayRead && mayWrite) noEventIsLost(seen, () => false);
    }
  }

  /** Every file closes and every domain goes: nothing may be left behind, and nothing may throw. */
  #end(): void {
    for (const { file, references } of [...this.#model.files.values()]) {
      for (let i = references; i > 0; i--) this.#perform({ op: 'close', file });
    }
    for (const domid of [...this.#model.xen.domains.keys()]) {
      this.#perform({ op: 'destroy domain', domid });
    }
  }
}
