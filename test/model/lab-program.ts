import fc from 'fast-check';
import type { Evtchn } from '../../src/client/evtchn.js';
import type { EventAbi } from '../../src/hypervisor/port-ops.js';
import type { Lab, Party, Scenario } from '../../src/lab.js';

/** What a party of a random scenario does next, and how often that is chosen. */
const KINDS = [
  ...Array<'notify'>(5).fill('notify'),
  ...Array<'step'>(3).fill('step'),
  ...Array<'wait'>(4).fill('wait'),
  ...Array<'wait only'>(2).fill('wait only'),
  'after',
  ...Array<'try'>(4).fill('try'),
  ...Array<'unmask'>(3).fill('unmask'),
  'poll',
  ...Array<'read cell'>(2).fill('read cell'),
  ...Array<'write cell'>(2).fill('write cell'),
  'update cell',
  'check',
  'set',
  'until',
  'until cell',
  'sleep',
  'unbind',
  'close',
] as const;

interface LabOperation {
  readonly kind: (typeof KINDS)[number];
  /** Which port, cell or value. */
  readonly what: number;
}

/** A random scenario of two or three parties in two domains, which hold both ends of two channels. */
export interface LabProgram {
  readonly abi: EventAbi;
  readonly parties: readonly (readonly LabOperation[])[];
  readonly spurious: number;
  /** The last party dies at any moment. */
  readonly mortal: boolean;
  readonly timers: 'any' | 'idle';
}

const operations = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), what: fc.integer({ min: 0, max: 1 }) }),
  { minLength: 1, maxLength: 3, size: 'max' },
);

/** Any such program. */
export const labProgram: fc.Arbitrary<LabProgram> = fc.record({
  abi: fc.constantFrom('fifo', 'two-level'),
  parties: fc.array(operations, { minLength: 2, maxLength: 3, size: 'max' }),
  spurious: fc.constantFrom(0, 0, 0, 0, 1),
  mortal: fc.constantFrom(false, false, false, true),
  timers: fc.constantFrom('any', 'idle'),
});

/** Where each party runs. */
const DOMAINS = [0, 1, 0];
/** Which channels each party holds an end of. */
const CHANNELS = [[0], [0, 1], [1]];

/** One run of such a program: what its parties saw. */
export class LabProgramRun {
  /** In the order in which things happened, whoever saw them. */
  readonly seen: string[] = [];
  readonly #program: LabProgram;
  #lab!: Lab;
  #flag = false;

  constructor(program: LabProgram) {
    this.#program = program;
  }

  readonly scenario: Scenario = (lab) => {
    this.#lab = lab;
    const { abi, parties, mortal } = this.#program;
    const [zero, one] = [0, 1].map((domid) =>
      lab.createDomain({ domid, abi, kernelChannels: false, bindStatic: true }),
    );
    const ends = [0, 1].map(() => {
      const port = zero!.hypercalls.allocUnbound(0, 1);
      return [port, one!.hypercalls.bindInterdomain(0, port)];
    });
    const cells = ['x', 'y'].map((name) => lab.cell(name, 0));
    for (const [number, steps] of parties.entries()) {
      const domid = DOMAINS[number]!;
      const ports = CHANNELS[number]!.map((channel) => ends[channel]![domid]!);
      const dies = mortal && number === parties.length - 1;
      const run = async (party: Party) => {
        const handle = party.openEvtchn(domid);
        for (const port of ports) handle.bindStatic(port);
        const say = (what: unknown) => this.seen.push(`${number}: ${String(what)}`);
        for (const { kind, what } of steps) {
          const cell = cells[what]!;
          const port = ports[what % ports.length]!;
          try {
            if (kind === 'read cell') say(await cell.read());
            else if (kind === 'write cell') await cell.write(number + 1);
            else if (kind === 'update cell') say(await cell.update((value) => value * 2 + 1));
            else if (kind === 'check') await this.#check(await cell.read());
            else if (kind === 'set') this.#flag = !this.#flag;
            else if (kind === 'until') await party.until(() => this.#flag);
            else if (kind === 'until cell') await party.until(() => cell.value > 0);
            else if (kind === 'step') await party.step();
            else if (kind === 'sleep') await party.sleep(1 + what);
            else say(await useHandle(handle, kind, port));
          } catch (error) {
            if (error instanceof RangeError) throw error;
            say(error);
          }
        }
        say('over');
      };
      lab.party(`party ${number}`, run, { mortal: dies ? domid : undefined });
    }
  };

  async #check(value: number): Promise<void> {
    if (value > 1) throw new RangeError(`${value} is too much`);
  }

  /** What is left when it is over: in the host, and of the scenario. */
  state(): string {
    const domains = [...this.#lab.host.domains()].map(({ domid, xen, driver }) => {
      const ports = [1, 2].map((port) => {
        const { channels, ports: abi } = xen;
        return `${channels.state(port)} ${abi.isPending(port)} ${abi.isMasked(port)}`;
      });
      const files = [...driver!.openFiles.values()].map(
        ({ comm, ring, portCount }) => `${comm} ${ring.count} ${portCount}`,
      );
      return `${domid}: ${ports.join(', ')}; ${files.sort().join(', ')}`;
    });
    return `${domains.sort().join('; ')} at ${this.#lab.host.clock.now()}, ${this.#flag}`;
  }
}

async function useHandle(
  handle: Evtchn,
  kind: LabOperation['kind'],
  port: number,
): Promise<unknown> {
  switch (kind) {
    case 'notify':
      return handle.notify(port);
    case 'wait': {
      const read = await handle.pending();
      handle.unmask(read);
      return read;
    }
    case 'wait only':
      return handle.pending();
    case 'after':
      return handle.channel(port).after(1);
    case 'try':
      return handle.tryPending();
    case 'unmask':
      return handle.unmask(port);
    case 'poll':
      return handle.poll();
    case 'unbind':
      return handle.unbind(port);
    default:
      return handle.close();
  }
}
