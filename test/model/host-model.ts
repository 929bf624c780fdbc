import {
  DOMID_FIRST_RESERVED,
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
  POLLERR,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
  POLLWRNORM,
} from '../../src/index.js';
import { type Binding, type Channel, type DomainModel, setUpPorts } from './channel-model.js';
import { type OpenFileModel, openFileModel, queueEvent, takePort } from './open-file-model.js';
import type {
  DomainShape,
  FileOperation,
  HostOperation,
  Hypercall,
  Operation,
} from './operation.js';
import { OK, type Outcome, outcomeOfRead, portBound } from './outcome.js';
import { statusText } from './status-code.js';
import { XenModel } from './xen-model.js';

/** Bytes one read or write moves at most. */
const PAGE = 4096;
/** Array pages hold words of this many ports; two-level has a fixed number. */
const PORTS_PER_PAGE = 1024;
const TWO_LEVEL_PORTS = 4096;
const FIFO_PORTS = 131072;
/** xl's `max_event_channels`, which the host gives every domain but the first. */
const DEFAULT_LIMIT = 1023;

/** Sizes of the arguments of ioctls; those that a restricted file is refused before its argument is looked at. */
const ARGUMENT_SIZE: ReadonlyMap<number, number> = new Map([
  [IOCTL_EVTCHN_BIND_VIRQ, 4],
  [IOCTL_EVTCHN_BIND_INTERDOMAIN, 8],
  [IOCTL_EVTCHN_BIND_UNBOUND_PORT, 4],
  [IOCTL_EVTCHN_UNBIND, 4],
  [IOCTL_EVTCHN_NOTIFY, 4],
  [IOCTL_EVTCHN_RESTRICT_DOMID, 2],
]);
const REFUSED_WHEN_RESTRICTED: ReadonlySet<number> = new Set([
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_RESTRICT_DOMID,
]);

/**
 * A whole host as the pages and recordings describe it: maps, sets and lists, and every event delivered at once. It says
 * beforehand what each operation will answer.
 */
export class HostModel {
  readonly xen = new XenModel((domain, port, channel) => this.#deliver(domain, port, channel));
  readonly files = new Map<number, OpenFileModel>();

  /** What the operation answers; the model is then as it leaves the host. */
  perform(operation: Operation): Outcome {
    if ('caller' in operation) return this.#hypercall(operation);
    if ('file' in operation && operation.op !== 'open') return this.#onFile(operation);
    return this.#onHost(operation as HostOperation);
  }

  /** The kernel of a new domain bound this one before anybody could look. */
  adopt(domid: number, port: number, binding: Binding, vcpu: number): void {
    const domain = this.xen.domains.get(domid)!;
    domain.channels.set(port, { binding, vcpu, pending: false, owner: 'domain' });
    domain.kernelPorts.add(port);
    setUp(domain, port);
  }

  /** Whether an event of the open file's port waits behind its being disabled. */
  latched(file: OpenFileModel, port: number): boolean {
    const channel = this.xen.domains.get(file.domid)?.channels.get(port);
    return file.ports.get(port) === false && channel?.owner === file.file && channel.pending;
  }

  /** Poll bits of an open file. */
  poll(file: OpenFileModel): number {
    if (file.overflow) return POLLERR;
    const readable = file.ring.length > 0 ? POLLIN | POLLRDNORM : 0;
    return POLLOUT | POLLWRNORM | readable;
  }

  #deliver(domain: DomainModel, port: number, channel: Channel): void {
    if (channel.owner === 'domain') return;
    const file = this.files.get(channel.owner)!;
    if (file.ports.get(port) !== true || file.domid !== domain.domid) return;
    channel.pending = false;
    queueEvent(file, port);
  }

