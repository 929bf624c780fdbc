import { type FaultName, faultCode } from '../trace/fault-name.js';
import type { Tracepoints } from '../trace/tracepoints.js';
import type { ChosenFault } from './fault-chooser.js';

/** Faults that are kept. */
const KEPT = 10_000;

/** A fault that happened. */
export interface InjectedFault {
  readonly number: number;
  readonly fault: FaultName;
  /** The domain. */
  readonly domid: number;
  /** The open file, by its number in the host; 0 if none. */
  readonly file: number;
  /** Name of the process that opened it; empty if none. */
  readonly process: string;
  /** The port; 0 if none. */
  readonly port: number;
  /** As in its record in a trace. */
  readonly value: number;
  /** Milliseconds since the host began. */
  readonly time: number;
}

/** An open file, as far as it is named. */
export interface NamedFile {
  readonly number: number;
  readonly comm: string;
}

/** Keeps the faults that happened, the last 10 000 of them, and has them in traces. */
export class FaultLog {
  readonly #trace: Tracepoints;
  readonly #now: () => number;
  readonly #start: number;
  readonly #kept: InjectedFault[] = [];
  #next = 0;
  #total = 0;

  /** @param now - milliseconds; never goes back */
  constructor(trace: Tracepoints, now: () => number) {
    this.#trace = trace;
    this.#now = now;
    this.#start = now();
  }

  /** How many happened. */
  get total(): number {
    return this.#total;
  }

  /** Those that are kept, oldest first. */
  *kept(): IterableIterator<InjectedFault> {
    for (let i = 0; i < this.#kept.length; i++) {
      yield this.#kept[(this.#next + i) % this.#kept.length]!;
    }
  }

  /** A fault happens: to be called right before what it does. @param port - 0 if none */
  add(
    { rule, number }: ChosenFault,
    domid: number,
    file: NamedFile | undefined,
    port: number,
    value: number,
  ): void {
    const fault = rule.name;
    const of = file?.number ?? 0;
    const time = this.#now() - this.#start;
    const process = file?.comm ?? '';
    const injected = { number, fault, domid, file: of, process, port, value, time };
    this.#total++;
    if (this.#kept.length < KEPT) {
      this.#kept.push(injected);
    } else {
      this.#kept[this.#next] = injected;
      this.#next = (this.#next + 1) % KEPT;
    }
    this.#trace.probe?.fault(domid, number, faultCode(fault), of, port, value);
  }
}
