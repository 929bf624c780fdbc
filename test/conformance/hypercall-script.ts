import { DOMID_SELF } from '../../src/abi/domid.js';
import { errnoName } from '../../src/abi/errno.js';
import {
  EVTCHNOP_ALLOC_UNBOUND,
  EVTCHNOP_BIND_INTERDOMAIN,
  EVTCHNOP_BIND_IPI,
  EVTCHNOP_BIND_PIRQ,
  EVTCHNOP_BIND_VCPU,
  EVTCHNOP_BIND_VIRQ,
  EVTCHNOP_CLOSE,
  EVTCHNOP_EXPAND_ARRAY,
  EVTCHNOP_INIT_CONTROL,
  EVTCHNOP_RESET,
  EVTCHNOP_SEND,
  EVTCHNOP_SET_PRIORITY,
  EVTCHNOP_STATUS,
  EVTCHNOP_UNMASK,
  evtchnAllocUnbound,
  evtchnBindInterdomain,
  evtchnBindIpi,
  evtchnBindPirq,
  evtchnBindVcpu,
  evtchnBindVirq,
  evtchnClose,
  evtchnExpandArray,
  evtchnInitControl,
  evtchnReset,
  evtchnSend,
  evtchnSetPriority,
  evtchnStatus,
  evtchnUnmask,
} from '../../src/abi/event-channel.js';
import { PAGE_SIZE } from '../../src/abi/page.js';
import type { StructFields, StructLayout, StructValues } from '../../src/abi/struct.js';
import type { Hypercalls } from '../../src/host/hypercalls.js';
import { strtoul, unsigned } from './c-numbers.js';
import { fileLines } from './script.js';

const MAX_LINE = 999;
const MAX_TOKENS = 40;
const MAX_NAME = 23;
const STATES = ['closed', 'unbound', 'interdomain', 'pirq', 'virq', 'ipi'] as const;

interface PortName {
  readonly name: string;
  port: number;
  open: boolean;
}

/** `ok`, or the error's name. */
function answer(rc: number): string {
  if (rc === 0) return 'ok';
  return rc > 0 ? `ret=${rc}` : errnoName(rc);
}

/** Runs the steps of a hypercall case: `EVTCHNOP_*` of one domain, on the bytes of their argument structures. */
export class HypercallScript {
  readonly #hypercalls: Hypercalls;
  readonly #ports: PortName[] = [];
  /** First port of a name; several may have the same. */
  readonly #byName = new Map<string, PortName>();
  /** The page arguments lie in. Only its start is cleared before a call. */
  readonly #page = new Uint8Array(PAGE_SIZE);
  #words: readonly string[] = [];

  constructor(hypercalls: Hypercalls) {
    this.#hypercalls = hypercalls;
  }

  /** @returns what the case prints, a line a step */
  run(text: string): string {
    let output = '';
    for (const line of fileLines(text, MAX_LINE)) {
      if (line === '' || line.startsWith('#')) continue;
      this.#words = line
        .split(' ')
        .filter((word) => word !== '')
        .slice(0, MAX_TOKENS);
      const [name] = this.#words;
      if (name === undefined) continue;
      this.#page.fill(0, 0, 64);
      const step = Object.hasOwn(this.#steps, name) ? this.#steps[name] : undefined;
      output += `${line} -> ${step === undefined ? 'SCRIPT-ERROR' : step()}\n`;
    }
    for (const { port, open } of this.#ports) if (open) this.#close(port);
    return output;
  }

  // Words of a step

  #value(key: string): string | undefined {
    const start = `${key}=`;
    return this.#words
      .slice(1)
      .find((word) => word.startsWith(start))
      ?.slice(start.length);
  }

  /** A number, or the port of a name. */
  #number(text: string | undefined): number {
    if (text === undefined) return 0;
    const bare = text.startsWith('#') ? text.slice(1) : text;
    return this.#byName.get(bare)?.port ?? unsigned(bare);
  }

