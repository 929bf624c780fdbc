/** A fault that was injected. */
export interface InjectedFault {
  /** Its number, 0 to 999999. */
  readonly number: number;
  /** Its line of the table. */
  readonly line: string;
}

/** What the file `faults` of a host says. */
export interface FaultList {
  /** The line over the table. */
  readonly heading: string;
  /** Oldest first; the last 10 000 at most. */
  readonly faults: readonly InjectedFault[];
  /** How many there were before those. */
  readonly before: number;
}

const FAULT = /^\s*(\d+)\s/;
const BEFORE = /(\d+) (?:faults? )?before/;

/** How many faults were injected. */
export function faultCount({ faults, before }: FaultList): number {
  return faults.length + before;
}

/** The numbers of the faults, each once, in the order in which they were injected first. */
export function faultNumbers({ faults }: FaultList): number[] {
  return [...new Set(faults.map(({ number }) => number))];
}

/**
 * Reads the text of a host's file `faults`.
 * @returns undefined for an empty text, which is of a host that ended before it was asked
 */
export function parseFaultList(text: string): FaultList | undefined {
  const [first, ...lines] = text.split('\n').filter((line) => line !== '');
  if (first === undefined) return undefined;
  const faults: InjectedFault[] = [];
  let heading = '';
  let before = 0;
  for (const line of lines) {
    const earlier = BEFORE.exec(line);
    const number = FAULT.exec(line)?.[1];
    if (earlier !== null) before = Number(earlier[1]);
    else if (number !== undefined) faults.push({ number: Number(number), line });
    else heading ||= line;
  }
  return { heading, faults, before };
}
