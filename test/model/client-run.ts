import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { type EvtchnChannel, EvtchnError } from '../../src/index.js';
import { ClientModel, type Giving, type ModelChannel } from './client-model.js';
import type { ClientStep } from './client-step.js';
import type { ClientSubject } from './client-subject.js';
import { ProgramLog } from './program-log.js';

/** Somebody who waits, on the handle and in the model. */
interface Waits {
  readonly controller: AbortController | undefined;
  /** What came of it, as the model says it; nothing while it waits. */
  outcome: string | undefined;
}

/** A channel on both sides. */
interface Channels {
  readonly channel: EvtchnChannel;
  readonly model: ModelChannel;
}

/** Reads, of two ports each, that empty any device. */
const READS = 20;

/** One program on a handle and on the model side by side. */
export class ClientRun {
  operations = 0;
  readonly #subject: ClientSubject;
  readonly #closing: AbortController;
  readonly #model: ClientModel;
  readonly #waits: Waits[] = [];
  readonly #channels: Channels[] = [];
  readonly #log = new ProgramLog();

  /**
   * @param make - the handle, which the signal closes
   * @param giving - how its device gives events to those who wait
   */
  constructor(make: (signal: AbortSignal) => ClientSubject, giving: Giving) {
    this.#closing = new AbortController();
    this.#subject = make(this.#closing.signal);
    this.#model = new ClientModel(giving);
    for (const port of this.#subject.ports) this.#model.bind(port);
  }

  /** @throws Error with the program as a list of steps, down to the one that went wrong */
  async run(steps: readonly ClientStep[]): Promise<void> {
    try {
      for (const step of steps) {
        this.#step(step);
        if (step.settles) await this.#settle();
      }
      await this.#drain();
    } catch (error) {
      this.#log.attempt(() => {
        throw error;
      });
    }
  }

  #step(step: ClientStep): void {
    this.operations++;
    this.#log.start(`${step.op} ${step.which} ${step.count}${step.settles ? ', settled' : ''}`, '');
    this.#log.answered(this.#perform(step));
    this.#compareCounts();
  }

  /** @returns what it answered, which is what the model answered */
  #perform({ op, which, count }: ClientStep): string {
    const { handle, ports } = this.#subject;
    const model = this.#model;
    const place = which % ports.length;
    const port = ports[place]!;
    const who = this.#waits.length;
    const controller = op.endsWith('with a signal') ? new AbortController() : undefined;
    const options = controller === undefined ? {} : { signal: controller.signal };
    switch (op) {
      case 'event':
        model.event(port);
        this.#subject.event(place);
        return `port ${port}`;
      case 'pending':
      case 'pending with a signal':
        model.pending(who);
        return this.#begin(handle.pending(options), controller);
      case 'after':
      case 'after with a signal': {
        const given = this.#channels[which % Math.max(1, this.#channels.length)];
        if (given === undefined) return 'no channel';
        const seen = Math.max(0, given.model.count + count);
        model.after(who, given.model, seen);
        return this.#begin(given.channel.after(seen, options), controller);
      }
      case 'abort': {
        const given = this.#waits[which % Math.max(1, who)];
        if (given?.controller === undefined) return 'nobody';
        model.abort(this.#waits.indexOf(given));
        given.controller.abort(new Error('aborted'));
        return `wait ${this.#waits.indexOf(given)}`;
      }
      case 'channel':
        return this.#same(
          () => this.#openChannel(port),
          () => `${model.channel(port).count}`,
        );
      case 'close a channel': {
        const given = this.#channels[which % Math.max(1, this.#channels.length)];
        if (given === undefined) return 'no channel';
        model.closeChannel(given.model, 'ECANCELED');
        given.channel.close();
        return `port ${given.channel.port}`;
      }
      case 'tryPending':
        return this.#same(
          () => `${handle.tryPending()}`,
          () => `${model.read(1)[0]}`,
        );
      case 'read': {
        const max = Math.max(1, count + 1);
        return this.#same(
          () => `${handle.read(max)}`,
          () => `${model.read(max)}`,
        );
      }
      case 'unmask':
        return this.#same(
          () => `${handle.unmask(port)}`,
          () => `${void model.unmask(port)}`,
        );
      case 'reset':
        return this.#same(
          () => `${handle.reset()}`,
          () => `${model.reset()}`,
        );
      case 'rebind':
        return this.#same(
          () => this.#rebind(place),
          () => this.#rebound(port, ports[place]!),
        );
      case 'close':
        model.end('EBADF');
        handle.close();
        return 'closed';
      case 'abort the handle':
        model.end('handle aborted');
        this.#closing.abort(new Error('handle aborted'));
        return 'closed';
    }
  }

  /** Both sides answer the same: what the call gives, or the error of a handle at its end. */
  #same(actual: () => string, expected: () => string): string {
    const answer = answerOf(actual);
    const right = this.#model.ended ?? expected();
    if (answer !== right) throw new Error(`it answered ${answer}, the model says ${right}`);
    return answer;
  }

  #openChannel(port: number): string {
    const channel = this.#subject.handle.channel(port);
    const model = this.#model.channel(port);
    const known = this.#channels.find((given) => given.channel === channel);
    if (known === undefined) this.#channels.push({ channel, model });
    else if (known.model !== model) throw new Error('the channel is one that had ended');
    return `${channel.count}`;
  }

  #rebind(place: number): string {
    this.#subject.handle.unbind(this.#subject.ports[place]!);
    this.#subject.bind(place);
    return `${this.#subject.ports[place]}`;
  }

  #rebound(old: number, port: number): string {
    this.#model.unbind(old);
    this.#model.bind(port);
    return `${port}`;
  }

  #begin(promise: Promise<number>, controller: AbortController | undefined): string {
    const waits: Waits = { controller, outcome: undefined };
    promise.then(
      (value) => {
        waits.outcome = `${value}`;
      },
      (error) => {
        waits.outcome = codeOf(error);
      },
    );
    return `wait ${this.#waits.push(waits) - 1}`;
  }

  /** Everything has its say; then both sides are the same, and the device is waited for if somebody waits. */
  async #settle(): Promise<void> {
    this.#model.settle();
    await turn();
    for (const [who, { controller, outcome }] of this.#waits.entries()) {
      const expected = this.#model.outcomes.get(who);
      if (outcome !== expected) {
        throw new Error(`wait ${who} has ${outcome}, the model says ${expected}`);
      }
      if (controller !== undefined) listens(controller, expected === undefined, `wait ${who}`);
    }
    this.#compareCounts();
    listens(this.#closing, this.#model.ended === undefined, 'the handle');
    const { waiting } = this.#model;
    if (this.#subject.armed !== waiting > 0) {
      throw new Error(`${waiting} wait, and armed is ${this.#subject.armed}`);
    }
  }

  #compareCounts(): void {
    for (const { channel, model } of this.#channels) {
      if (channel.count !== model.count || channel.closed !== (model.ended !== undefined)) {
        throw new Error(
          `the channel of ${channel.port} counts ${channel.count}, the model says ${model.count}; ` +
            `closed is ${channel.closed}, the model says ${model.ended}`,
        );
      }
    }
  }

  /** Whatever is still to come comes out now, and everybody who waits hears of the end. */
  async #drain(): Promise<void> {
    await this.#settle();
    const rest = { count: 1, settles: true };
    for (let which = this.#channels.length - 1; which >= 0; which--) {
      this.#step({ op: 'close a channel', which, ...rest });
    }
    for (let which = 0; which < this.#subject.ports.length; which++) {
      this.#step({ op: 'unmask', which, ...rest });
    }
    await this.#settle();
    for (let which = 0; which < READS; which++) this.#step({ op: 'read', which, ...rest });
    this.#step({ op: 'close', which: 0, ...rest });
    await this.#settle();
    if (this.#model.waiting !== 0) throw new Error('somebody waits after the end');
  }
}

/** What a call gives, or the code of the error it throws. */
function answerOf(call: () => string): string {
  try {
    return call();
  } catch (error) {
    return codeOf(error);
  }
}

/** A device's error by its code, that of a signal by its message; what else there is goes on. */
function codeOf(error: unknown): string {
  if (error instanceof EvtchnError) return error.code;
  return error instanceof Error ? error.message : String(error);
}

function listens(controller: AbortController, expected: boolean, who: string): void {
  const count = getEventListeners(controller.signal, 'abort').length;
  if (count !== (expected ? 1 : 0)) throw new Error(`${who} has ${count} listeners on its signal`);
}
