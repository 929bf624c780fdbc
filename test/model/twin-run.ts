import { type EventAbi, O_RDWR, type TraceSink } from '../../src/index.js';
import { RecordProbe } from '../../src/trace/record-probe.js';
import { CheckedLife } from './checked-life.js';
import { ComparedTrace } from './compared-trace.js';
import { EmbeddedHost } from './embedded-host.js';
import { HostModel } from './host-model.js';
import { describeOperation, type Operation } from './operation.js';
import type { Outcome } from './outcome.js';
import type { Program } from './program.js';
import { ProgramLog } from './program-log.js';
import { FIRST_DOMAINS, shapeOf } from './scenario.js';
import { drain, type Operations, rearm, Settler } from './settle.js';
import { channelOfCode, statusText } from './status-code.js';

/** A host that does what the others do, in its own way. */
interface Twin {
  readonly name: string;
  readonly abi: EventAbi;
  readonly host: EmbeddedHost;
  /** Called before every operation. */
  readonly prepare: (operation: number) => void;
}

/** The open file through which a new domain gets its first port, and which closes at once. */
const FIRST_PORT = 0;

const NO_PREPARATION = () => {};

/** Takes every record, as a trace that is shown does. */
class CountingSink implements TraceSink {
  records = 0;

  record(): void {
    this.records++;
  }
}

/**
 * One program on several hosts that may differ only in how events travel: by the one ABI or the other, by the short way or,
 * with a trace, step by step through the guest's memory, or now this way, now that. All have to answer alike.
 */
export class TwinRun {
  operations = 0;
  readonly #log = new ProgramLog();
  readonly #model = new HostModel();
  readonly #twins: readonly Twin[];
  /** Of those hosts that are traced all the time. */
  readonly #traces: ComparedTrace[] = [];
  readonly #lives: CheckedLife[] = [];

