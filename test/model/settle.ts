import {
  type EventAbi,
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
} from '../../src/index.js';
import { type DomainModel, isGlobal, isPerVcpu } from './channel-model.js';
import type { HostModel } from './host-model.js';
import type { OpenFileModel } from './open-file-model.js';
import { ALL_MAPPED, type Operation } from './operation.js';
import { type Outcome, portBound, portsRead } from './outcome.js';
import { DOMIDS, type Scenario, shapeOf } from './scenario.js';
import type { Step } from './step.js';
import { mayMove } from './xen-model.js';

/** Operations one after the other; each is answered before the next is settled. */
export type Operations = Generator<Operation, void, Outcome>;

const ODD_DOMIDS = [3, 0x7ff0, 0x7ff1, 0x7ff2, 0x7ff4, 0xffff, 65536, 65537, 0x10005];
const ODD_PORTS = [0, 63, 64, 1023, 1024, 4095, 4096, 131071, 131072, 0x7fffffff, 0xffffffff];
const ODD_BYTES = [0, 1, 3, 5, 7, 63, 255, 257, 4095, 4097, 4100, 8192, 65537];
const BAD_IOCTLS = [
  [IOCTL_EVTCHN_BIND_VIRQ, 3],
  [IOCTL_EVTCHN_BIND_INTERDOMAIN, 7],
  [IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0],
  [IOCTL_EVTCHN_UNBIND, 3],
  [IOCTL_EVTCHN_NOTIFY, 1],
  [IOCTL_EVTCHN_RESTRICT_DOMID, 1],
  [0x4599, 4],
  [0x84500, 8],
  [0x5401, 4],
] as const;
/** Files a program holds at most, so that events meet. */
const MAX_FILES = 9;

/** Turns the steps of a program into operations, by what the model says is there. */
export class Settler {
  readonly #model: HostModel;
  readonly #scenario: Scenario;
  readonly #abi: EventAbi;
  #nextFile = 1;

  constructor(model: HostModel, scenario: Scenario, abi: EventAbi) {
    this.#model = model;
    this.#scenario = scenario;
    this.#abi = abi;
  }

  /** A number for an open file that none had before. */
  newFile(): number {
    return this.#nextFile++;
  }

