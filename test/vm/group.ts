/** How many checks came out how. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Says what happens, a line at a time. */
export type Say = (line: string) => void;

/** Something to be tried in the machine. It throws if it is not as it should be. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Checks that belong together, by a name that the command line knows. */
export interface Group {
  readonly name: string;
  readonly about: string;
  /** Options of run-in-vm for the machine it is tried in; the stock kernel's machine unless given. */
  readonly machine?: readonly string[];
  readonly run: (say: Say) => Promise<Counts>;
}

/** A group of checks that are run one after the other; one that fails holds up none of the others. */
export function groupOf(name: string, about: string, checks: readonly Check[]): Group {
  return {
    name,
    about,
    async run(say) {
      let failed = 0;
      for (const check of checks) {
        const begin = performance.now();
        const trouble = await troubleOf(check);
        const seconds = ((performance.now() - begin) / 1000).toFixed(1);
        say(`${trouble === undefined ? 'ok' : 'FAILED'} ${check.name} (${seconds} s)`);
        if (trouble === undefined) continue;
        failed++;
        say(trouble);
      }
      return { passed: checks.length - failed, failed, skipped: 0 };
    },
  };
}

async function troubleOf({ run }: Check): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** The sum of counts. */
export function total(all: readonly Counts[]): Counts {
  const sum = (of: keyof Counts) => all.reduce((before, counts) => before + counts[of], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}
