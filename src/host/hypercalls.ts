import { ESRCH } from '../abi/errno.js';
import type { Clock, Timer } from '../clock/clock.js';
import {
  checkArray,
  checkDomid,
  checkInteger,
  checkOptions,
  checkTime,
  checkU32,
  wrongType,
} from '../errors/argument.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import type { ChannelStatus } from '../hypervisor/channel-status.js';
import type { Domain } from '../hypervisor/domain.js';
import { eventChannelOp } from '../hypervisor/event-channel-op.js';
import type { EventChannelOps } from '../hypervisor/event-channel-ops.js';
import { POLL_BLOCKED, startSchedPoll } from '../hypervisor/sched-poll.js';
import { type AbortSignalLike, checkSignal } from '../vfs/abort-signal.js';

/** How long {@link Hypercalls.poll} waits. */
export interface SchedPollOptions {
  /** The vCPU that blocks, 0 unless given. */
  readonly vcpu?: number;
  /** When to give up, in milliseconds of the host's clock, as an absolute time; never unless given. */
  readonly timeout?: number | undefined;
  /** Gives up when it aborts: the call rejects with the signal's reason. */
  readonly signal?: AbortSignalLike | undefined;
}

/**
 * The event-channel hypercalls of one domain, for code that plays a guest of its own or a toolstack. Each throws
 * {@link EvtchnError} with Xen's errno and the operation's name as `syscall`, and `TypeError` or `RangeError` for
 * arguments that do not fit their field in the public header. Programs use the device instead.
 */
export class Hypercalls {
  readonly #domain: Domain;
  readonly #clock: Clock;

  /** @internal */
  constructor(domain: Domain, clock: Clock) {
    this.#domain = domain;
    this.#clock = clock;
  }

