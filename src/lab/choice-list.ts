import type { Actor } from './actor.js';
import type { Choices } from './strategy.js';

/** {@link Choices}, put together anew before each step. */
export class ChoiceList implements Choices {
  count = 0;
  readonly actors: Actor[] = [];

  /** Begins with nobody. */
  clear(): void {
    this.count = 0;
  }

  /** One more could take the next step. */
  add(actor: Actor): void {
    this.actors[this.count++] = actor;
  }
}
