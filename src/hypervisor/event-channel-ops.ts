import { DOMID_SELF } from '../abi/domid.js';
import { EBUSY, EEXIST, EINVAL, ENOENT, EPERM, ESRCH } from '../abi/errno.js';
import {
  EVTCHNOP_ALLOC_UNBOUND,
  EVTCHNOP_BIND_INTERDOMAIN,
  EVTCHNOP_BIND_IPI,
  EVTCHNOP_BIND_PIRQ,
  EVTCHNOP_BIND_VCPU,
  EVTCHNOP_BIND_VIRQ,
  EVTCHNOP_CLOSE,
  EVTCHNOP_EXPAND_ARRAY,
  EVTCHNOP_INIT_CONTROL,
  EVTCHNOP_RESET,
  EVTCHNOP_RESET_CONT,
  EVTCHNOP_SEND,
  EVTCHNOP_SET_PRIORITY,
  EVTCHNOP_STATUS,
  EVTCHNOP_UNMASK,
} from '../abi/event-channel.js';
import { NR_VIRQS, virqKind } from '../abi/virq.js';
import { findFreePort, openPort } from './allocate.js';
import { type ChannelStatus, channelStatus } from './channel-status.js';
import {
  ECS_INTERDOMAIN,
  ECS_IPI,
  ECS_PIRQ,
  ECS_UNBOUND,
  ECS_VIRQ,
  PEER_PORT_BITS,
  PEER_PORT_MASK,
} from './channel-table.js';
import { closePort } from './close.js';
import type { Domain } from './domain.js';
import { expandArray, initControl } from './fifo-control.js';
import type { Hypervisor } from './hypervisor.js';

/** Copies, because the compiler folds constants of its own module only. */
const PEER_BITS = PEER_PORT_BITS;
const PEER_MASK = PEER_PORT_MASK;

/**
 * The operations of `event_channel.h` as the hypervisor carries them out for a calling domain (xen/common/event_channel.c).
 * Arguments are unsigned 32-bit integers, domids 16-bit. Each returns 0 or the new port, or a negative errno; checks are
 * made in Xen's order and a refused call changes nothing.
 */
export class EventChannelOps {
  private readonly hypervisor: Hypervisor;

  constructor(hypervisor: Hypervisor) {
    this.hypervisor = hypervisor;
  }

  /**
   * EVTCHNOP_alloc_unbound: a port of `dom` that `remoteDom` may connect to. Whether that one exists is not checked.
   * @returns the port; -ESRCH; -EINVAL, -ENOSPC from the allocation; -EPERM (after it, so -ENOSPC wins)
   */
  allocUnbound(caller: Domain, dom: number, remoteDom: number): number {
    const rc = this.#allocUnbound(caller, dom, remoteDom);
    this.#done(caller, EVTCHNOP_ALLOC_UNBOUND, rc, dom, remoteDom, 0);
    return rc;
  }

