import { isDeepStrictEqual } from 'node:util';
import { words } from '../unit/fuse/fuse-struct.js';
import {
  BIND_INTERDOMAIN,
  BIND_UNBOUND_PORT,
  BIND_VIRQ,
  NOTIFY,
  RESET,
  RESTRICT_DOMID,
  UNBIND,
} from '../unit/fuse/served-device.js';
import { EmbeddedPrograms } from './embedded-programs.js';
import { ProgramLog } from './program-log.js';
import { ServedHost } from './served-host.js';
import type { CallResult, Happening, ServedSide } from './served-side.js';
import type { ServedStep } from './served-step.js';

/** Domains there are at first; all of them may go, and come back. */
const DOMIDS = [0, 7] as const;
/** Open files at most. */
const MAX_FILES = 12;
/** Reads that wait at most. */
const MAX_WAITING = 20;
/** Entries of a file's first ring. */
const FIRST_RING = 64;
const READ_SIZES = [4096, 4, 8, 64, 3, 0, 7, 12, 4097, 8192];
const VIRQS = [3, 1, 2, 20, 0, 99];
const TIMES = [1, 4, 0, 10, 100, 1000];

/** What the program knows of an open file. */
interface KnownFile {
  readonly domid: number;
  /** Ports it bound, unbound ones too. */
  readonly ports: number[];
  /** Its domain was destroyed. */
  lost: boolean;
}

/** A call on either side. */
type Call = (side: ServedSide) => CallResult;

/**
 * One program on a served host, in bytes, and on the embedded one: answers, what happens to those who wait, poll masks and
 * who waits are compared after every call.
 */
export class ServedRun {
  calls = 0;
  readonly #served = new ServedHost(DOMIDS);
  readonly #embedded = new EmbeddedPrograms(DOMIDS);
  readonly #log = new ProgramLog();
  readonly #interrupts: boolean;
  readonly #reached: (what: string) => void;
  readonly #domids = new Set<number>(DOMIDS);
  readonly #files = new Map<number, KnownFile>();
  /** Reads that wait, and on which file. */
  readonly #reads = new Map<number, number>();
  #lastFile = 0;
  #lastRead = 0;

  /**
   * @param interrupts - signals come to those who wait
   * @param reached - told of what the program comes across
   */
  constructor(interrupts: boolean, reached: (what: string) => void) {
    this.#interrupts = interrupts;
    this.#reached = reached;
  }

