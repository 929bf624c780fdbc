import { type Paint, painted, plain, wantsColours } from '../terminal/style.js';

/** What standard output is like. */
export interface TerminalOutput {
  /** It is a terminal. */
  readonly isTerminal: boolean;
  /** Its columns; undefined if it is no terminal, and lines may be as long as need be. */
  readonly width: number | undefined;
  readonly paint: Paint;
}

/** What standard output of this process is like. `COLUMNS` is not looked at: shells export it for themselves. */
export function terminalOutput(): TerminalOutput {
  const { isTTY = false, columns } = process.stdout;
  return {
    isTerminal: isTTY,
    // A terminal that does not know its size says 0.
    width: isTTY ? columns || 80 : undefined,
    paint: wantsColours(isTTY, process.env) ? painted : plain,
  };
}
