import fc from 'fast-check';
import { type EventAbi, O_RDWR } from '../../src/index.js';
import { CheckedLife } from './checked-life.js';
import { noEventIsLost } from './invariants.js';
import { ALL_MAPPED, type DomainShape, describeOperation, type Operation } from './operation.js';
import { type Outcome, portBound, portsRead } from './outcome.js';
import { ProgramLog } from './program-log.js';
import { decodeStatus } from './status-code.js';
import { WatchedHost } from './watched-host.js';
import type { FileSeen } from './witness.js';

/** Steps of a program on a host where events wait for `run()`, and how often each is taken. */
const KINDS = [
  ...Array<'notify'>(10).fill('notify'),
  ...Array<'read'>(6).fill('read'),
  ...Array<'write'>(6).fill('write'),
  ...Array<'run'>(4).fill('run'),
  ...Array<'connect'>(3).fill('connect'),
  ...Array<'set affinity'>(4).fill('set affinity'),
  ...Array<'raise virq'>(3).fill('raise virq'),
  ...Array<'send'>(2).fill('send'),
  'unbind',
  'bind virq',
  'set_priority',
  'bind_vcpu',
  'reset',
  'close',
  'open',
  'upcalls off',
  'upcalls on',
] as const;

/** One step; picks as in other programs. */
interface DeferredStep {
  readonly kind: (typeof KINDS)[number];
  readonly who: number;
  readonly what: number;
}

/** A random program for {@link DeferredRun}. */
export interface DeferredProgram {
  readonly vcpus: number;
  readonly steps: readonly DeferredStep[];
}

/** Any such program. */
export const deferredProgram: fc.Arbitrary<DeferredProgram> = fc.record({
  vcpus: fc.integer({ min: 1, max: 4 }),
  steps: fc.array(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      who: fc.integer({ min: 0, max: 1023 }),
      what: fc.integer({ min: 0, max: 1023 }),
    }),
    { maxLength: 200, size: 'max' },
  ),
});

const DOMAINS = [0, 1, 5] as const;
const MAX_FILES = 7;

/**
 * One program with deferred delivery and several vCPUs, whose ports move between them while events are under way. When an
 * event is read is not foretold; that it is, in the end, is. What must hold all along is checked as in other programs.
 */
export class DeferredRun {
  operations = 0;
  readonly #life = new CheckedLife();
  readonly #watched = new WatchedHost({ delivery: 'deferred', trace: this.#life });
  readonly #log = new ProgramLog();
  /** Ports read and not written back, by file. */
  readonly #taken = new Map<number, number[]>();
  readonly #upcallsOff: { readonly domid: number; readonly vcpu: number }[] = [];
  #nextFile = 1;

