/** Does one thing that others can see or that depends on them. Between two of these, anybody may run. */
export type Effect = <T>(action: () => T) => T;

/** What a program runs in. */
export interface Steps {
  readonly effect: Effect;
  /** Goes on when the condition holds. */
  readonly wait: (condition: () => boolean) => void;
}

class Suspended extends Error {}

/**
 * A synchronous program that is run one effect at a time. Each step runs it anew from its start, with the results of the
 * effects it had so far, up to one effect more: so the real code can be stopped anywhere without being written for it.
 */
export class Actor {
  readonly #program: (steps: Steps) => void;
  readonly #results: unknown[] = [];

  /** @param program - does nothing but compute, apart from its effects */
  constructor(program: (steps: Steps) => void) {
    this.#program = program;
  }

  /** One effect more. @returns false if it waits, or has ended */
  step(): boolean {
    const results = this.#results;
    const before = results.length;
    let position = 0;
    let suspended = false;
    const suspend = (): never => {
      suspended = true;
      throw new Suspended();
    };
    const effect: Effect = (action) => {
      // Once stopped, what the program does on its way out (`finally`) did not happen.
      if (suspended) throw new Suspended();
      if (position === results.length) {
        if (results.length > before) suspend();
        results.push(action());
      }
      return results[position++] as ReturnType<typeof action>;
    };
    const wait = (condition: () => boolean) => {
      const isNew = !suspended && position === results.length && results.length === before;
      if (isNew && !condition()) suspend();
      effect(() => undefined);
    };
    try {
      this.#program({ effect, wait });
    } catch (error) {
      if (!(error instanceof Suspended)) throw error;
    }
    return results.length > before;
  }
}

/** Runs actors in turns: first as the schedule says, then each as long as it can, until all wait. */
export function interleave(
  actors: readonly Actor[],
  schedule: readonly (readonly [actor: number, steps: number])[],
): void {
  for (const [actor, steps] of schedule) {
    for (let i = 0; i < steps && actors[actor % actors.length]!.step(); i++);
  }
  for (let moved = true; moved; ) {
    moved = false;
    for (const actor of actors) while (actor.step()) moved = true;
  }
}
