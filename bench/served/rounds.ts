/** What measures; `Program` is one. */
export interface Contender {
  /** Makes a round. @param how - what it is told */
  figures(how: string): Promise<readonly number[]>;
}

/** The figures of one contender: by what was measured, then by round. */
export type Rounds = number[][];

/** How many rounds to make. */
export interface RoundCounts {
  /** Before any counts: the compiler of a server in JavaScript must have seen what it compiles. */
  readonly warmUp: number;
  readonly rounds: number;
}

/** Has programs make rounds that do not count. */
export async function warmUp(contenders: readonly Contender[], rounds: number): Promise<void> {
  for (const contender of contenders) {
    for (let round = 0; round < rounds; round++) await contender.figures('');
  }
}

/**
 * Has contenders measure in turn, one round each, back and forth: what disturbs the machine for longer than a round meets
 * all of them, and none always follows the same other.
 * @param all - their figures, to which those of these rounds are added
 * @param how - what they are told for each round
 */
export async function takeTurns(
  contenders: readonly Contender[],
  all: Rounds[],
  rounds: number,
  how = '',
): Promise<void> {
  const order = contenders.map((contender, index) => ({ contender, index }));
  for (let round = 0; round < rounds; round++) {
    for (const { contender, index } of order) add(all, index, await contender.figures(how));
    order.reverse();
  }
}

function add(all: Rounds[], index: number, figures: readonly number[]): void {
  const found = all[index] ?? figures.map(() => []);
  all[index] = found;
  for (const [kind, figure] of figures.entries()) found[kind]!.push(figure);
}
