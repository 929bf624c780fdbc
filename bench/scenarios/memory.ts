import { type Evtchn, XenHost } from '../../src/index.js';
import { NO_CAP } from '../channels.js';
import { bytesInUse } from '../heap.js';

export interface MemoryOptions {
  readonly kind: 'unbound' | 'interdomain';
  /** Ports on each open file. */
  readonly ports: number;
}

export interface MemoryFigures {
  /** Bytes per bound port: hypervisor, guest and device together. */
  readonly perPort: number;
  /** Hosts over which it was taken. */
  readonly hosts: number;
}

/** Few ports are bound in several hosts, so that what else moves in the heap counts for little. */
const ENOUGH_PORTS = 131071;
const WARM_UP_PORTS = 5000;

/** Binds ports and looks at what the heap and the buffers outside it grew by. Hosts, domains and files are there before. */
export async function run({ kind, ports }: MemoryOptions): Promise<MemoryFigures> {
  bind(open(), kind, WARM_UP_PORTS);
  const hosts = Array.from({ length: Math.ceil(ENOUGH_PORTS / ports) }, open);
  const before = await bytesInUse();
  for (const host of hosts) bind(host, kind, ports);
  const bytes = (await bytesInUse()) - before;
  const ends = kind === 'unbound' ? 1 : 2;
  const bound = hosts.reduce((sum, { domains }) => sum + domains(), 0);
  if (bound !== hosts.length * ports * ends) throw new Error(`${bound} ports are bound`);
  return { perPort: bytes / bound, hosts: hosts.length };
}

function open() {
  const host = new XenHost();
  const options = { maxEvtchnPort: NO_CAP, kernelChannels: false };
  const one = host.createDomain({ domid: 1, ...options });
  const two = host.createDomain({ domid: 2, ...options });
  const domains = () => one.xen.channels.active + two.xen.channels.active;
  return { one: one.openEvtchn(), two: two.openEvtchn(), domains };
}

function bind(files: { one: Evtchn; two: Evtchn }, kind: MemoryOptions['kind'], ports: number) {
  for (let i = 0; i < ports; i++) {
    const port = files.one.bindUnboundPort(2);
    if (kind === 'interdomain') files.two.bindInterdomain(1, port);
  }
}
