import { ENOMEM, ENOSPC } from '../abi/errno.js';
import {
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_STATIC,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
} from '../abi/ioctl.js';
import type { OpenFile } from '../devices/evtchn/open-file.js';
import type { HostDomain } from '../host/host-domain.js';
import type { XenHost } from '../host/xen-host.js';
import { type FaultName, holdsEvent } from '../trace/fault-name.js';
import type { FaultActions, FileOpener } from './fault-actions.js';
import { type ChosenFault, FaultChooser } from './fault-chooser.js';
import { pick } from './fault-hash.js';
import { FaultLog } from './fault-log.js';
import type { FaultPlan } from './fault-plan.js';
import { FaultProbe } from './fault-probe.js';
import { HeldEvents } from './held-events.js';
import { RaisedEvents } from './raised-events.js';

const BINDS: ReadonlySet<number> = new Set([
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_STATIC,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
]);
/** Bytes of a port in a read. */
const PORT_SHIFT = 2;

/**
 * Makes the faults of a plan happen on one host. Who serves its devices tells of each call, and calls {@link act} when it is
 * over and when timers ran, before looking after whoever was woken.
 */
export class FaultInjector {
  /** What is carried out. */
  readonly plan: FaultPlan;
  /** What happened. */
  readonly log: FaultLog;
  readonly #host: XenHost;
  readonly #actions: FaultActions;
  readonly #byName = new Map<FaultName, FaultChooser[]>();
  readonly #held: HeldEvents;
  readonly #raised: RaisedEvents;
  /** Domains that something is to be done to when the call is over. */
  readonly #due: { readonly fault: ChosenFault; readonly domain: HostDomain }[] = [];

  /**
   * Begins with the host; it is not left again.
   * @param now - the time that is told of faults, in milliseconds
   */
  constructor(host: XenHost, plan: FaultPlan, actions: FaultActions, now: () => number) {
    this.#host = host;
    this.plan = plan;
    this.#actions = actions;
    this.log = new FaultLog(host.hypervisor.trace, now);
    const choosers = plan.rules.map((rule) => new FaultChooser(rule, plan));
    for (const chooser of choosers) {
      const { name } = chooser.rule;
      this.#byName.set(name, [...this.#of(name), chooser]);
    }
    const holding = choosers.filter(({ rule }) => holdsEvent(rule.name));
    const held = new HeldEvents(host, this.log, holding);
    const raised = new RaisedEvents(host, this.log, (name) => this.#of(name));
    this.#held = held;
    this.#raised = raised;
    host.attach(
      new FaultProbe({
        opened: (domid, port) => raised.noteOpened(domid, port),
        merged: (domid, port) => held.noteMerged(domid, port),
      }),
    );
  }

  /** A file of a domain's device was opened. */
  opened(domain: HostDomain): void {
    this.#held.watch(domain);
  }

  /** A call of a file was made that is not answered yet: it may take its time. */
  takeTime(domid: number, file: OpenFile): void {
    const fault = this.#choose('slow', domid, file);
    if (fault === undefined) return;
    this.log.add(fault, domid, file, 0, fault.ms);
    this.#actions.sleep(fault.ms);
  }

  /** Whether an ioctl is one that may be refused by {@link ioctlErrno}; each has an argument of 32 bits at least. */
  mayRefuse(command: number): boolean {
    return BINDS.has(command);
  }

  /** @returns what an ioctl answers instead of being carried out, a negative errno; 0 if it is carried out */
  ioctlErrno(domid: number, file: OpenFile, command: number): number {
    if (!this.mayRefuse(command)) return 0;
    const fault = this.#choose('bind', domid, file);
    if (fault === undefined) return 0;
    const { errno } = fault.rule;
    const result = -(errno === 0 ? [ENOMEM, ENOSPC][pick(fault.hash, 0, 1)]! : errno);
    this.log.add(fault, domid, file, 0, result);
    if (file.driver.trace.probe !== undefined) file.traceIoctl(command, -1, -1, result);
    return result;
  }

  /** @param count - bytes that a read asks for @returns how many it gets at most */
  shortened(domid: number, file: OpenFile, count: number): number {
    const ports = Math.min(count >>> PORT_SHIFT, file.ring.count);
    if (ports < 2 || file.ring.overflow) return count;
    const fault = this.#choose('short-read', domid, file);
    if (fault === undefined) return count;
    const given = pick(fault.hash, 1, ports - 1);
    this.log.add(fault, domid, file, 0, given);
    return given << PORT_SHIFT;
  }

  /** A read is about to wait. @returns the fault, if it is to be interrupted after that time */
  interruption(domid: number, file: OpenFile): ChosenFault | undefined {
    return this.#choose('eintr', domid, file);
  }

  /** A read that waited is interrupted by a fault. */
  interrupted(fault: ChosenFault, domid: number, file: OpenFile): void {
    this.log.add(fault, domid, file, 0, fault.ms);
  }

  /** Has something done after so many milliseconds of the host's time. */
  after(ms: number, what: () => void): void {
    const { clock } = this.#host;
    clock.schedule(clock.now() + ms, what);
  }

  /** A call of a file is over, but for what {@link act} does. */
  afterCall(domain: HostDomain, file: OpenFile): void {
    if (domain.destroyed) return;
    this.#raised.afterCall(domain, file);
    for (const name of ['die', 'destroy'] as const) {
      const fault = this.#choose(name, domain.domid, file);
      if (fault !== undefined) this.#due.push({ fault, domain });
    }
  }

  /** Does what is due. */
  act(): void {
    this.#held.act();
    this.#raised.act();
    for (let due = this.#due.shift(); due !== undefined; due = this.#due.shift()) {
      const { fault, domain } = due;
      if (domain.destroyed) continue;
      if (fault.rule.name === 'die') this.#kill(fault, domain);
      else this.#destroy(fault, domain);
    }
  }

  #kill(fault: ChosenFault, domain: HostDomain): void {
    const openers = new Map<number, FileOpener>();
    for (const { pid, comm } of domain.driver?.openFiles.values() ?? []) {
      if (pid !== 0) openers.set(pid, { pid, comm });
    }
    const killed = this.#actions.kill([...openers.values()]);
    if (killed > 0) this.log.add(fault, domain.domid, undefined, 0, killed);
  }

  #destroy(fault: ChosenFault, domain: HostDomain): void {
    this.log.add(fault, domain.domid, undefined, 0, 0);
    this.#actions.destroy(domain);
  }

  /** Every rule of that name has its occasion; the first one whose fault happens has its way. */
  #choose(name: FaultName, domid: number, file: OpenFile): ChosenFault | undefined {
    let chosen: ChosenFault | undefined;
    for (const chooser of this.#of(name)) {
      const fault = chooser.choose(domid, 0, file.comm);
      if (fault === undefined) continue;
      if (chosen === undefined) chosen = fault;
      else chooser.takeBack();
    }
    return chosen;
  }

  #of(name: FaultName): readonly FaultChooser[] {
    return this.#byName.get(name) ?? [];
  }
}
