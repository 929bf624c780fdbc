import { DOMID_SELF } from '../../src/abi/domid.js';
import { O_NONBLOCK, O_RDWR } from '../../src/abi/fcntl.js';
import type { Evtchn } from '../../src/client/evtchn.js';
import { ManualClock } from '../../src/clock/manual-clock.js';
import type { OpenFile } from '../../src/devices/evtchn/open-file.js';
import type { GuestKernel } from '../../src/guest/kernel.js';
import type { HostDomain } from '../../src/host/host-domain.js';
import { XenHost } from '../../src/host/xen-host.js';
import { DescriptorTable } from '../../src/vfs/descriptor-table.js';
import type { File } from '../../src/vfs/file.js';
import { ProgramMemory } from '../unit/vfs/program-memory.js';

/**
 * A host in the middle of its work: two domains with connected ports, an unread event, a latched one, a port that is
 * masked, a file at the level of system calls with unread events, a guest without kernel, a timer.
 */
export class World {
  readonly clock = new ManualClock(1000);
  readonly host = new XenHost({ clock: this.clock });
  readonly dom0: HostDomain;
  readonly dom5: HostDomain;
  readonly bare: HostDomain;
  readonly handle: Evtchn;
  readonly peer: Evtchn;
  /** Ports of the handle: the first is masked with an event latched, the others have unread events. */
  readonly ports: readonly number[];
  readonly file: File;
  readonly memory = new ProgramMemory();
  readonly table = new DescriptorTable();
  /** Timers that ran. */
  fired = 0;

  constructor() {
    this.dom0 = this.host.createDomain({ domid: 0, vcpus: 2, bindStatic: true });
    this.dom5 = this.host.createDomain({ domid: 5, abi: 'two-level' });
    this.bare = this.host.createDomain({ domid: 9, kernel: false, nrPirqs: 4, pirqs: [1] });
    this.handle = this.dom0.openEvtchn();
    this.peer = this.dom5.openEvtchn();
    this.ports = [1, 2, 3].map(() => this.handle.bindUnboundPort(5));
    for (const port of this.ports) this.peer.bindInterdomain(0, port);
    const locals = this.peer.read();
    this.peer.unmask(locals);
    for (const local of locals) this.peer.notify(local);
    this.handle.tryPending();
    for (const local of locals) this.peer.notify(local);
    this.file = this.dom0.open({ flags: O_RDWR | O_NONBLOCK });
    this.memory.store(0);
    for (let i = 0; i < 3; i++) {
      const remote = this.file.ioctl(0x44502, this.memory, this.memory.base);
      this.memory.store(0, remote);
      this.file.ioctl(0x84501, this.memory, this.memory.base);
      this.memory.store(0);
    }
    this.table.install(this.file.get());
    this.bare.hypercalls.allocUnbound(DOMID_SELF, 0);
    this.clock.schedule(5000, () => {
      this.fired++;
    });
  }

  /** All there is to see of it, as text. */
  snapshot(): string {
    return JSON.stringify(this.#state(), (_key, value) => (plain(value) ? value : literal(value)));
  }

  #state(): unknown {
    const { clock, file, fired, handle, host, memory, peer, table } = this;
    return {
      now: clock.now(),
      nextAt: clock.nextAt,
      fired,
      handlesClosed: [handle.closed, peer.closed],
      file: { flags: file.flags, references: file.references, signal: file.signal },
      memory: text(memory.bytes),
      limit: table.limit,
      descriptors: [0, 1, 2].map((fd) => [table.file(fd) === file, table.closeOnExec(fd)]),
      domains: [...host.domains()].map(domainSnapshot),
      hypervisorDomains: [...host.hypervisor.domains()].map(({ id }) => id),
    };
  }
}

/** JSON has this value. */
function plain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'bigint' && typeof value !== 'symbol' && typeof value !== 'function';
}

/** What JSON does not have, as text that is like no other. */
function literal(value: unknown): string {
  return `${typeof value} ${String(value)}`;
}

/** Memory as text, which is quick to compare. */
function text(memory: Uint8Array | Uint32Array): string {
  return Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength).toString('base64');
}

/** The port of each irq that is bound. */
function irqPorts({ irqs }: GuestKernel): number[] {
  const all = Array.from({ length: irqs.size }, (_, irq) => irq);
  return all.filter((irq) => irqs.bound(irq)).map((irq) => irqs.port(irq));
}

function domainSnapshot({ domid, driver, kernel, xen }: HostDomain): unknown {
  const ports = Array.from({ length: xen.channels.valid }, (_, port) => port);
  const pages: Uint32Array[] = [];
  for (let gfn = 1; xen.memory.page(gfn) !== undefined; gfn++) pages.push(xen.memory.page(gfn)!);
  return {
    domid,
    dying: xen.dying,
    paused: xen.controllerPauseCount,
    pollers: xen.pollers,
    abi: xen.ports.abi,
    ports: ports.map((port) => ({
      ...(xen.hypervisor.eventChannels.status(xen, DOMID_SELF, port) as object),
      pending: xen.ports.isPending(port),
      masked: xen.ports.isMasked(port),
      priority: xen.channels.priority(port),
    })),
    vcpus: xen.vcpus.map(({ virqToPort, upcallPending, upcallMask, polling }) => ({
      virqToPort: [...virqToPort],
      upcallPending,
      upcallMask,
      polling,
    })),
    sharedInfo: text(xen.sharedInfo),
    pages: pages.map((page) => text(page)),
    irqs: kernel && irqPorts(kernel),
    nrChannels: kernel?.nrChannels,
    files: driver && [...driver.openFiles.values()].map((file) => fileSnapshot(file)),
  };
}

function fileSnapshot(file: OpenFile): unknown {
  const { ring } = file;
  const ports = [...file.ports()];
  return {
    number: file.number,
    name: file.name,
    restrictDomid: file.restrictDomid,
    ports,
    owners: ports.map((port) => file.driver.ports.owners[port]),
    waiters: file.waitQueue.size,
    poll: file.poll(),
    ring: {
      entries: text(ring.entries),
      cons: ring.cons,
      prod: ring.prod,
      overflow: ring.overflow,
    },
  };
}
