import type { Actor } from '../actor.js';
import { DefaultPolicy } from '../default-policy.js';
import type { Choices, Strategy } from '../strategy.js';

/**
 * Has the actors of a list take the steps, in that order; one that cannot go when it is its turn is passed over. Behind the
 * list the default policy goes on.
 */
export class ListStrategy implements Strategy {
  private readonly list: readonly Actor[];
  private readonly policy = new DefaultPolicy();
  private place = 0;

  constructor(list: readonly Actor[]) {
    this.list = list;
  }

  begin(): boolean {
    return true;
  }

  choose(choices: Choices): number {
    const index = this.next(choices);
    this.policy.took(choices.actors[index]!);
    return index;
  }

  end(): void {}

  private next(choices: Choices): number {
    const { count, actors } = choices;
    while (this.place < this.list.length) {
      const wanted = this.list[this.place++];
      for (let index = 0; index < count; index++) if (actors[index] === wanted) return index;
    }
    return this.policy.choose(choices);
  }
}
