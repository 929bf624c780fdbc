import type { Actor } from '../actor.js';
import type { Choices, Strategy } from '../strategy.js';

/** One run by a schedule that was run before: to see whether the scenario does the same again. */
export class SameSchedule implements Strategy {
  /** The first step that its actor could not take; undefined while all could. */
  deviation: number | undefined = undefined;
  private readonly schedule: readonly Actor[];

  constructor(schedule: readonly Actor[]) {
    this.schedule = schedule;
  }

  begin(): boolean {
    return true;
  }

  choose({ count, actors }: Choices, step: number): number {
    const index = actors.indexOf(this.schedule[step]!);
    if (index >= 0 && index < count) return index;
    this.deviation ??= step;
    return 0;
  }

  end(): void {}
}
