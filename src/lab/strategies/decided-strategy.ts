import type { Actor } from '../actor.js';
import type { Decision } from '../decision.js';
import { DefaultPolicy } from '../default-policy.js';
import type { Choices, Strategy } from '../strategy.js';

/** A decision that could not be followed. */
export interface Misfit {
  /** The step that it is of, from 0. */
  readonly step: number;
  /** Who was to take it. */
  readonly actor: Actor;
  /** Who could have; empty where the run was over by then. */
  readonly choices: readonly Actor[];
}

/** The default policy with decisions: what they say is done where it can be, and where it cannot the default policy goes on. */
export class DecidedStrategy implements Strategy {
  /** The first decision that could not be followed; undefined if all could. */
  misfit: Misfit | undefined;
  private readonly decisions: readonly Decision[];
  private readonly policy = new DefaultPolicy();
  private place = 0;
  /** The step of the next decision. */
  private at: number;

  constructor(decisions: readonly Decision[]) {
    this.decisions = decisions;
    this.at = decisions[0]?.after ?? -1;
  }

  begin(): boolean {
    return true;
  }

  choose(choices: Choices, step: number): number {
    let index = -1;
    if (step === this.at) index = this.decided(choices, step);
    if (index < 0) index = this.policy.choose(choices);
    this.policy.took(choices.actors[index]!);
    return index;
  }

  end(steps: number): void {
    const decision = this.decisions[this.place];
    if (decision !== undefined) {
      this.misfit ??= { step: Math.max(steps, this.at), actor: decision.actor, choices: [] };
    }
  }

  private decided({ count, actors }: Choices, step: number): number {
    const { actor } = this.decisions[this.place]!;
    this.place++;
    this.at = step + 1 + (this.decisions[this.place]?.after ?? 0);
    if (this.place === this.decisions.length) this.at = -1;
    const index = actors.slice(0, count).indexOf(actor);
    if (index < 0) this.misfit ??= { step, actor, choices: actors.slice(0, count) };
    return index;
  }
}