  #onHost(operation: HostOperation): Outcome {
    switch (operation.op) {
      case 'create domain':
        return this.#createDomain(operation.shape);
      case 'destroy domain': {
        const { domid } = operation;
        for (const file of this.files.values()) if (file.domid === domid) file.lost = true;
        this.xen.destroy(this.xen.domains.get(domid)!);
        return OK;
      }
      case 'pause':
        this.xen.domains.get(operation.domid)!.pauses++;
        return OK;
      case 'unpause': {
        const domain = this.xen.domains.get(operation.domid)!;
        domain.pauses = Math.max(0, domain.pauses - 1);
        return OK;
      }
      case 'open': {
        const { file, domid, flags, through } = operation;
        if (!this.xen.domains.get(domid)!.kernel) return 'ENOENT';
        this.files.set(file, openFileModel(file, domid, flags, through));
        return OK;
      }
      case 'raise virq': {
        const { domid, virq, vcpu } = operation;
        this.xen.raiseVirq(this.xen.domains.get(domid)!, virq, vcpu);
        return OK;
      }
      case 'raise global virq':
        this.xen.raiseGlobalVirq(operation.virq);
        return OK;
      case 'set virq handler':
        this.xen.virqHandlers.set(operation.virq, operation.domid);
        return OK;
      case 'set affinity': {
        const { domid, port, vcpu } = operation;
        return this.xen.bindVcpu(this.xen.domains.get(domid)!, port, vcpu);
      }
    }
  }

  #createDomain(shape: DomainShape): Outcome {
    const { domid, vcpus, kernel } = shape;
    if (this.xen.domains.has(domid)) return 'EEXIST';
    const privileged = domid === 0;
    const twoLevel = shape.abi === 'two-level' || !kernel;
    const abiLimit = (twoLevel ? TWO_LEVEL_PORTS : FIFO_PORTS) - 1;
    const cap = shape.maxEvtchnPort ?? (privileged ? abiLimit : DEFAULT_LIMIT);
    this.xen.domains.set(domid, {
      domid,
      privileged,
      kernel,
      twoLevel,
      vcpus,
      limit: Math.min(cap, abiLimit),
      channels: new Map(),
      kernelPorts: new Set(),
      remembered: new Set(),
      inherited: new Set(),
      valid: 64,
      setUp: twoLevel ? TWO_LEVEL_PORTS : 0,
      // An empty domain starts paused, as toolstacks make them.
      pauses: kernel ? 0 : 1,
    });
    return OK;
  }

  #hypercall(call: Hypercall): Outcome {
    const { xen } = this;
    const caller = xen.domains.get(call.caller)!;
    switch (call.op) {
      case 'alloc_unbound':
        return xen.allocUnbound(caller, call.dom, call.remote, 'domain');
      case 'bind_interdomain':
        return xen.bindInterdomain(caller, call.dom, call.port, 'domain');
      case 'bind_virq':
        return xen.bindVirq(caller, call.virq, call.vcpu, 'domain');
      case 'bind_ipi':
        return xen.bindIpi(caller, call.vcpu);
      case 'close_port':
        return xen.close(caller, call.port);
      case 'send':
        return xen.send(caller, call.port);
      case 'status': {
        const status = xen.status(caller, call.dom, call.port);
        return typeof status === 'string' ? status : statusText(status);
      }
      case 'bind_vcpu':
        return xen.bindVcpu(caller, call.port, call.vcpu);
      case 'unmask':
        return xen.unmask(caller, call.port);
      case 'set_priority':
        return xen.setPriority(caller, call.port, call.priority);
      case 'reset_domain':
        return xen.reset(caller, call.dom);
    }
  }

  #onFile(operation: FileOperation): Outcome {
    const file = this.files.get(operation.file)!;
    if (operation.op === 'share') {
      file.references++;
      return OK;
    }
    if (operation.op === 'close') return this.#close(file);
    if (file.lost) return 'ENODEV';
    const domain = this.xen.domains.get(file.domid)!;
    switch (operation.op) {
      case 'bind unbound':
        if (file.restrictedTo !== undefined) return 'EACCES';
        return this.#bound(
          file,
          domain,
          this.xen.allocUnbound(domain, DOMID_FIRST_RESERVED, operation.domid, file.file),
        );
      case 'bind interdomain': {
        const { domid, port } = operation;
        if (file.restrictedTo !== undefined && file.restrictedTo !== domid) return 'EACCES';
        return this.#bound(file, domain, this.xen.bindInterdomain(domain, domid, port, file.file));
      }
      case 'bind virq':
        if (file.restrictedTo !== undefined) return 'EACCES';
        return this.#bound(file, domain, this.xen.bindVirq(domain, operation.virq, 0, file.file));
      case 'unbind': {
        const { port } = operation;
        if (port >= domain.setUp) return 'EINVAL';
        if (!file.ports.delete(port)) return 'ENOTCONN';
        return this.xen.close(domain, port);
      }
      case 'notify':
        if (!file.ports.has(operation.port)) return 'ENOTCONN';
        this.xen.send(domain, operation.port);
        return OK;
      case 'read':
        return read(file, operation.bytes, operation.mapped);
      case 'write':
        return this.#write(file, domain, operation);
      case 'poll':
        return String(this.poll(file));
      case 'reset':
        file.ring.length = 0;
        file.overflow = false;
        return OK;
      case 'restrict': {
        const domid = operation.domid & 0xffff;
        if (file.restrictedTo !== undefined) return 'EACCES';
        if (domid === 0 || domid >= DOMID_FIRST_RESERVED) return 'EINVAL';
        file.restrictedTo = domid;
        return OK;
      }
      case 'bad ioctl': {
        const { command } = operation;
        if (!ARGUMENT_SIZE.has(command)) return 'ENOSYS';
        const refused = file.restrictedTo !== undefined && REFUSED_WHEN_RESTRICTED.has(command);
        return refused ? 'EACCES' : 'EFAULT';
      }
    }
  }

  #close(file: OpenFileModel): Outcome {
    file.references--;
    if (file.references > 0) return OK;
    this.files.delete(file.file);
    const domain = this.xen.domains.get(file.domid);
    if (file.lost || domain === undefined) return OK;
    for (const port of file.ports.keys()) this.xen.close(domain, port);
    return OK;
  }

  /** The driver takes a new port in; one that comes with an event is told of it now. */
  #bound(file: OpenFileModel, domain: DomainModel, outcome: Outcome): Outcome {
    const port = portBound(outcome);
    if (port === undefined) return outcome;
    takePort(file, port);
    setUp(domain, port);
    const channel = domain.channels.get(port)!;
    if (channel.pending) this.#deliver(domain, port, channel);
    return outcome;
  }

  #write(
    file: OpenFileModel,
    domain: DomainModel,
    operation: FileOperation & { readonly op: 'write' },
  ): Outcome {
    if (!file.mayWrite) return 'EBADF';
    const words = Math.floor(Math.min(operation.bytes, PAGE) / 4);
    if (words * 4 > operation.mapped) return 'EFAULT';
    // One mention after the other: the first may deliver an event and so disable the port for the next.
    for (const port of operation.ports.slice(0, words)) {
      if (file.ports.get(port) !== false) continue;
      file.ports.set(port, true);
      const channel = domain.channels.get(port)!;
      if (channel.pending) this.#deliver(domain, port, channel);
    }
    return String(words * 4);
  }
}

/** The guest kernel serves the port: with FIFO it has pages of words for it and all below, for good. */
function setUp(domain: DomainModel, port: number): void {
  const pages = Math.floor(port / PORTS_PER_PAGE) + 1;
  setUpPorts(domain, pages * PORTS_PER_PAGE);
}

function read(file: OpenFileModel, bytes: number, mapped: number): Outcome {
  if (!file.mayRead) return 'EBADF';
  const words = Math.floor(Math.min(bytes, PAGE) / 4);
  if (words === 0) return '0';
  if (file.overflow) return 'EFBIG';
  if (file.ring.length === 0) return 'EAGAIN';
  if (Math.min(words, file.ring.length) * 4 > mapped) return 'EFAULT';
  return outcomeOfRead(file.ring.splice(0, words));
}
