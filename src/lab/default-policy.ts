import { type Actor, actorParts } from './actor.js';
import type { Choices } from './strategy.js';

/**
 * Who takes the next step where a schedule says nothing of it: the party that went last goes on if it can, else the first
 * choice.
 */
export class DefaultPolicy {
  /** The number of the party that went last. */
  private last = -1;

  /** An index into the choices. */
  choose({ count, actors }: Choices): number {
    for (let index = 0; index < count; index++) {
      const { kind, owner } = actorParts(actors[index]!);
      if (kind === 'party' && owner === this.last) return index;
    }
    return 0;
  }

  /** Who took the step, by whatever reason. What is no party's step keeps nobody from going on after it. */
  took(actor: Actor): void {
    const { kind, owner } = actorParts(actor);
    if (kind === 'party' || kind === 'wake') this.last = owner;
  }
}
