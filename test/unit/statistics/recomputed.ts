import type { TraceRecord } from '../../../src/trace/trace-record.js';

type OfType<Type extends TraceRecord['type']> = Extract<TraceRecord, { type: Type }>;

/** What statistics must say, recomputed from the whole trace each time it is asked for: slow, and plain. */
export class Recomputed {
  readonly records: readonly TraceRecord[];

  constructor(records: readonly TraceRecord[]) {
    this.records = records;
  }

  /** What is counted of a port now. */
  port(domid: number, port: number) {
    const life = this.#life(domid, port);
    const mine = ofPort(life, domid, port);
    const pendings = only(mine, 'set-pending');
    const reads = only(life, 'read').filter(
      (one) => one.domid === domid && one.ports.includes(port),
    );
    const sends = only(life, 'hypercall').filter(
      (one) =>
        one.domid === domid &&
        one.op === 'EVTCHNOP_send' &&
        one.args.port === port &&
        one.result === 0,
    );
    const peer = this.#lastPeerChange(life, domid, port);
    return {
      events: pendings.length,
      coalesced: pendings.filter(({ coalesced }) => coalesced).length,
      overflows: only(mine, 'overflow').length,
      sends: sends.length,
      openedAt: only(mine, 'channel-open').at(-1)?.time,
      connectedAt: peer?.type === 'channel-open' ? peer.time : undefined,
      lostPeer:
        peer?.type === 'channel-close'
          ? { domid: peer.domid, port: peer.port, at: peer.time, destroyed: this.#destroys(peer) }
          : undefined,
      lastEventAt: pendings.at(-1)?.time,
      lastReadAt: reads.at(-1)?.time,
      lastReader: reads.at(-1)?.file,
      lastEnabledAt: only(mine, 'eoi').at(-1)?.time,
      lastSendAt: sends.at(-1)?.time,
    };
  }

  /** How long each event that was read had been pending, and each that was read took to be unmasked, in ms. */
  times() {
    const sendToRead: number[] = [];
    const readToUnmask: number[] = [];
    for (const [index, record] of this.records.entries()) {
      if (record.type === 'read') {
        for (const [place, port] of record.ports.entries()) {
          const since = this.#pendingBefore(
            index,
            record,
            port,
            record.ports.indexOf(port) < place,
          );
          if (since !== undefined) sendToRead.push(record.time - since);
        }
      }
      if (record.type === 'eoi' || record.type === 'deferred-eoi-end') {
        const since = this.#readBefore(index, record);
        if (since !== undefined) readToUnmask.push(record.time - since);
      }
    }
    return { sendToRead, readToUnmask };
  }

  /** Totals of the host, or of a domain since it was made. */
  totals(domid?: number) {
    const from =
      domid === undefined
        ? 0
        : this.records.findLastIndex((one) => one.type === 'domain-create' && one.domid === domid) +
          1;
    const all = this.records
      .slice(from)
      .filter((one) => domid === undefined || one.domid === domid);
    const pendings = only(all, 'set-pending');
    const reads = only(all, 'read').filter(({ result }) => result > 0);
    return {
      events: pendings.length,
      coalesced: pendings.filter(({ coalesced }) => coalesced).length,
      overflows: only(all, 'overflow').length,
      sends: only(all, 'hypercall').filter(
        ({ op, result }) => op === 'EVTCHNOP_send' && result === 0,
      ).length,
      upcalls: only(all, 'upcall').length,
      reads: reads.length,
      portsRead: reads.reduce((sum, { ports }) => sum + ports.length, 0),
      writes: only(all, 'write').filter(({ result }) => result >= 0).length,
      portsEnabled: only(all, 'eoi').length,
      deferrals: only(all, 'deferred-eoi').length,
      dropped: only(all, 'ring-reset').reduce((sum, { dropped }) => sum + dropped, 0),
    };
  }