  /** @param abis - which ABIs its hosts have */
  constructor(abis: readonly EventAbi[]) {
    this.#twins = abis.flatMap((abi) => {
      const plain = new EmbeddedHost();
      const traced = new EmbeddedHost();
      this.#traces.push(new ComparedTrace(traced.host));
      const life = new CheckedLife();
      traced.host.attach(new RecordProbe(life, () => traced.host.clock.now()));
      this.#lives.push(life);
      const mixed = new EmbeddedHost();
      const sink = new CountingSink();
      return [
        { name: `${abi}`, abi, host: plain, prepare: NO_PREPARATION },
        { name: `${abi}, traced`, abi, host: traced, prepare: NO_PREPARATION },
        {
          name: `${abi}, traced now and then`,
          abi,
          host: mixed,
          prepare: (operation: number) => {
            // In runs of some length, so that events cross from the one way to the other.
            mixed.host.trace = (operation >> 2) % 3 === 0 ? sink : undefined;
          },
        },
      ];
    });
  }

  /** @throws Error with the program as a list of operations, down to the one that was answered differently */
  run({ scenario, steps }: Program): void {
    const settler = new Settler(this.#model, scenario, this.#twins[0]!.abi);
    this.#log.attempt(() => {
      for (const domid of FIRST_DOMAINS) {
        this.#perform({ op: 'create domain', shape: shapeOf(scenario, 'fifo', domid) });
      }
      for (const domid of [0, 1, 5, 0]) {
        const file = settler.newFile();
        this.#perform({ op: 'open', file, domid, flags: O_RDWR, through: 'system calls' });
      }
      for (const step of steps) this.#performAll(settler.settle(step));
      for (const file of this.#model.files.values()) {
        if (file.lost) continue;
        this.#performAll(drain(file));
        this.#performAll(rearm(file));
        this.#performAll(drain(file));
      }
      for (const trace of this.#traces) trace.end();
      for (const life of this.#lives) life.end();
    });
  }

  #performAll(operations: Operations): void {
    let next = operations.next();
    while (!next.done) next = operations.next(this.#perform(next.value));
  }

  #perform(operation: Operation): Outcome {
    this.operations += this.#twins.length;
    this.#model.perform(operation);
    const outcomes = this.#twins.map((twin) => this.#performOn(twin, operation));
    for (const trace of this.#traces) trace.compare();
    const outcome = outcomes[0]!;
    this.#log.start(describeOperation(operation), outcome);
    for (const [i, other] of outcomes.entries()) {
      const { name, abi } = this.#twins[i]!;
      const sameAbi = abi === this.#twins[0]!.abi;
      if (other !== outcome && (sameAbi || !mayDiffer(operation, outcome, other))) {
        throw new Error(`${this.#twins[0]!.name} answered ${outcome}, ${name} ${other}`);
      }
    }
    if (operation.op === 'create domain' && outcome === '0') {
      this.#adopt(operation.shape.domid);
      if (operation.shape.kernel) this.#serveOnePort(operation.shape.domid);
    }
    this.#compare();
    return outcome;
  }

  /**
   * Has the kernel of a new domain set up its first ports. Until it has, FIFO keeps an event of a port that was made by
   * hypercall even when that port is closed, and two-level does not.
   */
  #serveOnePort(domid: number): void {
    this.#perform({ op: 'open', file: FIRST_PORT, domid, flags: O_RDWR, through: 'system calls' });
    this.#perform({ op: 'bind unbound', file: FIRST_PORT, domid });
    this.#perform({ op: 'close', file: FIRST_PORT });
  }

  #performOn({ host, abi, prepare }: Twin, operation: Operation): Outcome {
    prepare(this.operations / this.#twins.length);
    if (operation.op !== 'create domain') return host.perform(operation);
    return host.perform({ ...operation, shape: { ...operation.shape, abi } });
  }

  /** The model is here only to know what is there, so that programs make sense. */
  #adopt(domid: number): void {
    for (const [port, code] of this.#twins[0]!.host.bootChannels(domid)) {
      const { binding, vcpu } = channelOfCode(code);
      this.#model.adopt(domid, port, binding, vcpu);
    }
  }

  /** Every port and every open file look alike on all hosts. */
  #compare(): void {
    const [first, ...others] = this.#twins;
    for (const { domid, channels, valid } of this.#model.xen.domains.values()) {
      // Large domains are looked at here and there.
      if (channels.size > 200 && this.operations % 16 !== 0) continue;
      const ports = Math.min(valid, highest(channels.keys()) + 4);
      const statuses = first!.host.sweep(domid, ports);
      for (const { name, host } of others) {
        const theirs = host.sweep(domid, statuses.length);
        for (let port = 0; port < statuses.length; port++) {
          if (theirs[port] === statuses[port]) continue;
          const [here, there] = [statusText(statuses[port]!), statusText(theirs[port]!)];
          throw new Error(`d${domid} port ${port}: ${first!.name} has ${here}, ${name} ${there}`);
        }
      }
    }
    for (const { file, lost } of this.#model.files.values()) {
      if (lost) continue;
      const poll = first!.host.poll(file);
      for (const { name, host } of others) {
        const theirs = host.poll(file);
        if (theirs === poll) continue;
        throw new Error(`f${file}: ${first!.name} polls ${poll}, ${name} ${theirs}`);
      }
    }
  }
}

/** Where Xen and Linux themselves answer by the ABI: the range check of UNBIND, and priorities, which only FIFO has. */
function mayDiffer(operation: Operation, one: Outcome, other: Outcome): boolean {
  if (operation.op === 'set_priority') return other === 'ENOSYS';
  const range = ['EINVAL', 'ENOTCONN'];
  return operation.op === 'unbind' && range.includes(one) && range.includes(other);
}

function highest(ports: Iterable<number>): number {
  let result = 0;
  for (const port of ports) result = Math.max(result, port);
  return result;
}