  get #ops(): EventChannelOps {
    return this.#domain.hypervisor.eventChannels;
  }

  /** EVTCHNOP_alloc_unbound. @returns the port @throws EvtchnError ESRCH, EINVAL, ENOSPC, EPERM */
  allocUnbound(dom: number, remoteDom: number): number {
    checkDomid('dom', dom);
    checkDomid('remoteDom', remoteDom);
    const rc = this.#ops.allocUnbound(this.#domain, dom, remoteDom);
    return succeed('EVTCHNOP_alloc_unbound', rc);
  }

  /** EVTCHNOP_bind_interdomain. @returns the local port, pending already @throws EvtchnError ESRCH, ENOSPC, EINVAL */
  bindInterdomain(remoteDom: number, remotePort: number): number {
    checkDomid('remoteDom', remoteDom);
    checkU32('remotePort', remotePort);
    const rc = this.#ops.bindInterdomain(this.#domain, remoteDom, remotePort);
    return succeed('EVTCHNOP_bind_interdomain', rc);
  }

  /** EVTCHNOP_bind_virq. @returns the port @throws EvtchnError EINVAL, ENOENT, EEXIST, ENOSPC */
  bindVirq(virq: number, vcpu: number): number {
    checkU32('virq', virq);
    checkU32('vcpu', vcpu);
    return succeed('EVTCHNOP_bind_virq', this.#ops.bindVirq(this.#domain, virq, vcpu));
  }

  /** EVTCHNOP_bind_pirq. @returns the port @throws EvtchnError EINVAL, EPERM, EEXIST, ENOSPC */
  bindPirq(pirq: number, flags = 0): number {
    checkU32('pirq', pirq);
    checkU32('flags', flags);
    return succeed('EVTCHNOP_bind_pirq', this.#ops.bindPirq(this.#domain, pirq, flags));
  }

  /** EVTCHNOP_bind_ipi. @returns the port @throws EvtchnError ENOENT, ENOSPC */
  bindIpi(vcpu: number): number {
    checkU32('vcpu', vcpu);
    return succeed('EVTCHNOP_bind_ipi', this.#ops.bindIpi(this.#domain, vcpu));
  }

  /** EVTCHNOP_close. @throws EvtchnError EINVAL for a port that is not in use */
  close(port: number): void {
    checkU32('port', port);
    succeed('EVTCHNOP_close', this.#ops.close(this.#domain, port));
  }

  /** EVTCHNOP_send. @throws EvtchnError EINVAL for a port that cannot be sent on; an unbound one can */
  send(port: number): void {
    checkU32('port', port);
    succeed('EVTCHNOP_send', this.#ops.send(this.#domain, port));
  }

  /** EVTCHNOP_status. @throws EvtchnError ESRCH, EINVAL for a port that is not valid, EPERM */
  status(dom: number, port: number): ChannelStatus {
    checkDomid('dom', dom);
    checkU32('port', port);
    const status = this.#ops.status(this.#domain, dom, port);
    if (typeof status === 'number') throw new EvtchnError('EVTCHNOP_status', status);
    return status;
  }

  /** EVTCHNOP_bind_vcpu. @throws EvtchnError ENOENT, EINVAL */
  bindVcpu(port: number, vcpu: number): void {
    checkU32('port', port);
    checkU32('vcpu', vcpu);
    succeed('EVTCHNOP_bind_vcpu', this.#ops.bindVcpu(this.#domain, port, vcpu));
  }

  /** EVTCHNOP_unmask. @throws EvtchnError EINVAL for a port that is not valid */
  unmask(port: number): void {
    checkU32('port', port);
    succeed('EVTCHNOP_unmask', this.#ops.unmask(this.#domain, port));
  }

  /** EVTCHNOP_reset. @throws EvtchnError ESRCH, EPERM, EINVAL for another domain that is not paused */
  reset(dom: number): void {
    checkDomid('dom', dom);
    succeed('EVTCHNOP_reset', this.#ops.reset(this.#domain, dom));
  }

  /** EVTCHNOP_init_control. @throws EvtchnError ENOENT, EINVAL */
  initControl(gfn: number, offset: number, vcpu: number): void {
    checkInteger('gfn', gfn, 0, Number.MAX_SAFE_INTEGER);
    checkU32('offset', offset);
    checkU32('vcpu', vcpu);
    succeed('EVTCHNOP_init_control', this.#ops.initControl(this.#domain, gfn, offset, vcpu));
  }

  /** EVTCHNOP_expand_array. @throws EvtchnError EOPNOTSUPP, ENOSPC, EINVAL */
  expandArray(gfn: number): void {
    checkInteger('gfn', gfn, 0, Number.MAX_SAFE_INTEGER);
    succeed('EVTCHNOP_expand_array', this.#ops.expandArray(this.#domain, gfn));
  }

  /** EVTCHNOP_set_priority. @throws EvtchnError EINVAL, ENOSYS under two-level, EACCES for a free port */
  setPriority(port: number, priority: number): void {
    checkU32('port', port);
    checkU32('priority', priority);
    succeed('EVTCHNOP_set_priority', this.#ops.setPriority(this.#domain, port, priority));
  }

  /**
   * The hypercall as a guest makes it, on the bytes of an argument structure.
   * @param arg - guest memory from the argument's address on; undefined for a bad pointer
   * @returns 0 or a negative errno; it does not throw one
   */
  eventChannelOp(cmd: number, arg: Uint8Array | undefined): number {
    checkU32('cmd', cmd);
    if (arg !== undefined && !(arg instanceof Uint8Array)) {
      throw wrongType('arg', 'a Uint8Array', arg);
    }
    return eventChannelOp(this.#ops, this.#domain, cmd, arg);
  }

  /**
   * SCHEDOP_poll: waits until one of the ports is pending, masked or not. With several ports, or none, any port of the
   * domain that becomes pending ends it, so look again.
   * @returns 'event', or 'timeout' when the time came first
   * A vCPU waits in one place: another poll of it ends this one, as an event would.
   * @throws (rejects) EvtchnError EINVAL for more than 128 ports or one that is not in use, ESRCH when the domain is
   * destroyed; the signal's reason when it aborts
   */
  async poll(
    ports: readonly number[],
    options: SchedPollOptions = {},
  ): Promise<'event' | 'timeout'> {
    checkArray('ports', ports);
    for (const port of ports) checkU32('port', port);
    checkOptions('options', options);
    const { vcpu = 0, timeout, signal } = options;
    checkInteger('vcpu', vcpu, 0, this.#domain.vcpus.length - 1);
    if (timeout !== undefined) checkTime('timeout', timeout);
    checkSignal('signal', signal);
    if (this.#domain.dying) throw destroyed();
    if (signal?.aborted) throw signal.reason;
    return new Promise((resolve, reject) => {
      const end = () => {
        timer?.cancel();
        signal?.removeEventListener('abort', abort);
      };
      const abort = () => {
        end();
        this.#domain.vcpus[vcpu]!.stopPolling();
        reject(signal?.reason);
      };
      const late = () => {
        end();
        this.#domain.vcpus[vcpu]!.stopPolling();
        resolve('timeout');
      };
      const wake = () => {
        end();
        if (this.#domain.dying) reject(destroyed());
        else resolve('event');
      };
      let timer: Timer | undefined;
      const rc = startSchedPoll(this.#domain, vcpu, ports, wake);
      if (rc < 0) {
        reject(new EvtchnError('SCHEDOP_poll', rc));
      } else if (rc === POLL_BLOCKED) {
        if (timeout !== undefined) timer = this.#clock.schedule(timeout, late);
        signal?.addEventListener('abort', abort);
      } else {
        resolve('event');
      }
    });
  }
}

function destroyed(): EvtchnError {
  return new EvtchnError('SCHEDOP_poll', ESRCH, 'the domain was destroyed');
}

function succeed(operation: string, rc: number): number {
  if (rc < 0) throw new EvtchnError(operation, rc);
  return rc;
}