  /** The operations of one step; none where nothing is there to do it to. */
  *settle(step: Step): Operations {
    const { kind, who, what, many, odd } = step;
    const file = this.#file(step);
    const caller = pick([...this.#model.xen.domains.values()], who);
    switch (kind) {
      case 'notify':
      case 'unbind':
        if (file !== undefined) yield { op: kind, file: file.file, port: this.#port(file, step) };
        return;
      case 'read':
        if (file !== undefined) yield readOperation(file, step);
        return;
      case 'write':
        if (file !== undefined) yield this.#write(file, step);
        return;
      case 'bind unbound':
        if (file !== undefined) {
          yield { op: kind, file: file.file, domid: this.#domid(step, file.through === 'library') };
        }
        return;
      case 'bind interdomain':
        if (file !== undefined) {
          const target = this.#target(file.domid, step, file.through === 'library');
          yield { op: kind, file: file.file, ...target };
        }
        return;
      case 'connect':
        if (file !== undefined) yield* this.#connect(file, step);
        return;
      case 'bind virq':
        if (file !== undefined) {
          yield { op: kind, file: file.file, virq: odd < 90 ? what % 24 : 24 + (what % 9) };
        }
        return;
      case 'poll':
      case 'reset':
        if (file !== undefined) yield { op: kind, file: file.file };
        return;
      case 'close':
        if (file !== undefined) yield { op: kind, file: file.file };
        return;
      case 'share':
        if (file?.through === 'system calls' && file.references < 3) {
          yield { op: kind, file: file.file };
        }
        return;
      case 'restrict':
        if (file !== undefined) {
          yield { op: kind, file: file.file, domid: this.#domid(step, true) };
        }
        return;
      case 'bad ioctl':
        if (file?.through === 'system calls') {
          const [command, mapped] = pick(BAD_IOCTLS, what)!;
          yield { op: kind, file: file.file, command, mapped };
        }
        return;
      case 'drain':
        if (file !== undefined) yield* drain(file);
        return;
      case 'bind many':
        if (file !== undefined) yield* this.#bindMany(file, step);
        return;
      case 'unbind all':
        if (file !== undefined && !file.lost) {
          for (const port of [...file.ports.keys()]) yield { op: 'unbind', file: file.file, port };
        }
        return;
      case 'flood':
        if (file !== undefined) yield* this.#flood(file, step);
        return;
      case 'cycle':
        if (file !== undefined) yield* this.#cycle(file, many);
        return;
      case 'cycle and grow':
        if (file !== undefined) {
          yield* this.#cycle(file, many);
          yield* this.#grow(this.#channelOf(file)?.receiver);
        }
        return;
      case 'open':
        yield* this.#open(step);
        return;
      case 'create domain': {
        const missing = DOMIDS.filter((domid) => !this.#model.xen.domains.has(domid));
        const domid = odd < 90 ? pick(missing, what) : pick(DOMIDS, what);
        if (domid !== undefined) {
          yield { op: kind, shape: shapeOf(this.#scenario, this.#abi, domid) };
        }
        return;
      }
      case 'destroy domain':
        // Domain 0 is the one that is missed least often.
        if (caller !== undefined && (caller.domid !== 0 || odd > 90)) {
          yield { op: kind, domid: caller.domid };
        }
        return;
      case 'raise virq':
        if (caller !== undefined) {
          const { domid, vcpus, channels } = caller;
          const bound = [...channels.values()].flatMap(({ binding, vcpu }) =>
            binding.kind === 'virq' ? [{ virq: binding.virq, vcpu }] : [],
          );
          const chosen = (odd < 70 ? pick(bound, what) : undefined) ?? {
            virq: what % 24,
            vcpu: many % vcpus,
          };
          const vcpu = isPerVcpu(chosen.virq) ? chosen.vcpu : 0;
          yield { op: kind, domid, virq: chosen.virq, vcpu };
        }
        return;
      case 'raise global virq':
        if (isGlobal(what % 24)) yield { op: kind, virq: what % 24 };
        return;
      case 'set virq handler':
        if (caller !== undefined && isGlobal(what % 24)) {
          yield { op: kind, virq: what % 24, domid: caller.domid };
        }
        return;
      case 'set affinity':
        if (file !== undefined && !file.lost) yield* this.#setAffinity(file, step);
        return;
      default:
        if (caller !== undefined) yield* this.#hypercall(caller, step);
    }
  }

  /** A domain number: mostly one that is there. */
  #domid({ what, odd }: Step, only16: boolean): number {
    const there = [...this.#model.xen.domains.keys()];
    const domid = odd < 75 ? pick(there, what) : pick(ODD_DOMIDS, what);
    return only16 ? (domid ?? 0) & 0xffff : (domid ?? 0);
  }

  #file({ who, odd }: Step): OpenFileModel | undefined {
    const files = [...this.#model.files.values()];
    const file = pick(files, who);
    // Of a destroyed domain only the library still answers.
    if (file?.lost !== true || (odd > 20 && file.through === 'library')) return file;
    return pick(
      files.filter(({ lost }) => !lost),
      who,
    );
  }

  /** A port to name on an open file: mostly one of its own. */
  #port(file: OpenFileModel, { what, odd }: Step): number {
    const own = odd < 75 ? pick([...file.ports.keys()], what) : undefined;
    if (own !== undefined) return own;
    const domain = this.#model.xen.domains.get(file.domid);
    const others = domain === undefined || odd >= 92 ? [] : [...domain.channels.keys()];
    return pick(others, what) ?? pick(ODD_PORTS, what)!;
  }

  /** Where a domain may connect to: mostly a port that was made for it. */
  #target(domid: number, step: Step, only16: boolean): { domid: number; port: number } {
    const { what, many, odd } = step;
    const open = [...this.#model.xen.domains.values()].flatMap((domain) =>
      [...domain.channels].flatMap(([port, { binding }]) =>
        binding.kind === 'unbound' && binding.remote === domid
          ? [{ domid: domain.domid, port }]
          : [],
      ),
    );
    const chosen = odd < 70 ? pick(open, what) : undefined;
    if (chosen !== undefined) return chosen;
    const remote = this.#domid(step, only16);
    const taken = [...(this.#model.xen.domains.get(remote & 0xffff)?.channels.keys() ?? [])];
    const port = (odd < 92 ? pick(taken, many) : undefined) ?? pick(ODD_PORTS, many)!;
    return { domid: remote, port };
  }

  /** A port by an open file, and another file connects to it. */
  *#connect(file: OpenFileModel, { what }: Step): Operations {
    const others = [...this.#model.files.values()].filter(({ lost }) => !lost);
    const other = pick(others, what);
    if (other === undefined || file.lost) return;
    const port = portBound(yield { op: 'bind unbound', file: file.file, domid: other.domid });
    if (port === undefined) return;
    yield { op: 'bind interdomain', file: other.file, domid: file.domid, port };
  }

  /** Enough ports for the ring to grow, once in a while for a new array page. */
  *#bindMany(file: OpenFileModel, { what, many, odd }: Step): Operations {
    if (file.lost) return;
    const count = odd < 97 ? 1 + (many % 80) : 1030;
    const others = [...this.#model.files.values()].filter(({ lost }) => !lost);
    const other = odd % 2 === 0 ? pick(others, what) : undefined;
    for (let i = 0; i < count; i++) {
      const domid = other?.domid ?? 0;
      const port = portBound(yield { op: 'bind unbound', file: file.file, domid });
      if (port === undefined) return;
      if (other === undefined || i >= 160) continue;
      yield { op: 'bind interdomain', file: other.file, domid: file.domid, port };
    }
  }

  /** Events and re-enabling without a read: a port comes to stand in the ring many times. */
  *#flood(file: OpenFileModel, { what, many }: Step): Operations {
    const channel = this.#channelOf(file);
    if (channel === undefined) return;
    const { port, receiver, peer } = channel;
    const most = receiver.size + 2;
    const times = what % 2 === 1 ? most : 1 + (many % most);
    for (let i = 0; i < times; i++) {
      yield { op: 'notify', file: file.file, port };
      yield writeOperation(receiver, [peer]);
    }
  }

  /** Events that are read at once, so that unread ones come to lie across the end of the ring. */
  *#cycle(file: OpenFileModel, many: number): Operations {
    const channel = this.#channelOf(file);
    if (channel === undefined) return;
    const { port, receiver, peer } = channel;
    for (let i = 0; i < 16 + (many % 64); i++) {
      yield writeOperation(receiver, [peer]);
      yield { op: 'notify', file: file.file, port };
      if (receiver.ring.length > 6 || i < 10) {
        yield { op: 'read', file: receiver.file, bytes: 4, mapped: ALL_MAPPED };
      }
    }
  }

  /** One port more than there are places in the ring, without an event on any of them. */
  *#grow(file: OpenFileModel | undefined): Operations {
    if (file === undefined || file.lost || file.size > 128) return;
    for (let missing = file.size + 1 - file.ports.size; missing > 0; missing--) {
      const outcome = yield { op: 'bind unbound', file: file.file, domid: 3 };
      if (portBound(outcome) === undefined) return;
    }
  }

  /** The first channel of an open file that leads to an open file. */
  #channelOf(file: OpenFileModel) {
    const { files, xen } = this.#model;
    if (file.lost) return undefined;
    for (const [port, { binding, owner }] of xen.domains.get(file.domid)!.channels) {
      if (owner !== file.file || binding.kind !== 'interdomain') continue;
      const { owner: other } = xen.domains.get(binding.remote)!.channels.get(binding.port)!;
      if (other !== 'domain') return { port, receiver: files.get(other)!, peer: binding.port };
    }
    return undefined;
  }

  #write(file: OpenFileModel, { what, many, odd }: Step): Operation {
    const own = [...file.ports.keys()];
    const disabled = own.filter((port) => !file.ports.get(port));
    if (odd < 60) {
      // Some of the disabled ones, from somewhere in the middle on, so not in order.
      const start = disabled.length === 0 ? 0 : what % disabled.length;
      const turned = [...disabled.slice(start), ...disabled.slice(0, start)];
      return writeOperation(file, odd < 40 ? turned : turned.slice(0, 1 + (many % 4)));
    }
    const list = [...disabled, ...own, ...ODD_PORTS, what];
    const count = odd < 95 ? 1 + (many % 12) : 1000 + (many % 40);
    const ports = Array.from(
      { length: count },
      (_, i) => list[(i * (odd % 7) + what) % list.length]!,
    );
    if (file.through === 'library') return writeOperation(file, ports.slice(0, 1024));
    const bytes = odd % 3 === 0 ? Math.min(ports.length * 4, 4097) + (many % 3) : ports.length * 4;
    const mapped = odd % 10 === 9 ? bytes - 1 - (what % 8) : ALL_MAPPED;
    return { op: 'write', file: file.file, ports, bytes, mapped };
  }

  *#open({ who, what, many, odd }: Step): Operations {
    const live = [...this.#model.xen.domains.values()].filter(({ kernel }) => kernel);
    const domain = odd < 95 ? pick(live, who) : pick([...this.#model.xen.domains.values()], who);
    if (domain === undefined || this.#model.files.size >= MAX_FILES) return;
    const through = what % 2 === 1 ? 'library' : 'system calls';
    const access = odd < 85 || through === 'library' ? O_RDWR : pick([O_RDONLY, O_WRONLY], odd)!;
    const flags = through === 'system calls' && many % 2 === 1 ? access | O_NONBLOCK : access;
    yield { op: 'open', file: this.newFile(), domid: domain.domid, flags, through };
  }

  /** Only a vCPU's own VIRQs stay where they are. */
  *#setAffinity(file: OpenFileModel, { what, many }: Step): Operations {
    const domain = this.#model.xen.domains.get(file.domid)!;
    const movable = [...file.ports.keys()].filter((port) => mayMove(domain.channels.get(port)!));
    const port = pick(movable, what);
    if (port === undefined) return;
    yield { op: 'set affinity', domid: domain.domid, port, vcpu: many % domain.vcpus };
  }

  *#hypercall(domain: DomainModel, step: Step): Operations {
    const { kind, what, many, odd } = step;
    const caller = domain.domid;
    const ports = [...domain.channels.keys()];
    const any = (odd < 80 ? pick(ports, what) : undefined) ?? pick(ODD_PORTS, what)!;
    switch (kind) {
      case 'alloc_unbound': {
        const dom = odd < 30 ? caller : this.#domid({ ...step, what: many }, true);
        yield { op: kind, caller, dom, remote: this.#domid(step, true) };
        return;
      }
      case 'hv_bind_interdomain': {
        const { domid: dom, port } = this.#target(caller, step, true);
        yield { op: 'bind_interdomain', caller, dom, port };
        return;
      }
      case 'hv_bind_virq':
        yield {
          op: 'bind_virq',
          caller,
          virq: odd < 90 ? what % 24 : 24,
          vcpu: odd < 50 ? 0 : many % (domain.vcpus + 1),
        };
        return;
      case 'bind_ipi':
        yield { op: kind, caller, vcpu: many % (domain.vcpus + 1) };
        return;
      case 'close_port': {
        // The device's ports are its driver's to close, and the kernel's the kernel's.
        const own = ports.filter((port) => this.#isSpare(domain, port));
        const free = ODD_PORTS.filter((port) => !domain.channels.has(port));
        const port = (odd < 80 ? pick(own, what) : undefined) ?? pick(free, what);
        if (port !== undefined) yield { op: kind, caller, port };
        return;
      }
      case 'send':
        yield { op: kind, caller, port: any };
        return;
      case 'status': {
        const dom = odd < 30 ? caller : this.#domid(step, true);
        yield { op: kind, caller, dom, port: any };
        return;
      }
      case 'bind_vcpu': {
        // The kernel has to know where the ports it serves are: those it moves itself.
        const vcpu = this.#isSpare(domain, any) ? many % (domain.vcpus + 1) : domain.vcpus;
        yield { op: kind, caller, port: any, vcpu };
        return;
      }
      case 'unmask':
        if (!this.#isDisabled(domain, any)) yield { op: kind, caller, port: any };
        return;
      case 'set_priority':
        yield { op: kind, caller, port: any, priority: many % 18 };
        return;
      case 'reset_domain':
        yield* this.#resetDomain(domain, step);
        return;
    }
  }

  /** Not served by the kernel: the domain's own, made by hypercall, or free. */
  #isSpare({ channels, kernelPorts }: DomainModel, port: number): boolean {
    const channel = channels.get(port);
    if (channel === undefined) return true;
    return channel.owner === 'domain' && !kernelPorts.has(port);
  }

  /** Unmasking behind the driver's back is not something a program can do. */
  #isDisabled({ channels }: DomainModel, port: number): boolean {
    const owner = channels.get(port)?.owner;
    return typeof owner === 'number' && this.#model.files.get(owner)?.ports.get(port) === false;
  }

  /** Only a domain that nothing runs in survives it: a kernel would go on with channels it no longer has. */
  *#resetDomain(caller: DomainModel, step: Step): Operations {
    const { domains } = this.#model.xen;
    const dom = this.#domid(step, true);
    const named = this.#model.xen.find(caller, dom);
    if (named?.kernel === true) {
      const refused = !caller.privileged && named !== caller;
      const running = named !== caller && named.pauses === 0;
      if (refused || running) yield { op: 'reset_domain', caller: caller.domid, dom };
      return;
    }
    const target = pick(
      [...domains.values()].filter(({ kernel }) => !kernel),
      step.what,
    );
    if (target !== undefined) {
      const op = pick(['pause', 'pause', 'unpause'] as const, step.many)!;
      yield { op, domid: target.domid };
    }
    yield { op: 'reset_domain', caller: caller.domid, dom };
  }
}

/** Reads and writes back until nothing more comes. */
export function* drain(file: OpenFileModel): Operations {
  for (;;) {
    const outcome = yield { op: 'read', file: file.file, bytes: 4096, mapped: ALL_MAPPED };
    const ports = portsRead(outcome);
    if (ports.length === 0) return;
    yield writeOperation(file, [...new Set(ports)]);
  }
}

/** Writes back every port it holds. */
export function* rearm(file: OpenFileModel): Operations {
  const ports = [...file.ports.keys()];
  for (let i = 0; i < ports.length; i += 1024) {
    yield writeOperation(file, ports.slice(i, i + 1024));
  }
}

function writeOperation({ file }: OpenFileModel, ports: readonly number[]): Operation {
  return { op: 'write', file, ports, bytes: ports.length * 4, mapped: ALL_MAPPED };
}

function readOperation(file: OpenFileModel, { many, odd }: Step): Operation {
  if (file.through === 'library') {
    const bytes = odd < 40 ? 4096 : 4 * (1 + (many % 20));
    return { op: 'read', file: file.file, bytes, mapped: ALL_MAPPED };
  }
  const plain = odd < 30 ? 4096 : 4 * (1 + (many % 80));
  const bytes = odd < 75 ? plain : pick(ODD_BYTES, many)!;
  const mapped = odd % 11 === 10 ? many % 16 : ALL_MAPPED;
  return { op: 'read', file: file.file, bytes, mapped };
}

function pick<T>(list: readonly T[], number: number): T | undefined {
  return list.length === 0 ? undefined : list[number % list.length];
}
