import type { Actor } from '../actor.js';
import { stepper } from './tried-run.js';

/** Steps without a switch between them. */
export type Block = readonly Actor[];

/** Takes a schedule apart where it switches. */
export function blocksOf(schedule: readonly Actor[]): Block[] {
  const blocks: Actor[][] = [];
  let before: string | undefined;
  for (const actor of schedule) {
    const now = stepper(actor);
    if (now === before) blocks.at(-1)!.push(actor);
    else blocks.push([actor]);
    before = now;
  }
  return blocks;
}

/** A block moved to another place: before the one that is there. */
export function moved(blocks: readonly Block[], from: number, to: number): Block[] {
  const rest = [...blocks];
  const [block] = rest.splice(from, 1);
  rest.splice(to > from ? to - 1 : to, 0, block!);
  return rest;
}
