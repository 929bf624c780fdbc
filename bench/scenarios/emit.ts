import { prepareEmit, sumOf } from '../emit.js';
import { measureRounds, type RoundOptions } from '../rounds.js';

/** Emit in a process that does nothing else. @returns nanoseconds of one, per round */
export async function run(options: RoundOptions): Promise<number[]> {
  const ports = Uint32Array.from({ length: 1024 }, (_, i) => i + 10);
  const events = 65536;
  const contender = { loop: prepareEmit(ports), events, sum: sumOf(ports, events) };
  const [emitted] = await measureRounds([contender], options);
  return emitted!;
}
