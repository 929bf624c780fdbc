import { EvtchnError } from '../../../src/errors/evtchn-error.js';
import { XenHost } from '../../../src/host/xen-host.js';
import type { HostSnapshot } from '../../../src/snapshot/host-snapshot.js';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.js';
import type { TraceBatch } from '../../../src/trace/trace-batch.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import type { FollowOptions, WatchedHost } from '../../../src/watch/watched-host.js';

type Next = TraceBatch | Error | undefined;

/** A watched host that is an embedded one in this process; batches come when {@link tick} is called. */
export class EmbeddedHost implements WatchedHost {
  readonly name = '/srv/xen';
  readonly host = new XenHost();
  /** How often it was begun to follow it. */
  follows = 0;
  /** How many follow it now. */
  followers = 0;
  #records: TraceRecord[] = [];
  /** Of those who follow it: takes a batch, nothing at the end, or what went wrong. */
  readonly #takers = new Set<(next: Next) => void>();

  async snapshot(): Promise<HostSnapshot> {
    return takeSnapshot(this.host);
  }

  async *follow({ signal }: FollowOptions = {}): AsyncGenerator<TraceBatch> {
    this.follows++;
    this.followers++;
    this.host.trace = { record: (record) => this.#records.push(record) };
    const queue: Next[] = [];
    let wake = (): void => {};
    const take = (next: Next): void => {
      queue.push(next);
      wake();
    };
    this.#takers.add(take);
    signal?.addEventListener('abort', () => take(undefined));
    try {
      for (;;) {
        while (queue.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const next = queue.shift();
        if (next instanceof Error) throw next;
        if (next === undefined) return;
        yield next;
      }
    } finally {
      this.#takers.delete(take);
      if (--this.followers === 0) this.host.trace = undefined;
    }
  }

  /** Hands on what has happened since the last time. */
  tick(dropped = 0): void {
    const records = this.#records;
    this.#records = [];
    this.#give({ records, dropped });
  }

  /** The host ends. */
  end(): void {
    this.#give(undefined);
  }

  /** The host cannot be followed any more. */
  fail(why: string): void {
    this.#give(new Error(why));
  }

  async notify(domid: number, port: number): Promise<void> {
    const domain = this.host.domain(domid);
    if (domain === undefined) throw new Error(`there is no domain ${domid}`);
    domain.hypercalls.send(port);
  }

  async raiseVirq(domid: number, virq: number, vcpu = 0): Promise<void> {
    const domain = this.host.domain(domid);
    if (domain === undefined) throw new EvtchnError('virq', -3);
    domain.raiseVirq(virq, vcpu);
  }

  async destroyDomain(domid: number): Promise<void> {
    this.host.domain(domid)?.destroy();
  }

  #give(next: Next): void {
    for (const take of [...this.#takers]) take(next);
  }
}
