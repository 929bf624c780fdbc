import type { XenHostOptions } from '../../src/index.js';
import { EmbeddedHost } from './embedded-host.js';
import {
  eventsCoalesce,
  everyPortHasAnOwner,
  nothingCrossesDomains,
  notifiesOnlyItsOwnPorts,
  overflowIsSticky,
  overflowStopsReads,
  peersFallBackToUnbound,
  readsOnlyItsOwnPorts,
  ringHoldsItsSizeAtMost,
  type View,
} from './invariants.js';
import type { Operation } from './operation.js';
import { type Outcome, portsRead } from './outcome.js';
import { Witness } from './witness.js';

/** Ports of all domains that are looked at after every operation; beyond, every few operations. */
const PORTS_PER_OPERATION = 500;
const OPERATIONS_PER_SWEEP = 16;
/** Ports beyond the highest one that a sweep looks at too. */
const MARGIN = 3;
const BUCKET = 64;

/** The embedded host under a {@link Witness}: every operation is followed by the invariants. */
export class WatchedHost {
  readonly host: EmbeddedHost;
  readonly witness: Witness;
  readonly views = new Map<number, View>();
  readonly #actors = new Set<number>();
  #anyActor = false;
  #operations = 0;

  constructor(options: XenHostOptions = {}) {
    this.host = new EmbeddedHost(options);
    this.witness = new Witness(this.host);
  }

  /** @throws InvariantBroken */
  perform(operation: Operation): Outcome {
    const { witness } = this;
    const actors = witness.actors(operation);
    if (actors === undefined) this.#anyActor = true;
    else for (const domid of actors) this.#actors.add(domid);
    witness.before(operation);
    const outcome = this.host.perform(operation);
    if ('file' in operation && operation.op !== 'open') this.#checkFile(operation, outcome);
    witness.after(operation, outcome);
    if (operation.op === 'create domain' && outcome === '0') this.#boot(operation.shape.domid);
    if (operation.op === 'destroy domain') this.views.delete(operation.domid);
    if (operation.op === 'read') {
      const file = witness.files.get(operation.file)!;
      for (const port of new Set(portsRead(outcome))) eventsCoalesce(file, port);
    }
    peersFallBackToUnbound(witness.orphans, (domid, port) => this.host.status(domid, port));
    return outcome;
  }

  /** Looks at every domain, as often as its size allows. @returns the domains were looked at now */
  look(now = false): boolean {
    let ports = 0;
    for (const domid of this.witness.owned.keys()) ports += this.#sweepLength(domid);
    const due = ports <= PORTS_PER_OPERATION || ++this.#operations % OPERATIONS_PER_SWEEP === 0;
    if (!due && !now) return false;
    for (const [domid, owned] of this.witness.owned) this.#lookAt(domid, owned);
    this.#actors.clear();
    this.#anyActor = false;
    return true;
  }

  #boot(domid: number): void {
    for (const port of this.host.bootChannels(domid).keys()) this.witness.ownByKernel(domid, port);
  }

  #checkFile(operation: Operation & { readonly file: number }, outcome: Outcome): void {
    const file = this.witness.files.get(operation.file)!;
    overflowStopsReads(file, operation, outcome);
    if (operation.op === 'notify') notifiesOnlyItsOwnPorts(file, operation.port, outcome);
    if (operation.op !== 'read') return;
    const ports = portsRead(outcome);
    readsOnlyItsOwnPorts(file, ports);
    ringHoldsItsSizeAtMost(file, ports.length);
  }

  /** All ports up to the highest ever, and some more where Xen has room for them. */
  #sweepLength(domid: number): number {
    const highest = this.witness.highest.get(domid)!;
    const valid = (Math.floor(highest / BUCKET) + 1) * BUCKET;
    return Math.min(highest + MARGIN, valid);
  }

  #lookAt(domid: number, owned: ReadonlyMap<number, number | 'domain'>): void {
    const statuses = this.host.sweep(domid, this.#sweepLength(domid));
    everyPortHasAnOwner(domid, statuses, owned);
    const polls = new Map<number, number>();
    for (const file of this.witness.files.values()) {
      if (file.domid !== domid || file.lost) continue;
      const poll = this.host.poll(file.file);
      overflowIsSticky(file, poll);
      polls.set(file.file, poll);
    }
    const view: View = { statuses, polls };
    const before = this.views.get(domid);
    if (before !== undefined && !this.#anyActor && !this.#actors.has(domid)) {
      nothingCrossesDomains(
        domid,
        before,
        view,
        this.#actors,
        (file) => this.witness.files.get(file)!.ports,
      );
    }
    this.views.set(domid, view);
  }
}
