import type { Awaiter } from '../client/waiter.js';
import type { PartyState } from './party-state.js';
import type { Turn } from './turn.js';

/** What a party is doing that the lab decides about, for who reads of it. */
export interface OperationText {
  /** The call, as the program made it: `pending()`, `sleep(10)`, `step('check the ring')`. */
  readonly call: string;
  /** The handle it was made on, by the domain whose device it is; undefined for others. */
  readonly domid?: number | undefined;
  /** The port it waits for; undefined for any. */
  readonly port?: number | undefined;
}

/** What an operation does when it is its turn. */
export interface OperationKind<T> {
  /** What must hold before it is; undefined if nothing. */
  readonly condition?: (() => boolean) | undefined;
  /** Done as the party goes on, which gets what it returns, or throws. For what waits for nothing. */
  readonly action?: (() => T) | undefined;
  /** Begins to wait; the party goes on when the operation is told how that ended, and it is its turn again. */
  readonly begin?: ((operation: Awaiter<T>) => void) | undefined;
  /** What it waits for is told by a promise that settles when it likes, and not in a step's own doing. */
  readonly loose?: boolean | undefined;
  /** It ends by itself, so that nothing is left behind if nobody awaits it. */
  readonly timed?: boolean | undefined;
}

/** An operation of a party that the lab decides about: when it begins, and when the party goes on after it. */
export class Operation<T = unknown> implements Awaiter<T> {
  readonly party: PartyState;
  readonly text: OperationText;
  /** Which of those that its party has under way at once, from 0. */
  readonly slot: number;
  /** What the party awaits. */
  readonly promise: Promise<T>;
  /** How it ended is told by a promise of somebody else's. */
  readonly loose: boolean;
  private readonly timed: boolean;
  private readonly turn: Turn;
  private readonly condition: (() => boolean) | undefined;
  private readonly action: (() => T) | undefined;
  private begin: ((operation: Awaiter<T>) => void) | undefined;
  private goOn!: (value: T) => void;
  private goOnThrowing!: (reason: unknown) => void;
  /** It waits for something; otherwise it can be its turn, if the condition holds. */
  private waiting = false;
  /** It is known how its wait ended. */
  private told = false;
  private failed = false;
  /** What it came to: the value, or the error that the party gets. */
  result: unknown = undefined;

  constructor(turn: Turn, party: PartyState, text: OperationText, kind: OperationKind<T>) {
    this.turn = turn;
    this.party = party;
    this.text = text;
    this.slot = party.freeSlot();
    this.condition = kind.condition;
    this.action = kind.action;
    this.begin = kind.begin;
    this.loose = kind.loose ?? false;
    this.timed = kind.timed ?? false;
    this.promise = new Promise<T>((resolve, reject) => {
      this.goOn = resolve;
      this.goOnThrowing = reject;
    });
    party.operations.push(this as Operation);
  }

  /** It waits until something holds, which any step may change. */
  get conditional(): boolean {
    return this.condition !== undefined;
  }

  /** It would be left behind by a party that is over. What has not begun to wait holds nothing but the handle it is to wait on. */
  get lasting(): boolean {
    return !this.timed && !this.told && this.begin === undefined;
  }

  /** It can take a step. A condition that throws lets the party go on, which gets the error. */
  get ready(): boolean {
    if (this.waiting) return false;
    if (this.condition === undefined || this.failed) return true;
    try {
      return this.condition();
    } catch (error) {
      this.failed = true;
      this.result = error;
      return true;
    }
  }

  /** It begins to wait as it is called, and not at a step of its own. */
  beginAtOnce(): this {
    const begin = this.begin!;
    this.begin = undefined;
    this.waiting = true;
    begin(this);
    return this;
  }

  /** It is its turn: it begins to wait, or the party goes on. */
  proceed(): void {
    const { begin } = this;
    if (begin !== undefined) {
      this.begin = undefined;
      this.waiting = true;
      this.turn.begins(this as Operation);
      begin(this);
      return;
    }
    this.turn.resumes(this as Operation);
    if (this.failed) this.goOnThrowing(this.result);
    else if (this.action === undefined) this.goOn(this.result as T);
    else this.act(this.action);
  }

  private act(action: () => T): void {
    try {
      const value = action();
      this.result = value;
      this.goOn(value);
    } catch (error) {
      this.result = error;
      this.goOnThrowing(error);
    }
  }

  resolve(value: T): void {
    this.settle(value, false);
  }

  reject(reason: unknown): void {
    this.settle(reason, true);
  }

  private settle(result: unknown, failed: boolean): void {
    this.result = result;
    this.failed = failed;
    this.waiting = false;
    this.told = true;
    if (this.turn.ends(this as Operation)) this.proceed();
  }
}
