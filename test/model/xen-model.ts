import { DOMID_SELF } from '../../src/index.js';
import {
  type Binding,
  type Channel,
  type DomainModel,
  findVirq,
  isPerVcpu,
  lowestFreePort,
  makePending,
  type Owner,
  takeIntoUse,
} from './channel-model.js';
import { OK, type Outcome } from './outcome.js';
import { codeOfChannel, type StatusCode } from './status-code.js';

/** Told of a channel that has a new event pending. */
type PendingListener = (domain: DomainModel, port: number, channel: Channel) => void;

/**
 * What the pages and recordings say of Xen's half: channels are entries of a map, one per domain, and every operation is
 * the list of its checks in the recorded order. It knows of masks, queues and words nothing.
 */
export class XenModel {
  readonly domains = new Map<number, DomainModel>();
  /** The domain a global VIRQ goes to, where it is not domain 0. */
  readonly virqHandlers = new Map<number, number>();
  readonly #onPending: PendingListener;

  constructor(onPending: PendingListener) {
    this.#onPending = onPending;
  }

  /** The domain a hypercall's domid means: 16 bits of it, or the caller itself. */
  find(caller: DomainModel, dom: number): DomainModel | undefined {
    const id = dom & 0xffff;
    return id === DOMID_SELF ? caller : this.domains.get(id);
  }

  allocUnbound(caller: DomainModel, dom: number, remote: number, owner: Owner): Outcome {
    const domain = this.find(caller, dom);
    if (domain === undefined) return 'ESRCH';
    const port = lowestFreePort(domain);
    if (port === undefined) return 'ENOSPC';
    if (!mayControl(caller, domain)) return 'EPERM';
    const id = remote & 0xffff;
    const binding: Binding = { kind: 'unbound', remote: id === DOMID_SELF ? caller.domid : id };
    takeIntoUse(domain, port, binding, 0, owner);
    return String(port);
  }

  bindInterdomain(caller: DomainModel, dom: number, remotePort: number, owner: Owner): Outcome {
    const remote = this.find(caller, dom);
    if (remote === undefined) return 'ESRCH';
    const port = lowestFreePort(caller);
    if (port === undefined) return 'ENOSPC';
    const peer = remote.channels.get(remotePort);
    if (peer?.binding.kind !== 'unbound') return 'EINVAL';
    if (peer.binding.remote !== caller.domid) return 'EINVAL';
    peer.binding = { kind: 'interdomain', remote: caller.domid, port };
    const binding: Binding = { kind: 'interdomain', remote: remote.domid, port: remotePort };
    makePending(caller, port, takeIntoUse(caller, port, binding, 0, owner));
    return String(port);
  }

  bindVirq(caller: DomainModel, virq: number, vcpu: number, owner: Owner): Outcome {
    if (virq >= 24) return 'EINVAL';
    if (!isPerVcpu(virq) && vcpu !== 0) return 'EINVAL';
    if (vcpu >= caller.vcpus) return 'ENOENT';
    if (findVirq(caller, virq, vcpu) !== undefined) return 'EEXIST';
    const port = lowestFreePort(caller);
    if (port === undefined) return 'ENOSPC';
    const binding: Binding = { kind: 'virq', virq };
    takeIntoUse(caller, port, binding, vcpu, owner);
    return String(port);
  }

  bindIpi(caller: DomainModel, vcpu: number): Outcome {
    if (vcpu >= caller.vcpus) return 'ENOENT';
    const port = lowestFreePort(caller);
    if (port === undefined) return 'ENOSPC';
    takeIntoUse(caller, port, { kind: 'ipi' }, vcpu, 'domain');
    return String(port);
  }

  close(caller: DomainModel, port: number): Outcome {
    const channel = caller.channels.get(port);
    if (channel === undefined) return 'EINVAL';
    caller.channels.delete(port);
    const { binding } = channel;
    if (binding.kind !== 'interdomain') return OK;
    const peer = this.domains.get(binding.remote)?.channels.get(binding.port);
    if (peer !== undefined) peer.binding = { kind: 'unbound', remote: caller.domid };
    return OK;
  }

  send(caller: DomainModel, port: number): Outcome {
    const channel = caller.channels.get(port);
    if (channel === undefined) return 'EINVAL';
    const { binding } = channel;
    if (binding.kind === 'virq' || binding.kind === 'pirq') return 'EINVAL';
    if (binding.kind === 'ipi') this.#setPending(caller, port, channel);
    if (binding.kind === 'interdomain') {
      const remote = this.domains.get(binding.remote)!;
      this.#setPending(remote, binding.port, remote.channels.get(binding.port)!);
    }
    return OK;
  }

  status(caller: DomainModel, dom: number, port: number): StatusCode | Outcome {
    const domain = this.find(caller, dom);
    if (domain === undefined) return 'ESRCH';
    if (port >= domain.valid) return 'EINVAL';
    if (!mayControl(caller, domain)) return 'EPERM';
    return codeOfChannel(domain.channels.get(port));
  }

  bindVcpu(caller: DomainModel, port: number, vcpu: number): Outcome {
    if (vcpu >= caller.vcpus) return 'ENOENT';
    const channel = caller.channels.get(port);
    if (channel === undefined || !mayMove(channel)) return 'EINVAL';
    channel.vcpu = vcpu;
    return OK;
  }

  unmask(caller: DomainModel, port: number): Outcome {
    return port < caller.valid ? OK : 'EINVAL';
  }

  setPriority(caller: DomainModel, port: number, priority: number): Outcome {
    if (port >= caller.valid) return 'EINVAL';
    if (caller.twoLevel) return 'ENOSYS';
    if (!caller.channels.has(port)) return 'EACCES';
    return priority > 15 ? 'EINVAL' : OK;
  }

  reset(caller: DomainModel, dom: number): Outcome {
    const domain = this.find(caller, dom);
    if (domain === undefined) return 'ESRCH';
    if (!mayControl(caller, domain)) return 'EPERM';
    if (domain !== caller && domain.pauses === 0) return 'EINVAL';
    for (const port of [...domain.channels.keys()]) this.close(domain, port);
    return OK;
  }

  /** Lost where nobody bound it. */
  raiseVirq(domain: DomainModel, virq: number, vcpu: number): void {
    const port = findVirq(domain, virq, vcpu);
    if (port !== undefined) this.#setPending(domain, port, domain.channels.get(port)!);
  }

  raiseGlobalVirq(virq: number): void {
    const domain = this.domains.get(this.virqHandlers.get(virq) ?? 0);
    if (domain !== undefined) this.raiseVirq(domain, virq, 0);
  }

  destroy(domain: DomainModel): void {
    for (const port of [...domain.channels.keys()]) this.close(domain, port);
    this.domains.delete(domain.domid);
    for (const [virq, domid] of this.virqHandlers) {
      if (domid === domain.domid) this.virqHandlers.delete(virq);
    }
  }

  #setPending(domain: DomainModel, port: number, channel: Channel): void {
    if (makePending(domain, port, channel)) this.#onPending(domain, port, channel);
  }
}

/** The channel's vCPU can be chosen. */
export function mayMove({ binding }: Channel): boolean {
  return binding.kind === 'virq' ? !isPerVcpu(binding.virq) : binding.kind !== 'ipi';
}

function mayControl(caller: DomainModel, domain: DomainModel): boolean {
  return caller === domain || caller.privileged;
}
