import { performance } from 'node:perf_hooks';
import { type Evtchn, EvtchnError, XenHost } from '../../src/index.js';
import { NO_CAP } from '../channels.js';
import { median } from '../statistics.js';

export interface BindOptions {
  readonly kind: 'unbound' | 'interdomain';
  /** Fresh hosts to measure in, after those that warm up. */
  readonly hosts: number;
}

export interface BindFigures {
  /** Per place: how many ports are bound there, and per host the median cost of a bind around it, in nanoseconds. */
  readonly places: { readonly ports: number; readonly ns: number[] }[];
  /** Per host: nanoseconds per bind over all of them, growth of tables included. */
  readonly overall: number[];
}

/** Ports in a FIFO domain, less port 0. */
const ALL = 131071;
/** Binds measured around each place. */
const WINDOW = 500;
/** Timed together, so that the timer counts for little. */
const BATCH = 10;
/** Every bind must be compiled at its best before the first host counts. */
const WARM_UP_HOSTS = 8;
const PLACES = [1000, 2000, 5000, 10000, 20000, 50000, 100000, 130000];

/** Binds every port there is on one open file, in fresh hosts, and times the binds around some places. */
export async function run({ kind, hosts }: BindOptions): Promise<BindFigures> {
  const places = PLACES.map((ports) => ({ ports, ns: [] as number[] }));
  const overall: number[] = [];
  for (let host = -WARM_UP_HOSTS; host < hosts; host++) {
    const { file, others, connected } = freshHost(kind);
    const windows = places.map(() => [] as number[]);
    const begin = performance.now();
    fill(file, connected, (ports, ns) => {
      const place = places.findIndex((at) => Math.abs(ports - at.ports) <= WINDOW / 2);
      if (place >= 0) windows[place]!.push(ns);
    });
    const all = ((performance.now() - begin) * 1e6) / ALL;
    if (host >= 0) {
      overall.push(all);
      for (const [at, place] of places.entries()) place.ns.push(median(windows[at]!));
    }
    check(file, others);
    globalThis.gc!();
  }
  return { places, overall };
}

function freshHost(kind: BindOptions['kind']) {
  const host = new XenHost();
  const options = { maxEvtchnPort: NO_CAP, kernelChannels: false };
  const domain = host.createDomain({ domid: 1, ...options });
  const other = host.createDomain({ domid: 2, ...options });
  const others = other.openEvtchn();
  const connected = kind === 'interdomain' ? new Uint32Array(ALL) : undefined;
  for (let i = 0; connected !== undefined && i < ALL; i++) connected[i] = others.bindUnboundPort(1);
  return { file: domain.openEvtchn(), others, connected };
}

function fill(
  file: Evtchn,
  connected: Uint32Array | undefined,
  report: (ports: number, ns: number) => void,
): void {
  for (let bound = 0; bound < ALL; ) {
    const count = Math.min(BATCH, ALL - bound);
    const begin = performance.now();
    for (let i = bound; i < bound + count; i++) {
      if (connected === undefined) file.bindUnboundPort(2);
      else file.bindInterdomain(2, connected[i]!);
    }
    const ns = ((performance.now() - begin) * 1e6) / count;
    bound += count;
    report(bound, ns);
  }
}

/** The full domain works: no port is left, and events reach its first and its last port. */
function check(file: Evtchn, others: Evtchn): void {
  try {
    file.bindUnboundPort(2);
    throw new Error(`port ${ALL + 1} was bound`);
  } catch (error) {
    if (!(error instanceof EvtchnError) || error.code !== 'ENOSPC') throw error;
  }
  const ends = [1, ALL];
  for (let port = file.tryPending(); port !== undefined; port = file.tryPending())
    file.unmask(port);
  for (const port of ends) others.notify(connect(others, port));
  const read = file.read();
  if (read.join() !== ends.join()) throw new Error(`events on ${ends} were read as ${read}`);
  file.unmask(read);
}

/** The other end's port: a new one to an unbound port, or that it is connected to already, which has the same number. */
function connect(others: Evtchn, port: number): number {
  try {
    return others.bindInterdomain(1, port);
  } catch (error) {
    if (!(error instanceof EvtchnError)) throw error;
    return port;
  }
}
