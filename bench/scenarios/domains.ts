import { performance } from 'node:perf_hooks';
import { XenHost } from '../../src/index.js';
import { bytesInUse } from '../heap.js';

export interface DomainsOptions {
  readonly domains: number;
  /** Channels of each domain, an even number. */
  readonly channels: number;
}

export interface DomainsFigures {
  /** To build all of it, in a process that has built nothing before, in milliseconds. */
  readonly buildMs: number;
  /** Bytes the resident set grew by. */
  readonly rss: number;
  /** Bytes in use, heap and buffers outside it, after a collection. */
  readonly inUse: number;
  /** To destroy all of it, in milliseconds. */
  readonly destroyMs: number;
}

/**
 * A ring of domains with kernels and their own channels, one open file each: every domain is connected to the next one by half
 * of its channels, and to the one before by the other half.
 */
export async function run({ domains, channels }: DomainsOptions): Promise<DomainsFigures> {
  const before = await bytesInUse();
  const rssBefore = process.memoryUsage.rss();
  const begin = performance.now();
  const host = new XenHost();
  const files = Array.from({ length: domains }, (_, i) =>
    host.createDomain({ domid: i + 1 }).openEvtchn(),
  );
  for (let i = 0; i < domains; i++) {
    const next = (i + 1) % domains;
    for (let channel = 0; channel < channels / 2; channel++) {
      const port = files[i]!.bindUnboundPort(next + 1);
      files[next]!.bindInterdomain(i + 1, port);
    }
  }
  const buildMs = performance.now() - begin;
  const rss = process.memoryUsage.rss() - rssBefore;
  const inUse = (await bytesInUse()) - before;
  for (const domain of host.domains()) {
    const [file] = [...domain.driver!.openFiles.values()];
    if (file!.portCount !== channels) throw new Error(`a domain has ${file!.portCount} channels`);
  }
  const destroy = performance.now();
  host.destroy();
  return { buildMs, rss, inUse, destroyMs: performance.now() - destroy };
}
