import type { Decision } from '../decision.js';
import { DefaultPolicy } from '../default-policy.js';
import type { Choices, Strategy } from '../strategy.js';

/** Another strategy, of which it is noted where it departs from the default policy. */
export class RecordingStrategy implements Strategy {
  /** Where it departed, in order. */
  readonly decisions: Decision[] = [];
  private readonly strategy: Strategy;
  private readonly policy = new DefaultPolicy();
  private gap = 0;

  constructor(strategy: Strategy) {
    this.strategy = strategy;
  }

  begin(run: number): boolean {
    return this.strategy.begin(run);
  }

  choose(choices: Choices, step: number): number {
    const index = this.strategy.choose(choices, step);
    const actor = choices.actors[index]!;
    if (index === this.policy.choose(choices)) {
      this.gap++;
    } else {
      this.decisions.push({ after: this.gap, actor });
      this.gap = 0;
    }
    this.policy.took(actor);
    return index;
  }

  end(steps: number): void {
    this.strategy.end(steps);
  }
}
