import { POLLERR } from '../../src/index.js';
import type { Operation } from './operation.js';
import { type Outcome, portsRead } from './outcome.js';
import { CLOSED, decodeStatus, type StatusCode, statusText } from './status-code.js';
import type { FileSeen, OrphanedPeer } from './witness.js';

/** One of the things that must always hold does not. */
export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken';
}

function broken(invariant: string, how: string): never {
  throw new InvariantBroken(`${how}. Invariant: ${invariant}`);
}

/**
 * No event is lost: after a send on a connected channel the open file that owns the peer port reads that port at least
 * once, unless it is unbound, reset or closed first.
 */
export function noEventIsLost(file: FileSeen, remembered: (port: number) => boolean): void {
  if (file.overflowed) return;
  for (const port of file.owed) {
    if (!remembered(port)) {
      broken('no event is lost', `f${file.file} will never read the event of port ${port}`);
    }
  }
}

/** Events coalesce, never multiply: one send makes at most one entry per enable. */
export function eventsCoalesce(file: FileSeen, port: number): void {
  const read = file.read.get(port) ?? 0;
  const raised = file.raised.get(port) ?? 0;
  const enabled = file.enabled.get(port) ?? 0;
  if (read > raised || read > enabled) {
    broken(
      'events coalesce, never multiply',
      `f${file.file} read port ${port} ${read} times: ${raised} events, enabled ${enabled} times`,
    );
  }
}

/** An open file reads only ports bound through it. */
export function readsOnlyItsOwnPorts(file: FileSeen, ports: readonly number[]): void {
  for (const port of ports) {
    if (!file.everBound.has(port)) {
      broken('a file reads only ports bound through it', `f${file.file} read port ${port}`);
    }
  }
}

/** An open file can notify only ports bound through it. */
export function notifiesOnlyItsOwnPorts(file: FileSeen, port: number, outcome: Outcome): void {
  const allowed = file.lost ? 'ENODEV' : file.ports.has(port) ? '0' : 'ENOTCONN';
  if (outcome !== allowed) {
    broken(
      'a file notifies only ports bound through it',
      `f${file.file}, port ${port}: ${outcome}`,
    );
  }
}

/**
 * Every allocated port is owned by one open file or by a domain's own bindings; closing the file or destroying the domain
 * frees all of them.
 */
export function everyPortHasAnOwner(
  domid: number,
  statuses: Float64Array,
  owned: ReadonlyMap<number, number | 'domain'>,
): void {
  for (let port = 0; port < statuses.length; port++) {
    const code = statuses[port]!;
    const owner = owned.get(port);
    if ((code !== CLOSED) !== (owner !== undefined)) {
      const whose =
        owner === 'domain' ? 'the domain' : owner === undefined ? 'nobody' : `f${owner}`;
      broken(
        'every allocated port is owned by one open file or by its domain',
        `d${domid} port ${port} is ${statusText(code)} and ${whose} owns it`,
      );
    }
  }
}

/** When a port goes, its peer sees exactly what Xen shows: unbound, for the closer's domain. */
export function peersFallBackToUnbound(
  orphans: readonly OrphanedPeer[],
  status: (domid: number, port: number) => StatusCode,
): void {
  for (const { domid, port, expected } of orphans) {
    const code = status(domid, port);
    if (code !== expected) {
      broken(
        'peers see exactly what Xen shows',
        `d${domid} port ${port} is ${statusText(code)}, not ${statusText(expected)}`,
      );
    }
  }
}

/** A ring never holds more than its size: 64, doubled until there is a place for every port. */
export function ringHoldsItsSizeAtMost(file: FileSeen, entries: number): void {
  let size = 64;
  while (size < file.mostPorts) size *= 2;
  if (entries > size) {
    broken('a ring never holds more than its size', `f${file.file}: ${entries} of ${size}`);
  }
}

/** Overflow is sticky until RESET. */
export function overflowIsSticky(file: FileSeen, poll: number): void {
  if (file.overflowed && poll !== POLLERR) {
    broken('overflow is sticky until RESET', `f${file.file} polls ${poll} without one`);
  }
  file.overflowed = poll === POLLERR;
}

/** After an overflow nothing is read until RESET. */
export function overflowStopsReads(file: FileSeen, operation: Operation, outcome: Outcome): void {
  if (file.overflowed && operation.op === 'read' && portsRead(outcome).length > 0) {
    broken('overflow is sticky until RESET', `f${file.file} read on: ${outcome}`);
  }
}

/** What a domain looks like to its own clients: its statuses, and the poll bits of its open files. */
export interface View {
  readonly statuses: Float64Array;
  readonly polls: ReadonlyMap<number, number>;
}

/** Nothing one client does changes what another domain's clients see other than through connected channels. */
export function nothingCrossesDomains(
  domid: number,
  before: View,
  after: View,
  actors: ReadonlySet<number>,
  portsOf: (file: number) => ReadonlySet<number>,
): void {
  const names = (view: View, port: number) => {
    const { kind, dom } = decodeStatus(view.statuses[port] ?? CLOSED);
    return (kind === 'unbound' || kind === 'interdomain') && actors.has(dom);
  };
  const connected = (port: number) => names(before, port) || names(after, port);
  for (let port = 0; port < after.statuses.length; port++) {
    const was = before.statuses[port] ?? CLOSED;
    const is = after.statuses[port]!;
    if (was !== is && !connected(port)) {
      broken(
        "nothing one client does changes what another domain's clients see",
        `d${domid} port ${port} was ${statusText(was)} and is ${statusText(is)}`,
      );
    }
  }
  for (const [file, poll] of after.polls) {
    const was = before.polls.get(file);
    if (was === undefined || was === poll) continue;
    if (![...portsOf(file)].some(connected)) {
      broken(
        "nothing one client does changes what another domain's clients see",
        `f${file} of d${domid} polled ${was} and polls ${poll}`,
      );
    }
  }
}
