import type { Timer } from '../clock/clock.js';
import { type GateKeeper, PortGate } from '../guest/port-gate.js';
import type { HostDomain } from '../host/host-domain.js';
import type { XenHost } from '../host/xen-host.js';
import type { ChosenFault, FaultChooser } from './fault-chooser.js';
import type { FaultLog } from './fault-log.js';
import { holderOf, portKey } from './place.js';

/** An event that is held back. */
interface HeldEvent {
  readonly domain: HostDomain;
  readonly gate: PortGate;
  readonly port: number;
  readonly fault: ChosenFault;
  /** Events that have to merge with it until it is let go. */
  toMerge: number;
  timer: Timer | undefined;
}

/** Events of one domain that wait for each other, to arrive in another order. */
interface Permutation {
  readonly domid: number;
  readonly chooser: FaultChooser;
  readonly fault: ChosenFault;
  readonly events: HeldEvent[];
}

/**
 * The faults that hold events back: delay, merge and permute. Each is over after some time of the host's clock at the latest,
 * so that nothing waits for ever.
 */
export class HeldEvents {
  readonly #host: XenHost;
  readonly #log: FaultLog;
  readonly #choosers: readonly FaultChooser[];
  readonly #gates = new WeakMap<HostDomain, PortGate>();
  readonly #held = new Map<number, HeldEvent>();
  readonly #untilEvent = new Set<HeldEvent>();
  readonly #permutations: Permutation[] = [];
  /** Ports whose event was let go, and is not to be held again. */
  readonly #letGo = new Set<number>();
  /** Held events with which enough others have merged. */
  readonly #merged: HeldEvent[] = [];
  /** All events are there that are to be in another order; the one that is being handled is the first. */
  #complete: Permutation | undefined;

  /** @param choosers - of the rules of delay, merge and permute */
  constructor(host: XenHost, log: FaultLog, choosers: readonly FaultChooser[]) {
    this.#host = host;
    this.#log = log;
    this.#choosers = choosers;
  }

  /** Has a domain's events looked at from now on; again it does nothing. */
  watch(domain: HostDomain): void {
    const { kernel } = domain;
    if (kernel === undefined || this.#choosers.length === 0 || this.#gates.has(domain)) return;
    const keeper: GateKeeper = {
      hold: (port) => this.#hold(domain, port),
      passed: (port) => this.#passed(domain.domid, port),
    };
    this.#gates.set(domain, new PortGate(kernel, keeper));
  }

  /** An event merged on a port; called while nothing may be done about it. */
  noteMerged(domid: number, port: number): void {
    const held = this.#held.get(portKey(domid, port));
    if (held === undefined || held.toMerge === 0) return;
    held.toMerge--;
    if (held.toMerge === 0) this.#merged.push(held);
  }

  /** Lets events go that enough others have merged with. */
  act(): void {
    for (let held = this.#merged.shift(); held !== undefined; held = this.#merged.shift()) {
      this.#release(held);
    }
  }

  #hold(domain: HostDomain, port: number): number {
    const key = portKey(domain.domid, port);
    if (this.#letGo.delete(key)) return -1;
    const file = holderOf(domain, port);
    if (file === undefined) return -1;
    // Of a port that was unbound while its event was held.
    const stale = this.#held.get(key);
    if (stale !== undefined) this.#forget(stale);
    const chosen = this.#choose(domain.domid, port, file.comm);
    const permutation = this.#permutationFor(domain.domid, port, file.comm, chosen?.chooser);
    if (permutation !== undefined) chosen?.chooser.takeBack();
    const fault = permutation?.fault ?? chosen?.fault;
    if (fault === undefined) return -1;
    if (permutation !== undefined && permutation.events.length + 1 >= fault.rule.events) {
      this.#complete = permutation;
      return -1;
    }
    this.#log.add(fault, domain.domid, file, port, fault.ms);
    const gate = this.#gates.get(domain)!;
    const held: HeldEvent = { domain, gate, port, fault, toMerge: 0, timer: undefined };
    this.#held.set(key, held);
    if (permutation === undefined) this.#begin(held, chosen!.chooser);
    else permutation.events.push(held);
    return fault.number;
  }

  /** Every rule has its occasion, whatever the others do; the first one whose fault happens has its way. */
  #choose(domid: number, port: number, comm: string) {
    let chosen: { fault: ChosenFault; chooser: FaultChooser } | undefined;
    for (const chooser of this.#choosers) {
      const fault = chooser.choose(domid, port, comm);
      if (fault === undefined) continue;
      if (chosen === undefined) chosen = { fault, chooser };
      else chooser.takeBack();
    }
    return chosen;
  }

  /** Events that wait for one like this, unless another rule takes it. */
  #permutationFor(
    domid: number,
    port: number,
    comm: string,
    chosen: FaultChooser | undefined,
  ): Permutation | undefined {
    return this.#permutations.find(
      ({ domid: of, chooser }) =>
        of === domid &&
        (chosen === undefined || chosen === chooser) &&
        chooser.concerns(domid, port, comm),
    );
  }

  #begin(held: HeldEvent, chooser: FaultChooser): void {
    const { fault, domain } = held;
    const { name, events, until } = fault.rule;
    const at = this.#host.clock.now() + fault.ms;
    if (name === 'permute') {
      const permutation = { domid: domain.domid, chooser, fault, events: [held] };
      this.#permutations.push(permutation);
      held.timer = this.#host.clock.schedule(at, () => this.#end(permutation));
      return;
    }
    if (name === 'merge') held.toMerge = events - 1;
    if (until === 'event') this.#untilEvent.add(held);
    held.timer = this.#host.clock.schedule(at, () => this.#release(held));
  }

  /** An event came through: others may have waited for that. */
  #passed(domid: number, port: number): void {
    const complete = this.#complete;
    this.#complete = undefined;
    if (complete !== undefined) this.#end(complete);
    if (this.#untilEvent.size === 0) return;
    for (const held of [...this.#untilEvent]) {
      if (held.port !== port || held.domain.domid !== domid) this.#release(held);
    }
  }

  /** What came last goes first. */
  #end(permutation: Permutation): void {
    const index = this.#permutations.indexOf(permutation);
    if (index >= 0) this.#permutations.splice(index, 1);
    for (const held of permutation.events.reverse()) this.#release(held);
  }

  #release(held: HeldEvent): void {
    const { domain, gate, port } = held;
    const key = portKey(domain.domid, port);
    if (this.#held.get(key) !== held) return;
    this.#forget(held);
    if (domain.destroyed || gate.holder(port) === undefined) return;
    this.#letGo.add(key);
    gate.release(port);
  }

  #forget(held: HeldEvent): void {
    this.#held.delete(portKey(held.domain.domid, held.port));
    this.#untilEvent.delete(held);
    // The timer of a permutation is of all its events.
    if (held.fault.rule.name !== 'permute') held.timer?.cancel();
  }
}
