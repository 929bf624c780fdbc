import { readFileSync } from 'node:fs';
import { type Evtchn, openEvtchn } from '../../../src/index.js';
import { median } from '../../statistics.js';
import type { Client } from './client.js';

/** Waits whose median is taken. */
const WAITS = 1001;

/** What handles cost that wait and get no events, and what the first wait of a process costs. One round; they wait on after it. */
export class Idle implements Client {
  readonly ready = '';
  readonly #device: string;
  readonly #server: string;
  readonly #sender: Evtchn;
  readonly #receiver: Evtchn;
  readonly #from: number;
  /** The handles wait on after the round. */
  readonly #waiting: Promise<number>[] = [];

  constructor(device: string, server: string) {
    this.#device = device;
    this.#server = server;
    this.#sender = openEvtchn({ device });
    this.#receiver = openEvtchn({ device });
    this.#from = this.#sender.bindUnboundPort(0);
    this.#receiver.unmask(this.#receiver.bindInterdomain(0, this.#from));
    this.#receiver.unmask(this.#receiver.read());
  }

  /**
   * @param line - how many handles
   * @returns nanoseconds of the first wait; bytes that it took; nanoseconds of a later wait; bytes of an open handle, what
   * waiting for it adds, and bytes of one in the server; nanoseconds of a wait beside all handles
   */
  async round(line: string): Promise<number[]> {
    const count = Number(line);
    const before = resident();
    const first = await this.#wait();
    const thread = resident() - before;
    const later = await this.#waits();
    const server = resident(this.#server);
    const alone = resident();
    const handles = Array.from({ length: count }, () => openEvtchn({ device: this.#device }));
    const open = resident();
    for (const handle of handles) this.#waiting.push(handle.pending());
    const waited = resident();
    const served = resident(this.#server);
    const beside = await this.#waits();
    return [
      first,
      thread,
      later,
      (open - alone) / count,
      (waited - open) / count,
      (served - server) / count,
      beside,
    ];
  }

  /** @returns nanoseconds from before an event is sent until it is there for who waits */
  async #wait(): Promise<number> {
    const since = process.hrtime.bigint();
    const event = this.#receiver.pending();
    this.#sender.notify(this.#from);
    const port = await event;
    const time = process.hrtime.bigint() - since;
    this.#receiver.unmask(port);
    return Number(time);
  }

  async #waits(): Promise<number> {
    const times: number[] = [];
    for (let left = WAITS; left > 0; left--) times.push(await this.#wait());
    return median(times);
  }
}

/** Bytes of memory that a process has, after a collection in this one. */
function resident(pid = 'self'): number {
  if (pid === 'self') gc!();
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kilobytes) * 1024;
}