  /** Ports closed last, youngest first, each once: port, time and the file that held it. */
  closed(domid: number) {
    const from = this.records.findLastIndex(
      (one) => one.type === 'domain-create' && one.domid === domid,
    );
    const seen = new Set<number>();
    const closed: { port: number; at: number; file: number | undefined }[] = [];
    for (let index = this.records.length - 1; index > from; index--) {
      const record = this.records[index]!;
      if (record.type !== 'channel-close' || record.domid !== domid || seen.has(record.port))
        continue;
      seen.add(record.port);
      const { port } = record;
      const next = this.records
        .slice(index + 1)
        .find(
          (one) =>
            one.domid === domid &&
            (one.type === 'channel-close' || (one.type === 'unbind' && one.port === port)),
        );
      const file = next?.type === 'unbind' ? next.file : undefined;
      closed.push({ port, at: record.time, file });
    }
    return closed.slice(0, 32);
  }

  /** Everything since the port was opened or closed last, or its domain was made. */
  #life(domid: number, port: number): readonly TraceRecord[] {
    const from = this.records.findLastIndex((one) => {
      if (one.domid !== domid) return false;
      return (
        one.type === 'domain-create' ||
        ((one.type === 'channel-open' || one.type === 'channel-close') && one.port === port)
      );
    });
    const first = this.records[from];
    return this.records.slice(first?.type === 'channel-open' ? from : from + 1);
  }

  #lastPeerChange(
    life: readonly TraceRecord[],
    domid: number,
    port: number,
  ): OfType<'channel-open' | 'channel-close'> | undefined {
    return life.findLast((one): one is OfType<'channel-open' | 'channel-close'> => {
      if (one.type === 'channel-close') {
        return one.peer?.domid === domid && one.peer.port === port;
      }
      if (one.type !== 'channel-open' || one.state !== 'interdomain') return false;
      const own = one.domid === domid && one.port === port;
      return own || (one.remote === domid && one.remotePort === port);
    });
  }

  /** The close was part of its domain's destruction: nothing else was told of before that. */
  #destroys(close: OfType<'channel-close'>): boolean {
    const after = this.records.slice(this.records.indexOf(close));
    const next = after.find((one) => one.type !== 'channel-close');
    return next?.type === 'domain-destroy' && next.domid === close.domid;
  }

  /** When the event was made pending that the last interrupt before a read put into the ring. */
  #pendingBefore(
    index: number,
    { domid }: TraceRecord,
    port: number,
    again: boolean,
  ): number | undefined {
    if (again) return undefined;
    const before = this.#eventsBefore(index, domid, port);
    const last = before.findLastIndex(({ type }) => type === 'interrupt' || type === 'read');
    if (before[last]?.type !== 'interrupt') return undefined;
    const earlier = before.slice(0, last);
    const end = earlier.findLastIndex(({ type }) => type === 'interrupt' || type === 'overflow');
    return only(earlier.slice(end + 1), 'set-pending').findLast(({ coalesced }) => !coalesced)
      ?.time;
  }

  /** When the event was read that this EOI ends. */
  #readBefore(index: number, record: OfType<'eoi' | 'deferred-eoi-end'>): number | undefined {
    const { domid, port, type } = record;
    const next = this.records[index + 1];
    if (type === 'eoi' && next?.type === 'deferred-eoi' && next.port === port) return undefined;
    const before = this.#eventsBefore(index, domid, port).filter(
      (one) => one.type !== 'set-pending',
    );
    if (type === 'deferred-eoi-end') {
      // The EOI it ends came just before it was put off, and after that nothing may have happened on the port.
      if (before.pop()?.type !== 'eoi') return undefined;
    }
    const last = before.at(-1);
    return last?.type === 'read' ? last.time : undefined;
  }

  /** What happened to events of a port in this life of it, before a record. */
  #eventsBefore(index: number, domid: number, port: number): TraceRecord[] {
    const before = new Recomputed(this.records.slice(0, index));
    return before
      .#life(domid, port)
      .filter(
        (one) =>
          one.domid === domid &&
          ((one.type === 'read' && one.ports.includes(port)) ||
            ((one.type === 'set-pending' ||
              one.type === 'interrupt' ||
              one.type === 'overflow' ||
              one.type === 'eoi') &&
              one.port === port)),
      );
  }
}

function only<Type extends TraceRecord['type']>(
  records: readonly TraceRecord[],
  type: Type,
): OfType<Type>[] {
  return records.filter((one): one is OfType<Type> => one.type === type);
}

function ofPort(records: readonly TraceRecord[], domid: number, port: number): TraceRecord[] {
  return records.filter((one) => one.domid === domid && 'port' in one && one.port === port);
}
