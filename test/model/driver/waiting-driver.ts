import type { OpenFile } from '../../../src/devices/evtchn/open-file.js';
import type { Waiter } from '../../../src/vfs/wait-queue.js';
import { Flag, type SteppedRun, type Steps } from './stepped-run.js';
import {
  type Interrupted,
  type Reader,
  takeByRead,
  type WakeRule,
  waitEvent,
} from './wake-rules.js';

const READERS = 2;

/**
 * Two readers wait on one open file of the driver, one writer unmasks what they have read, one sender sends: each as it would
 * run on a CPU of its own. A reader works off, for a port that it has read, all that was sent on it.
 */
export class WaitingDriver implements Interrupted {
  readonly run: SteppedRun;
  readonly file: OpenFile;
  readonly #rule: WakeRule;
  readonly #sends: readonly number[];
  /** Ports of the readers' file, and those of the sender that they are connected to. */
  readonly #ports: number[] = [];
  readonly #senders: number[] = [];
  readonly #front: OpenFile;
  /** Ports that were read and are to be unmasked. */
  readonly #handed: number[] = [];
  readonly #toUnmask = new Flag('something to unmask');
  readonly #rest: (() => void)[] = [];
  readonly #interrupted = new Flag('the rest of an interrupt');
  /** Sleepers that the wake-up under way may wake. */
  #mayWake = Infinity;
  /** By port: what was sent, what of that was worked off, entries in the ring ever, and entries read. */
  readonly #sent = new Map<number, number>();
  readonly #done = new Map<number, number>();
  readonly #pushed = new Map<number, number>();
  readonly #taken = new Map<number, number>();

  /** @param sends - which of the channels each event is sent on, in turn */
  constructor(run: SteppedRun, rule: WakeRule, sends: readonly number[]) {
    this.run = run;
    this.#rule = rule;
    this.#sends = sends;
    const { host } = run;
    const [back, front] = [0, 1].map((domid) =>
      host.createDomain({ domid, kernelChannels: false }),
    );
    const [reading, sending] = [back!, front!].map((domain) => domain.openEvtchn());
    for (let channel = 0; channel <= Math.max(...sends); channel++) {
      const port = reading!.bindUnboundPort(1);
      this.#ports.push(port);
      this.#senders.push(sending!.bindInterdomain(0, port));
    }
    // The events that a new channel begins with.
    host.run();
    sending!.unmask(sending!.read());
    [this.file] = [...back!.driver!.openFiles.values()] as [OpenFile];
    [this.#front] = [...front!.driver!.openFiles.values()] as [OpenFile];
    this.#observe();
    this.#replaceHandler();
    for (let reader = 0; reader < READERS; reader++) this.#start(reader);
    run.process('the writer', this.#writer());
    run.process('the sender', this.#sender());
    run.process('the other CPU', this.#otherCpu());
  }

  /** @throws Error if an event was lost */
  check(): void {
    for (const [port, sent] of this.#sent) {
      if ((this.#done.get(port) ?? 0) === sent) continue;
      const where = this.file.readable ? 'in the ring' : 'not in the ring';
      throw new Error(`an event of port ${port} is lost, ${where}: ${this.run.waiting.join(', ')}`);
    }
    for (const [port, pushed] of this.#pushed) {
      if (this.#taken.get(port) !== pushed)
        throw new Error(`an event of port ${port} was not read`);
    }
  }

  wake(): void {
    this.#looksIntoQueue();
    this.file.waitQueue.wake();
  }

  wakeOne(): void {
    this.#mayWake = 1;
    this.wake();
    this.#mayWake = Infinity;
  }

  later(rest: () => void): void {
    this.#rest.push(rest);
    this.run.set(this.#interrupted);
  }

  /** What the driver does with its ring and its wait queue is seen by its trace. */
  #observe(): void {
    const { run } = this;
    run.host.trace = {
      record: (record) => {
        if (record.type === 'interrupt') {
          run.writes('ring');
          this.#looksIntoQueue();
          this.#pushed.set(record.port, (this.#pushed.get(record.port) ?? 0) + 1);
        } else if (record.type === 'read') {
          if (record.ports.length > 0) run.writes('ring');
          else run.reads('ring');
        }
      },
    };
  }

  /** All are woken, so that it does not matter who came first. */
  #looksIntoQueue(): void {
    for (let reader = 0; reader < READERS; reader++) this.run.reads(placeOf(reader));
  }

  #replaceHandler(): void {
    const { interrupt } = this.#rule;
    if (interrupt === undefined) return;
    const { handlers } = this.file.driver.kernel.irqs;
    const handler = { name: 'double', interrupt: (port: number) => interrupt(this, port) };
    for (const port of this.#ports) handlers[port] = handler;
  }

  #start(number: number): void {
    const { run } = this;
    const place = placeOf(this.#rule.exclusive === true ? 0 : number);
    const woken = new Flag(`a wake-up of reader ${number}`);
    const waiter: Waiter = {
      wake: () => {
        if (woken.on || this.#mayWake === 0) return;
        this.#mayWake--;
        run.set(woken);
      },
    };
    const reader: Reader = { run, file: this.file, place, woken, waiter, interrupted: false };
    run.process(`reader ${number}`, this.#reader(reader));
    if (this.#rule.signal === true && number === 0) run.process('a signal', this.#signal(reader));
  }

  *#reader(reader: Reader): Steps {
    const { wait = waitEvent, take = takeByRead } = this.#rule;
    for (let woken = false; ; ) {
      const port = yield* take(reader, woken);
      if (port === 0) {
        if (!(yield* wait(reader))) return;
        woken = true;
        yield;
        continue;
      }
      woken = false;
      this.#took(port);
      this.run.reads(`sent ${port}`);
      this.#done.set(port, this.#sent.get(port) ?? 0);
      yield;
      this.run.writes('handed');
      this.#handed.push(port);
      this.run.set(this.#toUnmask);
    }
  }

  #took(port: number): void {
    const taken = (this.#taken.get(port) ?? 0) + 1;
    this.#taken.set(port, taken);
    if (taken > (this.#pushed.get(port) ?? 0)) throw new Error(`port ${port} was read twice`);
  }

  *#signal(reader: Reader): Steps {
    this.run.writes('signal');
    reader.interrupted = true;
    this.run.set(reader.woken);
    yield;
  }

  *#writer(): Steps {
    for (;;) {
      yield this.#toUnmask;
      this.run.writes('handed');
      const port = this.#handed.shift()!;
      if (this.#handed.length === 0) this.run.clear(this.#toUnmask);
      yield;
      this.file.writePort(port);
    }
  }

  *#sender(): Steps {
    for (const channel of this.#sends) {
      const port = this.#ports[channel]!;
      this.run.writes(`sent ${port}`);
      this.#sent.set(port, (this.#sent.get(port) ?? 0) + 1);
      yield;
      this.#front.notify(this.#senders[channel]!);
      yield;
    }
  }

  *#otherCpu(): Steps {
    for (;;) {
      yield this.#interrupted;
      const rest = this.#rest.shift()!;
      if (this.#rest.length === 0) this.run.clear(this.#interrupted);
      rest();
    }
  }
}

function placeOf(reader: number): string {
  return `reader ${reader} on the queue`;
}
