import type { Actor } from '../actor.js';
import type { Decision } from '../decision.js';
import type { Scenario } from '../lab.js';
import type { RunOptions } from '../run-options.js';
import { DecidedStrategy } from '../strategies/decided-strategy.js';
import { ListStrategy } from '../strategies/list-strategy.js';
import type { Strategy } from '../strategy.js';
import { type Block, blocksOf, moved } from './blocks.js';
import { failsAlike, isSimpler, type TriedRun, tryRun } from './tried-run.js';

/** Runs that shrinking takes at most. */
export const SHRINK_RUNS = 1000;
/** Steps of all of them together, about. */
const SHRINK_STEPS = 300_000;

/**
 * Looks for a simpler schedule that fails in the same way, by delta debugging: drops decisions, cuts the end off, joins what one
 * party does in several goes, drops steps; whatever becomes simpler is gone on from, until nothing does or the runs are used up.
 */
export class Shrinking {
  /** The simplest run so far. */
  best: TriedRun;
  /** Runs it took. */
  runs = 0;
  private readonly scenario: Scenario;
  private readonly options: RunOptions;
  private steps = 0;

  /** @param failed - a run that failed */
  constructor(scenario: Scenario, options: RunOptions, failed: TriedRun) {
    this.scenario = scenario;
    this.best = failed;
    const { length } = failed.schedule;
    // What goes on for much longer is not simpler; but an endless run is one by its number of steps.
    const maxSteps =
      failed.failure!.kind === 'endless'
        ? options.maxSteps
        : Math.min(options.maxSteps, 2 * length + 100);
    this.options = { ...options, maxSteps };
  }

  /** Shrinks as far as it goes. */
  async shrink(): Promise<void> {
    let before: TriedRun;
    do {
      before = this.best;
      await this.dropDecisions();
      await this.joinBlocks();
      await this.dropBlocks();
      await this.dropSteps();
    } while (this.best !== before && this.left);
  }

  private get left(): boolean {
    return this.runs < SHRINK_RUNS && this.steps < SHRINK_STEPS;
  }

  /** Whether it fails alike and is simpler, which makes it the best. */
  private async improves(strategy: Strategy): Promise<boolean> {
    if (!this.left) return false;
    this.runs++;
    const tried = await tryRun(this.scenario, this.options, strategy);
    this.steps += tried.schedule.length;
    if (!failsAlike(tried.failure, this.best.failure!) || !isSimpler(tried, this.best)) {
      return false;
    }
    this.best = tried;
    return true;
  }

  private improvesBy(blocks: readonly Block[]): Promise<boolean> {
    return this.improves(new ListStrategy(blocks.flat()));
  }

  /** The last ones first, all together at first: what is behind the last decision that matters is cut off so. */
  private async dropDecisions(): Promise<void> {
    let size = this.best.decisions.length;
    while (size >= 1 && this.left) {
      let end = this.best.decisions.length;
      while (end > 0 && this.left) {
        const start = Math.max(0, end - size);
        await this.improves(new DecidedStrategy(withoutDecisions(this.best.decisions, start, end)));
        // What is simpler may have more of them, but none is looked at twice.
        end = Math.min(start, this.best.decisions.length);
      }
      size = size === 1 ? 0 : Math.ceil(size / 2);
    }
  }

  /** What an actor does later follows what it did before at once, or that waits for it. */
  private async joinBlocks(): Promise<void> {
    let blocks = blocksOf(this.best.schedule);
    for (let index = 0; index < blocks.length && this.left; index++) {
      const next = nextAlike(blocks, index);
      if (next < 0) continue;
      if (
        (await this.improvesBy(moved(blocks, next, index + 1))) ||
        (await this.improvesBy(moved(blocks, index, next)))
      ) {
        blocks = blocksOf(this.best.schedule);
        index--;
      }
    }
  }

  /** Several at first, then each, from the end. */
  private async dropBlocks(): Promise<void> {
    let blocks = blocksOf(this.best.schedule);
    for (let size = blocks.length; size >= 1 && this.left; size = Math.floor(size / 2)) {
      for (let end = blocks.length; end > 0 && this.left; end -= size) {
        const start = Math.max(0, end - size);
        if (!(await this.improvesBy(without(blocks, start, end)))) continue;
        blocks = blocksOf(this.best.schedule);
        end = Math.min(end, blocks.length + size);
      }
    }
  }

  private async dropSteps(): Promise<void> {
    for (let index = this.best.schedule.length - 1; index >= 0 && this.left; index--) {
      const list: readonly Actor[] = without(this.best.schedule, index, index + 1);
      await this.improves(new ListStrategy(list));
      index = Math.min(index, this.best.schedule.length);
    }
  }
}

/** The next block of who has that one. */
function nextAlike(blocks: readonly Block[], index: number): number {
  const actor = blocks[index]![0]!;
  for (let next = index + 1; next < blocks.length; next++) {
    if (blocks[next]!.includes(actor)) return next;
  }
  return -1;
}

function without<T>(list: readonly T[], start: number, end: number): T[] {
  return [...list.slice(0, start), ...list.slice(end)];
}

/** Those behind what is left out keep their steps. */
function withoutDecisions(list: readonly Decision[], start: number, end: number): Decision[] {
  const rest = without(list, start, end);
  const steps = list.slice(start, end).reduce((sum, { after }) => sum + after + 1, 0);
  const next = rest[start];
  if (next !== undefined) rest[start] = { ...next, after: next.after + steps };
  return rest;
}
