import fc from 'fast-check';
import type { Evtchn } from '../../../src/client/evtchn.js';
import { ManualClock } from '../../../src/clock/manual-clock.js';
import type { OpenFile } from '../../../src/devices/evtchn/open-file.js';
import { EvtchnError } from '../../../src/errors/evtchn-error.js';
import type { HostDomain } from '../../../src/host/host-domain.js';
import { XenHost } from '../../../src/host/xen-host.js';

/** One step: what is done, and numbers that choose on what. */
export interface Step {
  readonly what: (typeof WHAT)[number];
  readonly first: number;
  readonly second: number;
}

const WHAT = [
  'open',
  'close',
  'bind unbound',
  'connect',
  'bind virq',
  'unbind',
  'notify',
  'notify',
  'notify',
  'read',
  'read',
  'write',
  'write',
  'fill',
  'reset',
  'virq',
  'hypercall',
  'destroy',
  'create',
  'storm',
  'wait',
  'wait',
] as const;

/** Any program of up to 200 steps. */
export const program: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    what: fc.constantFrom(...WHAT),
    first: fc.nat({ max: 1000 }),
    second: fc.nat({ max: 1000 }),
  }),
  { maxLength: 200, size: 'max' },
);

/** One that certainly does the rarer things: an overflow, a reset, EOIs put off, a lost VIRQ, the end of a domain. */
export const RARE_THINGS: readonly Step[] = [
  { what: 'bind unbound', first: 0, second: 0 },
  { what: 'connect', first: 0, second: 0 },
  { what: 'fill', first: 0, second: 0 },
  { what: 'reset', first: 0, second: 0 },
  { what: 'write', first: 0, second: 0 },
  { what: 'storm', first: 0, second: 0 },
  { what: 'wait', first: 1000, second: 0 },
  { what: 'virq', first: 0, second: 5 },
  { what: 'destroy', first: 0, second: 0 },
];

const DOMIDS = [0, 3, 9] as const;

/** A handle, and the driver's half of it. */
interface Held {
  readonly domain: HostDomain;
  readonly handle: Evtchn;
  readonly file: OpenFile;
}

/** A host on which steps are done; what cannot be done now is passed over. */
export class RandomHost {
  readonly clock = new ManualClock(5);
  readonly host: XenHost = new XenHost({ clock: this.clock });
  #held: Held[] = [];

  constructor() {
    for (const domid of DOMIDS) this.#create(domid);
  }

  /** Does one step. */
  perform({ what, first, second }: Step): void {
    const held = this.#held[first % this.#held.length];
    const port = held && pick([...held.file.ports()], second);
    switch (what) {
      case 'open':
        this.#open(pick([...this.host.domains()], first));
        break;
      case 'close':
        held?.handle.close();
        this.#held = this.#held.filter((one) => one !== held);
        break;
      case 'create':
        this.#create(pick(DOMIDS, first)!);
        break;
      case 'destroy':
        // Seldom, or there would be nothing else.
        if (second % 4 === 0) pick([...this.host.domains()], first)?.destroy();
        this.#held = this.#held.filter(({ domain }) => !domain.destroyed);
        break;
      case 'wait':
        this.clock.advance(first / 16);
        break;
      case 'virq':
        pick([...this.host.domains()], first)?.raiseVirq(second % 24);
        break;
      case 'hypercall':
        this.#hypercall(first, second);
        break;
      default:
        if (held !== undefined) attempt(() => this.#withFile(what, held, port, first, second));
    }
  }

  #withFile(
    what: Step['what'],
    { handle, file, domain }: Held,
    port: number | undefined,
    first: number,
    second: number,
  ): void {
    switch (what) {
      case 'bind unbound':
        handle.bindUnboundPort(pick(DOMIDS, second)!);
        break;
      case 'connect':
        handle.bindInterdomain(pick(DOMIDS, first)!, 1 + (second % 12));
        break;
      case 'bind virq':
        handle.bindVirq(second % 24);
        break;
      case 'read':
        file.readInto(new Uint32Array(1024), 1 + (second % 5));
        break;
      case 'reset':
        if (second % 4 === 0) handle.reset();
        break;
      case 'fill':
        if (port !== undefined) this.#fill(domain, file, port);
        break;
      case 'storm':
        if (second % 4 === 0) this.#storm(domain, file, port);
        break;
      default:
        if (port !== undefined) this.#withPort(what, handle, port);
    }
  }

  #withPort(what: Step['what'], handle: Evtchn, port: number): void {
    if (what === 'unbind') handle.unbind(port);
    if (what === 'notify') handle.notify(port);
    if (what === 'write') handle.unmask([port, port]);
  }

  /** Has events come that are written back and not read, until the ring of 64 is full and one is lost. */
  #fill(domain: HostDomain, file: OpenFile, port: number): void {
    for (let i = 0; i < 66; i++) {
      domain.xen.ports.setPending(port);
      domain.xen.hypervisor.exit();
      file.writePort(port);
    }
  }

  /** Has a file handle its events inside the upcall that brings them, for so long that late EOIs are put off. */
  #storm(domain: HostDomain, file: OpenFile, port: number | undefined): void {
    let left = 520;
    const waiter = {
      wake: () => {
        this.clock.advance(1);
        const came = file.readPort();
        if (came <= 0) return;
        if (--left > 0) domain.xen.ports.setPending(came);
        file.writePort(came);
      },
    };
    file.waitQueue.add(waiter);
    if (port !== undefined) domain.xen.ports.setPending(port);
    domain.xen.hypervisor.exit();
    file.waitQueue.remove(waiter);
  }

  #hypercall(first: number, second: number): void {
    const domain = pick([...this.host.domains()], first);
    if (domain === undefined) return;
    const { hypercalls } = domain;
    const port = 1 + (second % 12);
    attempt(() => {
      if (second % 5 === 0) hypercalls.allocUnbound(domain.domid, pick(DOMIDS, second)!);
      else if (second % 5 === 1) hypercalls.close(port);
      else if (second % 5 === 2) hypercalls.bindInterdomain(pick(DOMIDS, first)!, port);
      else hypercalls.send(port);
    });
  }

  #create(domid: number): void {
    if (this.host.domain(domid) !== undefined) return;
    const abi = domid === 3 ? 'two-level' : 'fifo';
    this.#open(this.host.createDomain({ domid, abi, kernelChannels: domid === 9 }));
  }

  #open(domain: HostDomain | undefined): void {
    if (domain === undefined) return;
    const handle = domain.openEvtchn({ comm: `p${domain.domid}` });
    const file = [...domain.driver!.openFiles.values()].at(-1)!;
    this.#held.push({ domain, handle, file });
  }
}

function pick<Item>(items: readonly Item[], choice: number): Item | undefined {
  return items[choice % items.length];
}

/** Does what may be refused. */
function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof EvtchnError)) throw error;
  }
}
