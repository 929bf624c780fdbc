/** A fault that was injected. */
export interface InjectedFault {
  /** Its number, 0 to 999999. */
  readonly number: number;
  /** Its name. */
  readonly fault: string;
  /** The domain it was in. */
  readonly domid: number;
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

/** The first columns of the table. */
const FAULT = /^\s*(\d+)\s+(\S+)\s+(\d+)(?:\s|$)/;
const BEFORE = /^(\d+) more before/;
/** Faults after which nothing can be expected of the programs of a domain any more. */
const FATAL: ReadonlySet<string> = new Set(['die', 'destroy']);

/** How many faults were injected. */
export function faultCount({ faults, before }: FaultList): number {
  return faults.length + before;
}

/** The numbers of the faults, each once, in the order in which they were injected first. */
export function faultNumbers({ faults }: FaultList): number[] {
  return [...new Set(faults.map(({ number }) => number))];
}

/** The domains that were destroyed, or whose processes were killed. */
export function lostDomains({ faults }: FaultList): Set<number> {
  return new Set(faults.filter(({ fault }) => FATAL.has(fault)).map(({ domid }) => domid));
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
    const [, number, fault = '', domid] = FAULT.exec(line) ?? [];
    if (earlier !== null) before = Number(earlier[1]);
    else if (number === undefined) heading ||= line;
    else faults.push({ number: Number(number), fault, domid: Number(domid), line });
  }
  return { heading, faults, before };
}
