import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type Evtchn, openEvtchn } from '../../../src/index.js';
import type { Client } from './client.js';

/** Milliseconds in which nothing happens, after some in which what went before comes to rest. */
const QUIET_MS = 2000;
const REST_MS = 500;
/** Waits whose median is taken. */
const WAITS = 101;

/** What handles cost that wait and get no events, and what the first wait of a process costs. One round only. */
export class Idle implements Client {
  readonly ready = '';
  readonly #device: string;
  readonly #server: string;
  readonly #sender: Evtchn;
  readonly #receiver: Evtchn;
  readonly #from: number;

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
   * waiting for it adds, and bytes of one in the server; nanoseconds of a wait beside all handles; nanoseconds of processor
   * time a second, while nothing happens, of this process and of the server
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
    const waiting = handles.map((handle) => handle.pending());
    const waited = resident();
    const served = resident(this.#server);
    const beside = await this.#waits();
    const [own, theirs] = await this.#idleTime();
    for (const handle of handles) handle.close();
    await Promise.allSettled(waiting);
    return [
      first,
      thread,
      later,
      (open - alone) / count,
      (waited - open) / count,
      (served - server) / count,
      beside,
      own!,
      theirs!,
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
    return times.sort((a, b) => a - b)[WAITS >> 1]!;
  }

  async #idleTime(): Promise<number[]> {
    await setTimeout(REST_MS);
    const before = [processorTime('self'), processorTime(this.#server)];
    await setTimeout(QUIET_MS);
    return [processorTime('self'), processorTime(this.#server)].map(
      (after, i) => ((after - before[i]!) * 1000) / QUIET_MS,
    );
  }
}

/** Bytes of memory that a process has, after a collection in this one. */
function resident(pid = 'self'): number {
  if (pid === 'self') gc!();
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kilobytes) * 1024;
}

/** Nanoseconds that all threads of a process have run. */
function processorTime(pid: string): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return sum;
}
