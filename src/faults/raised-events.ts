import type { OpenFile } from '../devices/evtchn/open-file.js';
import type { HostDomain } from '../host/host-domain.js';
import type { XenHost } from '../host/xen-host.js';
import type { ChosenFault, FaultChooser } from './fault-chooser.js';
import type { FaultLog } from './fault-log.js';
import { holderOf, isConnected, portKey } from './place.js';

/** A peer that sends without end. */
interface Storm {
  readonly fault: ChosenFault;
  /** Events that are still to come. */
  left: number;
}

/** The faults that make events which nobody sent: spurious, storm and overflow. */
export class RaisedEvents {
  readonly #host: XenHost;
  readonly #log: FaultLog;
  readonly #spurious: readonly FaultChooser[];
  readonly #storms: readonly FaultChooser[];
  readonly #overflows: readonly FaultChooser[];
  readonly #stormy = new Map<number, Storm>();
  /** Ports that opened, which nothing was done about yet: domain and port in turn. */
  readonly #opened: number[] = [];

  /** @param choosers - of all rules, by their names */
  constructor(
    host: XenHost,
    log: FaultLog,
    choosers: (name: 'spurious' | 'storm' | 'overflow') => readonly FaultChooser[],
  ) {
    this.#host = host;
    this.#log = log;
    this.#spurious = choosers('spurious');
    this.#storms = choosers('storm');
    this.#overflows = choosers('overflow');
  }

  /** A port was connected or written back; called while nothing may be done about it. */
  noteOpened(domid: number, port: number): void {
    this.#opened.push(domid, port);
  }

  /** Makes the events that are due. */
  act(): void {
    while (this.#opened.length > 0) {
      const [domid, port] = this.#opened.splice(0, 2);
      const domain = this.#host.domain(domid!);
      if (domain !== undefined) this.#occasion(domain, port!);
    }
  }

  /** A call of a file is over: its ring may have come to where it can overflow. */
  afterCall(domain: HostDomain, file: OpenFile): void {
    const { ring } = file;
    // Unless entries of ports that it gave up are there, there is room for all it holds.
    if (this.#overflows.length === 0 || ring.count === 0 || ring.overflow) return;
    if (ring.count + file.portCount <= ring.size) return;
    const { owners } = domain.driver!.ports;
    const ports = [...file.ports()].filter(
      (port) =>
        (owners[port]! & 1) !== 0 && isConnected(domain, port) && !domain.xen.ports.isPending(port),
    );
    if (ring.count + ports.length <= ring.size) return;
    for (const chooser of this.#overflows) {
      const fault = chooser.choose(domain.domid, 0, file.comm);
      if (fault === undefined) continue;
      for (const port of ports) this.#raise(fault, domain, port, ports.length);
      return;
    }
  }

  #occasion(domain: HostDomain, port: number): void {
    const file = holderOf(domain, port);
    if (file === undefined || !isConnected(domain, port)) return;
    const { domid } = domain;
    const key = portKey(domid, port);
    for (const chooser of this.#spurious) {
      const fault = chooser.choose(domid, port, file.comm);
      if (fault !== undefined) this.#spuriousEvent(fault, domain, port);
    }
    for (const chooser of this.#storms) {
      const fault = chooser.choose(domid, port, file.comm);
      if (fault === undefined) continue;
      if (this.#stormy.has(key)) chooser.takeBack();
      else this.#stormy.set(key, { fault, left: fault.rule.events });
    }
    const storm = this.#stormy.get(key);
    if (storm === undefined) return;
    storm.left--;
    if (storm.left === 0) this.#stormy.delete(key);
    this.#raise(storm.fault, domain, port, storm.left);
  }

  #spuriousEvent(fault: ChosenFault, domain: HostDomain, port: number): void {
    const { ms } = fault;
    if (ms === 0) {
      this.#raise(fault, domain, port, 0);
      return;
    }
    const { clock } = this.#host;
    clock.schedule(clock.now() + ms, () => this.#raise(fault, domain, port, ms));
  }

  /** As if the peer had notified once more. */
  #raise(fault: ChosenFault, domain: HostDomain, port: number, value: number): void {
    const file = holderOf(domain, port);
    if (domain.destroyed || file === undefined || !isConnected(domain, port)) return;
    const { xen } = domain;
    this.#log.add(fault, domain.domid, file, port, value);
    xen.ports.setPending(port);
    xen.hypervisor.exit();
  }
}
