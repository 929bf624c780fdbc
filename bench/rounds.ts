import { measure } from 'mitata';

/** Handles so many events, and answers a sum over what it saw, by which it is checked. */
export type Loop = (events: number) => number | Promise<number>;

/** A loop to measure. */
export interface Contender {
  readonly loop: Loop;
  /** Events in one call: so many that the timer and the call itself vanish. */
  readonly events: number;
  /** What the loop must answer. */
  readonly sum: number;
}

/** How long to measure. */
export interface RoundOptions {
  readonly rounds: number;
  /** Milliseconds each contender gets in a round. */
  readonly budget: number;
}

/** Calls before the first round, for the compiler. */
const WARM_UP_CALLS = 30;

/** A round is disturbed if the first contender took so many times its fastest. */
const DISTURBED = 1.2;
/** Rounds in place of disturbed ones, per round asked for. */
const REPEATS = 3;

/**
 * Measures the contenders in turn, round after round, so that what disturbs the machine meets them all. Rounds that the first
 * contender, the yardstick, shows to be disturbed are measured again, up to a limit, and those in which it was fastest count.
 * That is never in favour of the others: their time is taken as it is, and in yardsticks they look dearer.
 * @returns for each contender, per round, the median time of one event in nanoseconds
 */
export async function measureRounds(
  contenders: readonly Contender[],
  { rounds, budget }: RoundOptions,
): Promise<number[][]> {
  for (const { loop, events } of contenders) {
    for (let call = 0; call < WARM_UP_CALLS; call++) await loop(events);
  }
  const measured: number[][] = [];
  while (undisturbed(measured) < rounds && measured.length < rounds * REPEATS) {
    const round: number[] = [];
    for (const contender of contenders) round.push(await measureOnce(contender, budget));
    measured.push(round);
  }
  const best = measured.sort(([a], [b]) => a! - b!).slice(0, rounds);
  return contenders.map((_, index) => best.map((round) => round[index]!));
}

function undisturbed(measured: readonly number[][]): number {
  const fastest = Math.min(...measured.map(([yardstick]) => yardstick!));
  return measured.filter(([yardstick]) => yardstick! <= fastest * DISTURBED).length;
}

async function measureOnce({ loop, events, sum }: Contender, budget: number): Promise<number> {
  let answer: number | Promise<number> = 0;
  const call = () => {
    answer = loop(events);
    return answer;
  };
  // The loop is the batch: mitata need not make one, and a collection would only disturb what allocates nothing.
  const stats = await measure(call, { gc: false, batch_threshold: -1, min_cpu_time: budget * 1e6 });
  const seen = await answer;
  if (seen !== sum) throw new Error(`events went astray: sum ${seen}, expected ${sum}`);
  return stats.p50 / events;
}