  /** @throws Error with the program as a list of calls, down to the one that was answered differently */
  run(steps: readonly ServedStep[]): void {
    this.#log.attempt(() => {
      for (const domid of [0, 7, 0]) this.#open(domid);
      for (const step of steps) this.#step(step);
      this.#end();
    });
  }

  #step(step: ServedStep): void {
    const { kind, who, what, odd } = step;
    const domid = DOMIDS[who % DOMIDS.length]!;
    const file = this.#pickFile(who);
    switch (kind) {
      case 'make domain':
        this.#makeDomain(domid);
        break;
      case 'destroy domain':
        if (odd > 50) this.#destroyDomain(domid);
        break;
      case 'pass time':
        this.#passTime(TIMES[what % TIMES.length]!);
        break;
      case 'raise virq':
        this.#raiseVirq(domid, what % 2 === 0 ? 1 : 3);
        break;
      case 'interrupt':
        this.#interrupt(what, odd);
        break;
      default:
        if (kind === 'open' || file === undefined) this.#open(domid);
        else this.#onFile(file, step);
    }
  }

  #onFile(file: number, { kind, what, odd }: ServedStep): void {
    const port = () => this.#pickPort(file, what, odd);
    const other = this.#pickFile(what)!;
    switch (kind) {
      case 'close':
        this.#close(file);
        break;
      case 'bind unbound': {
        const remote = odd > 90 ? what : DOMIDS[what % DOMIDS.length]!;
        this.#bind(file, 'BIND_UNBOUND_PORT', BIND_UNBOUND_PORT, [remote]);
        break;
      }
      case 'bind interdomain': {
        const remote = [DOMIDS[odd % DOMIDS.length]!, this.#pickPort(other, what, odd)];
        this.#bind(file, 'BIND_INTERDOMAIN', BIND_INTERDOMAIN, remote);
        break;
      }
      case 'bind virq':
        this.#bind(file, 'BIND_VIRQ', BIND_VIRQ, [VIRQS[what % VIRQS.length]!]);
        break;
      case 'connect':
        this.#connect(file, other);
        break;
      case 'unbind':
        this.#unbind(file, port());
        break;
      case 'notify':
        this.#notify(file, [port()]);
        break;
      case 'notify many':
        this.#notify(file, this.#files.get(file)!.ports);
        break;
      case 'read':
        this.#read(file, READ_SIZES[odd < 60 ? 0 : what % READ_SIZES.length]!, what);
        break;
      case 'write':
        this.#write(file, odd > 50 ? [port(), this.#pickPort(file, odd, 0)] : [port()], odd);
        break;
      case 'write all':
        this.#write(file, this.#files.get(file)!.ports, 0);
        break;
      case 'poll':
        this.#poll(file, odd > 20);
        break;
      case 'flood':
        this.#flood(file);
        break;
      default:
        this.#oddIoctl(file, kind, what);
    }
  }

  #oddIoctl(file: number, kind: ServedStep['kind'], what: number): void {
    if (kind === 'reset') this.#ioctl(file, 'RESET', RESET, new Uint8Array(0));
    else if (kind === 'restrict') {
      this.#ioctl(file, 'RESTRICT_DOMID', RESTRICT_DOMID, words(what % 9).subarray(0, 2));
    } else if (kind === 'bad ioctl') {
      this.#ioctl(file, 'unknown', 0x44508 + (what % 90), words(1));
    } else {
      const command = [NOTIFY, BIND_VIRQ, UNBIND, RESTRICT_DOMID, BIND_INTERDOMAIN][what % 5]!;
      this.#ioctl(file, command.toString(16), command, undefined);
    }
  }

  #open(domid: number): void {
    if (!this.#domids.has(domid)) this.#makeDomain(domid);
    if (this.#files.size === MAX_FILES) return;
    const file = ++this.#lastFile;
    this.#files.set(file, { domid, ports: [], lost: false });
    this.#call(`f${file} = open in d${domid}`, (side) => side.open(file, domid));
  }

  /** Closes a file in which nobody waits: the kernel releases no other. */
  #close(file: number): void {
    for (const [read, of] of [...this.#reads]) {
      if (of !== file) continue;
      if (!this.#interrupts) return;
      this.#interruptRead(read);
    }
    this.#files.delete(file);
    this.#call(`f${file}: close`, (side) => side.close(file));
  }

  #bind(file: number, name: string, command: number, argument: readonly number[]): number {
    const result = this.#call(`f${file}: ${name} ${argument}`, (side) =>
      side.ioctl(file, command, words(...argument)),
    );
    if ((result as number) <= 0) return 0;
    this.#files.get(file)!.ports.push(result as number);
    return result as number;
  }

  #connect(file: number, other: number): void {
    const [here, there] = [this.#files.get(file)!.domid, this.#files.get(other)!.domid];
    const port = this.#bind(file, 'BIND_UNBOUND_PORT', BIND_UNBOUND_PORT, [there]);
    if (port > 0) this.#bind(other, 'BIND_INTERDOMAIN', BIND_INTERDOMAIN, [here, port]);
  }

  #unbind(file: number, port: number): void {
    const { ports } = this.#files.get(file)!;
    if (this.#ioctl(file, 'UNBIND', UNBIND, words(port)) === 0)
      ports.splice(ports.indexOf(port), 1);
  }

  #ioctl(
    file: number,
    name: string,
    command: number,
    argument: Uint8Array | undefined,
  ): CallResult {
    const bytes = argument === undefined ? 'nowhere' : `[${argument}]`;
    return this.#call(`f${file}: ${name} ${bytes}`, (side) => side.ioctl(file, command, argument));
  }

  #notify(file: number, ports: readonly number[]): void {
    for (const port of ports) this.#ioctl(file, 'NOTIFY', NOTIFY, words(port));
  }

  #read(file: number, bytes: number, what: number): void {
    const nonBlocking = what % 3 === 0 || this.#reads.size >= MAX_WAITING;
    const read = ++this.#lastRead;
    const name = `r${read} = read ${bytes}${nonBlocking ? ', O_NONBLOCK' : ''}`;
    const result = this.#call(`f${file}: ${name}`, (side) =>
      side.read(file, read, bytes, nonBlocking),
    );
    if (result === 'waits') this.#reads.set(read, file);
  }

  #write(file: number, ports: readonly number[], odd: number): void {
    const data = new Uint8Array(ports.length * 4 + (odd % 4));
    data.set(words(...ports));
    this.#call(`f${file}: write ${ports} and ${odd % 4} bytes`, (side) => side.write(file, data));
  }

  #poll(file: number, wait: boolean): void {
    this.#call(`f${file}: poll${wait ? ', waiting' : ''}`, (side) => side.poll(file, wait));
  }

  /** Fills a ring of the first size to its last entry, gives two ports back, and has an event on a third. */
  #flood(file: number): void {
    const { ports, lost } = this.#files.get(file)!;
    if (lost || ports.length > FIRST_RING) return;
    while (ports.length + 2 <= FIRST_RING) {
      const before = ports.length;
      this.#connect(file, file);
      if (ports.length < before + 2) return;
    }
    this.#write(file, ports, 0);
    this.#notify(file, ports);
    for (const port of ports.slice(0, 2)) this.#unbind(file, port);
    this.#connect(file, file);
    this.#read(file, READ_SIZES[0]!, 0);
  }

  #interrupt(what: number, odd: number): void {
    if (!this.#interrupts) return;
    const reads = [...this.#reads.keys()];
    // Now and then of what is over, or was never asked.
    if (odd > 80 || reads.length === 0) this.#interruptRead(1 + (what % (this.#lastRead + 2)));
    else this.#interruptRead(reads[what % reads.length]!);
  }

  #interruptRead(read: number): void {
    this.#call(`interrupt r${read}`, (side) => {
      side.interrupt(read);
      return 0;
    });
  }

  #makeDomain(domid: number): void {
    this.#domids.add(domid);
    this.#call(`make d${domid}`, (side) => side.makeDomain(domid));
  }

  #destroyDomain(domid: number): void {
    this.#domids.delete(domid);
    for (const file of this.#files.values()) if (file.domid === domid) file.lost = true;
    this.#call(`destroy d${domid}`, (side) => side.destroyDomain(domid));
  }

  #raiseVirq(domid: number, virq: number): void {
    if (!this.#domids.has(domid)) return;
    this.#call(`raise virq ${virq} in d${domid}`, (side) => {
      side.raiseVirq(domid, virq);
      return 0;
    });
  }

  #passTime(milliseconds: number): void {
    this.#call(`${milliseconds} ms`, (side) => {
      side.passTime(milliseconds);
      return 0;
    });
  }

  /** Makes a call on both sides and compares all that can be seen. */
  #call(name: string, call: Call): CallResult {
    this.calls++;
    this.#log.start(name, '');
    const expected = call(this.#embedded);
    const actual = call(this.#served);
    this.#log.answered(JSON.stringify(expected));
    same('it answered', actual, expected);
    this.#compareHappenings(this.#served.happenings(), this.#embedded.happenings());
    same('there wait', this.#served.waiting(), this.#embedded.waiting());
    for (const file of this.#files.keys()) {
      same(`f${file} polls`, this.#served.look(file), this.#embedded.look(file));
    }
    if (typeof expected === 'number' && expected < 0) this.#reached(`errno ${-expected}`);
    return expected;
  }

  /**
   * Reads in one order, notifications in another: which of a file's is first makes no difference, as who is notified only
   * looks again.
   */
  #compareHappenings(actual: readonly Happening[], expected: readonly Happening[]): void {
    const reads = (list: readonly Happening[]) => list.filter((each) => 'read' in each);
    const woken = (list: readonly Happening[]) => list.filter((each) => 'woken' in each);
    same('reads ended', reads(actual), reads(expected));
    same('pollers were woken', woken(actual), woken(expected));
    for (const { read, result } of reads(expected)) {
      this.#reads.delete(read);
      this.#reached(
        typeof result === 'number' ? `read ended with ${-result}` : 'read got its event',
      );
    }
    if (woken(expected).length > 0) this.#reached('poller woken');
    if (reads(expected).length > 1) this.#reached('several reads at once');
  }

  /** Domains go, files are closed: nobody waits any more, and nothing is left. */
  #end(): void {
    for (const domid of [...this.#domids]) this.#destroyDomain(domid);
    same('there wait', this.#served.waiting(), []);
    for (const file of [...this.#files.keys()]) this.#close(file);
    same('open', [...this.#served.kernel.session.devices.open()].length, 0);
  }

  /** An open file, seldom one whose domain is gone. */
  #pickFile(pick: number): number | undefined {
    const all = [...this.#files];
    const living = all.filter(([, { lost }]) => !lost);
    const among = pick % 8 === 7 || living.length === 0 ? all : living;
    return among[pick % among.length]?.[0];
  }

  /** One of the file's ports, or where it is odd of another's, or of nobody's. */
  #pickPort(file: number, pick: number, odd: number): number {
    const own = this.#files.get(file)!.ports;
    const all = odd > 85 ? [...this.#files.values()].flatMap(({ ports }) => ports) : own;
    if (odd > 95 || all.length === 0) return [0, 5, 70, 2000, 0xffffffff][pick % 5]!;
    return all[pick % all.length]!;
  }
}

function same(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what} ${JSON.stringify(actual)}, and embedded ${JSON.stringify(expected)}`);
}
