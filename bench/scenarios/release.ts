import { performance } from 'node:perf_hooks';
import { type HostDomain, XenHost } from '../../src/index.js';
import { NO_CAP } from '../channels.js';

export interface ReleaseOptions {
  readonly what: 'close' | 'unbind' | 'destroy' | 'destroyEmptied';
  /**
   * Ports another open file holds in the same domain; for `destroy`, in another domain of the host; for `destroyEmptied`, held
   * in the domain to be destroyed, and released.
   */
  readonly others: readonly number[];
  readonly sizes: readonly number[];
  readonly rounds: number;
}

/** Nanoseconds per released port, per round. */
export interface ReleaseFigures {
  readonly others: number;
  readonly size: number;
  readonly ns: number[];
}

/** Ports released in a round, in as many pieces as the size makes of them. */
const PER_ROUND = 10000;
const WARM_UP_ROUNDS = 5;

/** Releases ports in pieces of several sizes, beside few and many others, in turn, and times that alone. */
export async function run({
  what,
  others,
  sizes,
  rounds,
}: ReleaseOptions): Promise<ReleaseFigures[]> {
  const places = others.flatMap((count) => {
    const host = new XenHost();
    const domain = create(host, 1);
    if (what !== 'destroyEmptied') openWith(domain, count);
    return sizes.map((size) => ({ host, domain, others: count, size, ns: [] as number[] }));
  });
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const place of places) {
      const { size, ns } = place;
      // Emptying a domain takes long, so there is only one.
      const pieces = what === 'destroyEmptied' ? 1 : Math.max(1, Math.round(PER_ROUND / size));
      const release = prepare[what](place, pieces);
      const begin = performance.now();
      release();
      const ms = performance.now() - begin;
      if (round >= 0) ns.push((ms * 1e6) / (pieces * size));
    }
  }
  return places.map((place) => ({ others: place.others, size: place.size, ns: place.ns }));
}

function create(host: XenHost, domid: number): HostDomain {
  return host.createDomain({ domid, maxEvtchnPort: NO_CAP, kernelChannels: false });
}

function openWith(domain: HostDomain, ports: number) {
  const file = domain.openEvtchn();
  return { file, ports: Array.from({ length: ports }, () => file.bindUnboundPort(0)) };
}

interface Place {
  readonly host: XenHost;
  readonly domain: HostDomain;
  readonly others: number;
  readonly size: number;
}

/** What makes ready, and answers what is to be timed. */
const prepare = {
  close({ domain, size }: Place, pieces: number): () => void {
    const files = Array.from({ length: pieces }, () => openWith(domain, size).file);
    return () => {
      for (const file of files) file.close();
    };
  },

  unbind({ domain, size }: Place, pieces: number): () => void {
    const files = Array.from({ length: pieces }, () => openWith(domain, size));
    return () => {
      for (const { file, ports } of files) for (const port of ports) file.unbind(port);
    };
  },

  destroy({ host, size }: Place, pieces: number): () => void {
    const domains = Array.from({ length: pieces }, (_, i) => create(host, i + 2));
    for (const domain of domains) openWith(domain, size);
    return () => {
      for (const domain of domains) domain.destroy();
    };
  },

  destroyEmptied({ host, others, size }: Place, _pieces: number): () => void {
    const domain = create(host, 2);
    const { file } = openWith(domain, others);
    openWith(domain, size);
    file.close();
    return () => domain.destroy();
  },
};
