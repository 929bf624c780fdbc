import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileC, ROOT } from '../../../test/c/compile.js';
import type { Pair } from './pair.js';

/** How a pair is run. */
export interface PairRunOptions {
  /** With its bug. */
  readonly broken: boolean;
  /** How many rounds. */
  readonly rounds: number;
  /** Seconds that a round may take; one that takes longer hangs. */
  readonly patience: number;
  /** Decides which faults the host shows; it shows none unless given. */
  readonly seed?: number | undefined;
}

/** What became of a run of a pair. */
export interface PairOutcome {
  /** Whether all rounds were right. */
  readonly passed: boolean;
  /** All that it said on stderr. */
  readonly said: string;
}

/** The command as it is installed. */
const COMMAND = join(ROOT, 'dist', 'cli', 'main.js');

/** What a pair says before it ends with another status than 0. */
const SENTENCE = /^(back|front): /m;

/** The program of a pair, compiled. @throws Error with the compiler's words */
export function pairProgram({ name }: Pair, broken: boolean): string {
  return compileC(`test/gallery/c/${name}.c`, {
    libraries: ['xenevtchn', 'pthread'],
    defines: broken ? ['BROKEN'] : [],
  });
}

/**
 * Runs a pair once, on a host of its own, with the package of dist: the back end in domain 0, the front end in domain 1.
 * @throws (rejects) Error if it ended as no pair does: it could not be run, or crashed
 */
export async function runPair(pair: Pair, options: PairRunOptions): Promise<PairOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'gallery-'));
  try {
    return await runIn(folder, pair, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runIn(
  folder: string,
  pair: Pair,
  { broken, rounds, patience, seed }: PairRunOptions,
): Promise<PairOutcome> {
  const program = pairProgram(pair, broken);
  const half = (role: string, domain: number) => [
    '--domain',
    domain,
    program,
    role,
    1 - domain,
    join(folder, 'shared'),
    rounds,
    patience,
  ];
  const faults = seed === undefined ? [] : ['--faults', pair.spec, '--seed', seed];
  const words = ['run', ...faults, ...half('back', 0), ':::', ...half('front', 1)].map(String);
  const child = spawn(process.execPath, [COMMAND, ...words], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code === 0 || SENTENCE.test(said)) return { passed: code === 0, said };
  throw new Error(`${pair.name} ended with ${code ?? signal}: ${said}`);
}