  #allocUnbound(caller: Domain, dom: number, remoteDom: number): number {
    const domain = this.hypervisor.domainByAnyId(caller, dom);
    if (domain === undefined) return -ESRCH;
    const port = findFreePort(domain);
    if (port < 0) return port;
    if (!this.hypervisor.mayControl(caller, domain)) return -EPERM;
    openPort(domain, port, ECS_UNBOUND, remoteDom === DOMID_SELF ? caller.id : remoteDom);
    return port;
  }

  /**
   * EVTCHNOP_bind_interdomain: connects a new local port to an unbound one. The local port is pending at once, as events
   * sent before may have been lost.
   * @returns the local port; -ESRCH; allocation errors; -EINVAL for a remote port that is not valid, not unbound or meant
   * for another domain
   */
  bindInterdomain(caller: Domain, remoteDom: number, remotePort: number): number {
    const rc = this.#bindInterdomain(caller, remoteDom, remotePort);
    this.#done(caller, EVTCHNOP_BIND_INTERDOMAIN, rc, remoteDom, remotePort, 0);
    return rc;
  }

  #bindInterdomain(caller: Domain, remoteDom: number, remotePort: number): number {
    const peer = this.hypervisor.domainByAnyId(caller, remoteDom);
    if (peer === undefined) return -ESRCH;
    const port = findFreePort(caller);
    if (port < 0) return port;
    const theirs = peer.channels;
    if (!peer.validPort(remotePort)) return -EINVAL;
    if (theirs.state(remotePort) !== ECS_UNBOUND || theirs.remote(remotePort) !== caller.id) {
      return -EINVAL;
    }
    openPort(caller, port, ECS_INTERDOMAIN, peer.id, remotePort);
    const withXen = theirs.consumerIsXen(remotePort);
    caller.channels.connect(port, peer.id, remotePort, withXen);
    theirs.connect(remotePort, caller.id, port, withXen);
    caller.ports.setPending(port);
    return port;
  }

  /**
   * EVTCHNOP_bind_virq: a port for a virtual interrupt on a vCPU.
   * @returns the port; -EINVAL for a number from 24 on, or one that is not per vCPU on another vCPU than 0; -ENOENT for no
   * such vCPU; -EEXIST if it is bound; allocation errors
   */
  bindVirq(caller: Domain, virq: number, vcpu: number): number {
    const rc = this.#bindVirq(caller, virq, vcpu);
    this.#done(caller, EVTCHNOP_BIND_VIRQ, rc, virq, vcpu, 0);
    return rc;
  }

  #bindVirq(caller: Domain, virq: number, vcpu: number): number {
    if (virq >= NR_VIRQS) return -EINVAL;
    if (virqKind(virq) !== 'vcpu' && vcpu !== 0) return -EINVAL;
    const on = caller.vcpus[vcpu];
    if (on === undefined) return -ENOENT;
    if (on.virqToPort[virq] !== 0) return -EEXIST;
    const port = findFreePort(caller);
    if (port < 0) return port;
    openPort(caller, port, ECS_VIRQ, virq);
    caller.channels.setVcpu(port, vcpu);
    on.virqToPort[virq] = port;
    return port;
  }

  /**
   * EVTCHNOP_bind_pirq: a port for a physical interrupt. The flags are not checked, as in Xen.
   * @returns the port; -EINVAL for a number out of range; -EPERM if it is not the domain's; -EEXIST if it is bound;
   * allocation errors
   */
  bindPirq(caller: Domain, pirq: number, flags: number): number {
    const rc = this.#bindPirq(caller, pirq);
    this.#done(caller, EVTCHNOP_BIND_PIRQ, rc, pirq, flags, 0);
    return rc;
  }

  #bindPirq(caller: Domain, pirq: number): number {
    if (pirq >= caller.nrPirqs) return -EINVAL;
    const bound = caller.pirqToPort.get(pirq);
    if (bound === undefined) return -EPERM;
    if (bound !== 0) return -EEXIST;
    const port = findFreePort(caller);
    if (port < 0) return port;
    openPort(caller, port, ECS_PIRQ, pirq);
    caller.pirqToPort.set(pirq, port);
    return port;
  }

  /**
   * EVTCHNOP_bind_ipi: a port with which a domain tells one of its own vCPUs.
   * @returns the port; -ENOENT for no such vCPU; allocation errors
   */
  bindIpi(caller: Domain, vcpu: number): number {
    const rc = this.#bindIpi(caller, vcpu);
    this.#done(caller, EVTCHNOP_BIND_IPI, rc, vcpu, 0, 0);
    return rc;
  }

  #bindIpi(caller: Domain, vcpu: number): number {
    if (caller.vcpus[vcpu] === undefined) return -ENOENT;
    const port = findFreePort(caller);
    if (port < 0) return port;
    openPort(caller, port, ECS_IPI, 0);
    caller.channels.setVcpu(port, vcpu);
    return port;
  }

  /**
   * EVTCHNOP_close: frees a port; its peer becomes unbound and is not told.
   * @returns 0; -EINVAL for a port that is not valid, not in use, or Xen's
   */
  close(caller: Domain, port: number): number {
    const refused = !caller.validPort(port) || this.#notGuests(caller, port);
    if (!refused) closePort(caller, port);
    const rc = refused ? -EINVAL : 0;
    this.#done(caller, EVTCHNOP_CLOSE, rc, port, 0, 0);
    return rc;
  }

  /** FREE, RESERVED, or consumed by Xen: no port a guest may close. */
  #notGuests(domain: Domain, port: number): boolean {
    return !domain.channels.usable(port) || domain.channels.consumerIsXen(port);
  }

  /**
   * EVTCHNOP_send: an event to the other end. On an unbound port it is dropped, with success.
   * @returns 0; -EINVAL for a port that is not valid, free, a virq, a pirq, or Xen's
   */
  send(caller: Domain, port: number): number {
    const peer = caller.channels.peer(port);
    if (peer !== 0) {
      const { ports } = this.hypervisor.domain(peer >>> PEER_BITS)!;
      // The short way has no trace and leaves nobody kicked.
      if (ports.post(peer & PEER_MASK)) return 0;
    }
    return this.sendLongWay(caller, port, peer);
  }

  /** The rest of a send that did not take the short way. */
  private sendLongWay(caller: Domain, port: number, peer: number): number {
    let rc = 0;
    if (peer === 0) rc = this.sendUnconnected(caller, port);
    else this.hypervisor.domain(peer >>> PEER_BITS)!.ports.setPending(peer & PEER_MASK);
    this.#done(caller, EVTCHNOP_SEND, rc, port, 0, 0);
    return rc;
  }

  private sendUnconnected(caller: Domain, port: number): number {
    const { channels } = caller;
    if (!caller.validPort(port) || channels.consumerIsXen(port)) return -EINVAL;
    switch (channels.state(port)) {
      case ECS_INTERDOMAIN: {
        const peerPort = channels.remotePort(port);
        this.hypervisor.domain(channels.remote(port))!.xenConsumers.get(peerPort)?.(peerPort);
        return 0;
      }
      case ECS_IPI:
        caller.ports.setPending(port);
        return 0;
      case ECS_UNBOUND:
        return 0;
      default:
        return -EINVAL;
    }
  }

  /**
   * EVTCHNOP_status: what a port is. Port 0 and free ports read as closed.
   * @returns the status; -ESRCH; -EINVAL for a port that is not valid; -EPERM
   */
  status(caller: Domain, dom: number, port: number): ChannelStatus | number {
    const status = this.#status(caller, dom, port);
    const rc = typeof status === 'number' ? status : 0;
    this.#done(caller, EVTCHNOP_STATUS, rc, dom, port, 0);
    return status;
  }

  #status(caller: Domain, dom: number, port: number): ChannelStatus | number {
    const domain = this.hypervisor.domainByAnyId(caller, dom);
    if (domain === undefined) return -ESRCH;
    if (!domain.validPort(port)) return -EINVAL;
    if (!this.hypervisor.mayControl(caller, domain)) return -EPERM;
    return channelStatus(domain, port);
  }

  /**
   * EVTCHNOP_bind_vcpu: which vCPU is told of future events. One that is pending already is not raised again.
   * @returns 0; -ENOENT for no such vCPU, before all else; -EINVAL for a port that is not valid, free, an IPI, a VIRQ per
   * vCPU, or Xen's
   */
  bindVcpu(caller: Domain, port: number, vcpu: number): number {
    const rc = this.#bindVcpu(caller, port, vcpu);
    this.#done(caller, EVTCHNOP_BIND_VCPU, rc, port, vcpu, 0);
    return rc;
  }

  #bindVcpu(caller: Domain, port: number, vcpu: number): number {
    if (caller.vcpus[vcpu] === undefined) return -ENOENT;
    const channels = caller.channels;
    if (!caller.validPort(port) || channels.consumerIsXen(port)) return -EINVAL;
    switch (channels.state(port)) {
      case ECS_VIRQ:
        if (virqKind(channels.remote(port)) === 'vcpu') return -EINVAL;
        break;
      case ECS_UNBOUND:
      case ECS_INTERDOMAIN:
      case ECS_PIRQ:
        break;
      default:
        return -EINVAL;
    }
    channels.setVcpu(port, vcpu);
    return 0;
  }

  /**
   * EVTCHNOP_unmask: clears the port's mask and delivers an event that is pending.
   * @returns 0, also for a free port; -EINVAL for one that is not valid
   */
  unmask(caller: Domain, port: number): number {
    const valid = caller.validPort(port);
    if (valid && caller.channels.usable(port)) caller.ports.unmask(port);
    const rc = valid ? 0 : -EINVAL;
    this.#done(caller, EVTCHNOP_UNMASK, rc, port, 0, 0);
    return rc;
  }

  /**
   * EVTCHNOP_reset: closes all ports of a domain but Xen's, and takes it back to two-level.
   * @returns 0; -ESRCH; -EPERM; -EINVAL for another domain that its controller has not paused. -EBUSY and -EAGAIN, which
   * Xen answers when calls overlap, cannot occur: nothing runs in the middle of this one
   */
  reset(caller: Domain, dom: number): number {
    const rc = this.#reset(caller, dom, false);
    this.#done(caller, EVTCHNOP_RESET, rc, dom, 0, 0);
    return rc;
  }

  /**
   * EVTCHNOP_reset_cont: Xen's own continuation of a long reset.
   * @returns as {@link reset}, and -EBUSY where that succeeds, as there never is one to continue
   */
  resetCont(caller: Domain, dom: number): number {
    const rc = this.#reset(caller, dom, true);
    this.#done(caller, EVTCHNOP_RESET_CONT, rc, dom, 0, 0);
    return rc;
  }

  #reset(caller: Domain, dom: number, resuming: boolean): number {
    const domain = this.hypervisor.domainByAnyId(caller, dom);
    if (domain === undefined) return -ESRCH;
    if (!this.hypervisor.mayControl(caller, domain)) return -EPERM;
    if (domain !== caller && domain.controllerPauseCount === 0) return -EINVAL;
    if (resuming) return -EBUSY;
    const channels = domain.channels;
    const used = channels.free;
    for (let port = used.takenFrom(1); port > 0; port = used.takenFrom(port + 1)) {
      if (!channels.consumerIsXen(port)) closePort(domain, port);
    }
    if (domain.fifo !== undefined) domain.switchToTwoLevel();
    return 0;
  }

  /**
   * EVTCHNOP_init_control: gives a vCPU's FIFO control block; the first one switches the domain to FIFO.
   * @param gfn - guest frame that holds it
   * @param offset - where in the frame: a multiple of 8, up to 4096 - 72
   * @returns 0; -ENOENT for no such vCPU; -EINVAL for a bad offset, a bad frame, or a vCPU that has one
   */
  initControl(caller: Domain, gfn: number, offset: number, vcpu: number): number {
    const rc = initControl(caller, gfn, offset, vcpu);
    this.#done(caller, EVTCHNOP_INIT_CONTROL, rc, gfn, offset, vcpu);
    return rc;
  }

  /**
   * EVTCHNOP_expand_array: gives the next 1024 event words; events remembered for them are raised.
   * @returns 0; -EOPNOTSUPP under two-level; -ENOSPC after 128 pages; -EINVAL for a bad frame
   */
  expandArray(caller: Domain, gfn: number): number {
    const rc = expandArray(caller, gfn);
    this.#done(caller, EVTCHNOP_EXPAND_ARRAY, rc, gfn, 0, 0);
    return rc;
  }

  /**
   * EVTCHNOP_set_priority: the queue of future events, 0 (first) to 15.
   * @returns 0; -EINVAL for a port that is not valid; -ENOSYS under two-level; -EACCES for a free port; -EINVAL above 15
   */
  setPriority(caller: Domain, port: number, priority: number): number {
    const rc = caller.validPort(port) ? caller.ports.setPriority(port, priority) : -EINVAL;
    this.#done(caller, EVTCHNOP_SET_PRIORITY, rc, port, priority, 0);
    return rc;
  }

  /** End of a hypercall: its record, then the upcalls it caused. */
  #done(
    caller: Domain,
    op: number,
    result: number,
    first: number,
    second: number,
    third: number,
  ): void {
    const { probe } = this.hypervisor.trace;
    if (probe !== undefined) probe.hypercall(caller.id, op, first, second, third, result);
    this.hypervisor.exit();
  }
}