  /** @throws Error with the program as a list of operations */
  run({ vcpus, steps }: DeferredProgram, abi: EventAbi): void {
    this.#log.attempt(() => {
      for (const domid of DOMAINS) {
        const shape: DomainShape = {
          domid,
          abi,
          vcpus,
          maxEvtchnPort: undefined,
          kernel: true,
          kernelChannels: false,
        };
        this.#perform({ op: 'create domain', shape });
        this.#open(domid);
      }
      for (const step of steps) this.#step(step, vcpus);
      this.#end();
      this.#life.end();
    });
  }

  get #files(): FileSeen[] {
    return [...this.#watched.witness.files.values()];
  }

  #perform(operation: Operation): Outcome {
    this.operations++;
    this.#log.start(describeOperation(operation), '');
    const outcome = this.#watched.perform(operation);
    this.#log.answered(outcome);
    this.#watched.look();
    return outcome;
  }

  #open(domid: number): void {
    const file = this.#nextFile++;
    this.#perform({ op: 'open', file, domid, flags: O_RDWR, through: 'system calls' });
    this.#taken.set(file, []);
  }

  #step({ kind, who, what }: DeferredStep, vcpus: number): void {
    const files = this.#files;
    const file = files[who % files.length];
    if (kind === 'run') this.#runHost();
    if (kind === 'open' && files.length < MAX_FILES) this.#open(DOMAINS[what % DOMAINS.length]!);
    if (file === undefined) return;
    const ports = [...file.ports];
    const port = ports[what % Math.max(1, ports.length)];
    switch (kind) {
      case 'connect': {
        const other = files[what % files.length]!;
        const bound = this.#perform({ op: 'bind unbound', file: file.file, domid: other.domid });
        const remote = { domid: file.domid, port: portBound(bound)! };
        this.#perform({ op: 'bind interdomain', file: other.file, ...remote });
        return;
      }
      case 'bind virq':
        this.#perform({ op: kind, file: file.file, virq: what % 24 });
        return;
      case 'raise virq': {
        const virq = ports
          .map((one) => decodeStatus(this.#watched.host.status(file.domid, one)))
          .find((status) => status.kind === 'virq');
        if (virq === undefined) return;
        const { domid } = file;
        this.#perform({ op: kind, domid, virq: virq.nr, vcpu: isPerVcpu(virq.nr) ? virq.vcpu : 0 });
        return;
      }
      case 'read': {
        const bytes = what % 3 === 0 ? 4096 : 4 * (1 + (what % 5));
        this.#read(file, bytes);
        return;
      }
      case 'write':
        this.#write(file, 1 + (what % 6));
        return;
      case 'reset':
        this.#perform({ op: kind, file: file.file });
        this.#perform(writeOperation(file.file, ports));
        return;
      case 'close':
        if (files.length > 3 && what % 3 === 0) this.#perform({ op: kind, file: file.file });
        return;
      case 'upcalls off':
      case 'upcalls on':
        this.#switchUpcalls(kind === 'upcalls off', file.domid, what % vcpus);
        return;
    }
    if (port === undefined) return;
    const { domid } = file;
    switch (kind) {
      case 'notify':
      case 'unbind':
        this.#perform({ op: kind, file: file.file, port });
        return;
      case 'send':
        this.#perform({ op: kind, caller: domid, port });
        return;
      case 'set_priority':
        this.#perform({ op: kind, caller: domid, port, priority: what % 16 });
        return;
      case 'set affinity':
        this.#perform({ op: kind, domid, port, vcpu: (who + what) % vcpus });
        return;
      case 'bind_vcpu': {
        // Another domain's end of nothing: a port the kernel does not serve may go anywhere.
        const own = this.#perform({ op: 'alloc_unbound', caller: domid, dom: domid, remote: 0 });
        const vcpu = (who + what) % vcpus;
        this.#perform({ op: kind, caller: domid, port: portBound(own)!, vcpu });
        return;
      }
    }
  }

  /** Interrupts of a guest's vCPU are off for a while: its upcall waits. */
  #switchUpcalls(off: boolean, domid: number, vcpu: number): void {
    const kernel = this.#watched.host.host.domain(domid)!.kernel!;
    const at = this.#upcallsOff.findIndex((one) => one.domid === domid && one.vcpu === vcpu);
    if (off === at >= 0) return;
    this.#log.start(`d${domid}: upcalls of vcpu ${vcpu} ${off ? 'off' : 'on'}`, '');
    if (off) {
      this.#upcallsOff.push({ domid, vcpu });
      kernel.disableUpcalls(vcpu);
    } else {
      this.#upcallsOff.splice(at, 1);
      kernel.enableUpcalls(vcpu);
    }
  }

  #runHost(): void {
    this.operations++;
    this.#log.start('run', '');
    this.#watched.host.host.run();
    // Any file may have become readable.
    this.#watched.views.clear();
    this.#watched.look(true);
  }

  #read(file: FileSeen, bytes: number): number {
    const outcome = this.#perform({ op: 'read', file: file.file, bytes, mapped: ALL_MAPPED });
    const ports = portsRead(outcome);
    this.#taken.get(file.file)!.push(...ports);
    return ports.length;
  }

  #write(file: FileSeen, count: number): void {
    const ports = this.#taken.get(file.file)!.splice(0, count);
    this.#perform(writeOperation(file.file, ports));
  }

  /** All that was sent comes out, once guests run and programs read. */
  #end(): void {
    for (const { domid, vcpu } of [...this.#upcallsOff]) this.#switchUpcalls(false, domid, vcpu);
    this.#runHost();
    for (const file of this.#files) {
      this.#watched.look(true);
      if (file.overflowed) this.#perform({ op: 'reset', file: file.file });
    }
    for (let more = true; more; ) {
      more = false;
      for (const file of this.#files) {
        while (this.#read(file, 4096) > 0) more = true;
        this.#perform(writeOperation(file.file, [...file.ports]));
      }
      this.#runHost();
      for (const file of this.#files) while (this.#read(file, 4096) > 0) more = true;
    }
    for (const file of this.#files) noEventIsLost(file, () => false);
  }
}

function writeOperation(file: number, ports: readonly number[]): Operation {
  return { op: 'write', file, ports, bytes: ports.length * 4, mapped: ALL_MAPPED };
}

function isPerVcpu(virq: number): boolean {
  return [0, 1, 7, 13].includes(virq);
}