  #u32(key: string): number {
    return this.#number(this.#value(key));
  }

  #u16(key: string): number {
    return this.#u32(key) & 0xffff;
  }

  #u64(key: string): bigint {
    return strtoul(this.#value(key) ?? '0');
  }

  /** The port a step is about: its first word behind the name. */
  get #port(): number {
    const word = this.#words[1];
    return word === undefined || word.includes('=') ? 0 : this.#number(word);
  }

  // Ports

  #name(name: string, port: number): void {
    const known = this.#byName.get(name);
    if (known !== undefined) Object.assign(known, { port, open: true });
    else this.#add(name, port);
  }

  #add(name: string, port: number): void {
    const entry = { name: name.slice(0, MAX_NAME), port, open: true };
    this.#ports.push(entry);
    if (!this.#byName.has(entry.name)) this.#byName.set(entry.name, entry);
  }

  #nameOf(port: number): string {
    return (
      this.#ports.findLast((entry) => entry.port === port)?.name ?? (port === 0 ? '0' : 'other')
    );
  }

  // Calls

  #call<Fields extends StructFields>(
    op: number,
    layout: StructLayout<Fields>,
    values: Readonly<Partial<StructValues<Fields>>>,
  ): number {
    this.#page.fill(0, 0, 64);
    layout.encode(values, this.#page);
    return this.#hypercalls.eventChannelOp(op, this.#page);
  }

  /** A bind: the port it gave gets the name of `as=`. */
  #bind(rc: number, port: () => number): string {
    const name = this.#value('as');
    if (rc === 0 && name !== undefined) this.#name(name, port());
    return answer(rc);
  }

  #alloc(dom: number, remoteDom: number): number {
    return this.#call(EVTCHNOP_ALLOC_UNBOUND, evtchnAllocUnbound, { dom, remoteDom });
  }

  #close(port: number): number {
    return this.#call(EVTCHNOP_CLOSE, evtchnClose, { port });
  }

  #status(): string {
    const dom = this.#value('dom') === undefined ? DOMID_SELF : this.#u16('dom');
    const rc = this.#call(EVTCHNOP_STATUS, evtchnStatus, { dom, port: this.#port });
    if (rc !== 0) return answer(rc);
    const found = evtchnStatus.decode(this.#page);
    const state = STATES[found.status] ?? '?';
    const text = `ok ${state} vcpu=${found.vcpu}`;
    switch (state) {
      case 'unbound':
        return `${text} dom=${found.unboundDom}`;
      case 'interdomain':
        return `${text} dom=${found.interdomainDom} port=${this.#nameOf(found.interdomainPort)}`;
      case 'pirq':
      case 'virq':
        return `${text} nr=${found.virq}`;
      default:
        return text;
    }
  }

  #closeNamed(): string {
    const port = this.#port;
    const rc = this.#close(port);
    if (rc === 0) {
      for (const entry of this.#ports) if (entry.port === port) entry.open = false;
    }
    return answer(rc);
  }

  #allocMany(): string {
    const wanted = this.#u32('n');
    let made = 0;
    let rc = 0;
    while (made < wanted) {
      rc = this.#alloc(DOMID_SELF, this.#u16('remote'));
      if (rc !== 0) break;
      this.#add(`m${made++}`, evtchnAllocUnbound.decode(this.#page).port);
    }
    return `count=${made} then ${answer(rc)}`;
  }

  #closeMany(): string {
    let closed = 0;
    for (const entry of this.#ports) {
      if (!entry.open || !entry.name.startsWith('m') || this.#close(entry.port) !== 0) continue;
      entry.open = false;
      closed++;
    }
    return `count=${closed}`;
  }

  /** Any operation, with words as its argument. */
  #any(): string {
    const view = new DataView(this.#page.buffer);
    const words = (this.#value('u32') ?? '').slice(0, 199).split(',');
    for (const [i, word] of words.filter((text) => text !== '').entries()) {
      view.setUint32(i * 4, this.#number(word), true);
    }
    return answer(this.#hypercalls.eventChannelOp(this.#u32('nr'), this.#page));
  }

  readonly #steps: Readonly<Record<string, () => string>> = {
    alloc: () =>
      this.#bind(
        this.#alloc(this.#u16('dom'), this.#u16('remote')),
        () => evtchnAllocUnbound.decode(this.#page).port,
      ),
    inter: () =>
      this.#bind(
        this.#call(EVTCHNOP_BIND_INTERDOMAIN, evtchnBindInterdomain, {
          remoteDom: this.#u16('rdom'),
          remotePort: this.#u32('rport'),
        }),
        () => evtchnBindInterdomain.decode(this.#page).localPort,
      ),
    virq: () =>
      this.#bind(
        this.#call(EVTCHNOP_BIND_VIRQ, evtchnBindVirq, {
          virq: this.#u32('virq'),
          vcpu: this.#u32('vcpu'),
        }),
        () => evtchnBindVirq.decode(this.#page).port,
      ),
    pirq: () =>
      this.#bind(
        this.#call(EVTCHNOP_BIND_PIRQ, evtchnBindPirq, {
          pirq: this.#u32('pirq'),
          flags: this.#u32('flags'),
        }),
        () => evtchnBindPirq.decode(this.#page).port,
      ),
    ipi: () =>
      this.#bind(
        this.#call(EVTCHNOP_BIND_IPI, evtchnBindIpi, { vcpu: this.#u32('vcpu') }),
        () => evtchnBindIpi.decode(this.#page).port,
      ),
    close: () => this.#closeNamed(),
    send: () => answer(this.#call(EVTCHNOP_SEND, evtchnSend, { port: this.#port })),
    status: () => this.#status(),
    bindvcpu: () =>
      answer(
        this.#call(EVTCHNOP_BIND_VCPU, evtchnBindVcpu, {
          port: this.#port,
          vcpu: this.#u32('vcpu'),
        }),
      ),
    unmask: () => answer(this.#call(EVTCHNOP_UNMASK, evtchnUnmask, { port: this.#port })),
    reset: () => {
      const dom = this.#u32('dom');
      // On the recorded host that would have been the end of dom0.
      if (dom === 0 || dom === DOMID_SELF) return 'REFUSED';
      return answer(this.#call(EVTCHNOP_RESET, evtchnReset, { dom: dom & 0xffff }));
    },
    initctl: () =>
      answer(
        this.#call(EVTCHNOP_INIT_CONTROL, evtchnInitControl, {
          controlGfn: this.#u64('gfn'),
          offset: this.#u32('offset'),
          vcpu: this.#u32('vcpu'),
        }),
      ),
    expand: () =>
      answer(this.#call(EVTCHNOP_EXPAND_ARRAY, evtchnExpandArray, { arrayGfn: this.#u64('gfn') })),
    setprio: () =>
      answer(
        this.#call(EVTCHNOP_SET_PRIORITY, evtchnSetPriority, {
          port: this.#port,
          priority: this.#u32('prio'),
        }),
      ),
    op: () => this.#any(),
    // Whatever `ptr=` says, nothing is there.
    badptr: () => answer(this.#hypercalls.eventChannelOp(this.#u32('nr'), undefined)),
    allocmany: () => this.#allocMany(),
    closemany: () => this.#closeMany(),
    same: () => this.#compare((a, b) => a === b),
    less: () => this.#compare((a, b) => a < b),
  };

  #compare(holds: (a: number, b: number) => boolean): string {
    return holds(this.#number(this.#words[1]), this.#number(this.#words[2])) ? 'yes' : 'no';
  }
}
