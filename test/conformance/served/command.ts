import { mkdtempSync, rmSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoCompiler } from '../../c/compile.js';
import { type Case, FolderError, readCases } from '../case-folder.js';
import { namePattern } from '../name-pattern.js';
import type { Output } from '../output.js';
import { UsageError } from '../usage-error.js';
import { caseProgram, compileCaseProgram } from './case-program.js';
import { kernelOf } from './deviation.js';
import { DEVIATIONS } from './deviation-list.js';
import type { Known } from './judge.js';
import { whyNotServed } from './left-out.js';
import { type Options, parseOptions, USAGE } from './options.js';
import { whyNotHere } from './requirements.js';
import { type Bench, runServed, type ServedResult } from './run-served.js';
import { ServedDevice } from './served-device.js';

/** What a machine lacks for the command. */
class NotHereError extends Error {}

/** The command's world, to be replaced in tests. */
export interface World {
  /** The project's own cases. */
  readonly ownFolder: string;
  readonly output: Output;
  /** Aborted when the command is to end before its time. */
  readonly signal: AbortSignal;
  /** What the cases run on; hosts that xen-evtchn serves unless given. */
  readonly start?: Bench['start'];
}

/**
 * The command, without its process.
 * @returns its exit code
 */
export async function servedConformance(args: readonly string[], world: World): Promise<number> {
  const { output } = world;
  try {
    const options = parseOptions(args);
    if (options === 'help') {
      output.out(USAGE);
      return 0;
    }
    return await compare(options, world);
  } catch (error) {
    if (error instanceof NotHereError) {
      output.err(`not possible here: ${error.message}\n`);
      return 3;
    }
    if (!(error instanceof UsageError || error instanceof FolderError)) throw error;
    output.err(`conformance:served: ${error.message} (see --help)\n`);
    return 2;
  }
}

/** The cases a run needs: those asked for, and `@big` ones that come before one of them. */
function chosen(folder: string, only: string | undefined) {
  const all = readCases(folder, 'fifo').filter(({ language }) => language === 'device');
  if (all.length === 0) throw new FolderError(`no cases of the device in ${folder}`);
  const wanted = namePattern(only);
  if (!all.some(({ name }) => wanted(name))) throw new UsageError(`no case matches ${only}`);
  const lastBig = all.findLastIndex(({ name, tags }) => tags.has('@big') && wanted(name));
  const needed = all.filter(
    ({ name, tags }, index) => wanted(name) || (tags.has('@big') && index < lastBig),
  );
  const leftOut: string[] = [];
  const cases = needed.filter((test: Case) => {
    const reason = whyNotServed(test);
    if (reason !== undefined) leftOut.push(`  ${test.name}: ${reason}\n`);
    return reason === undefined;
  });
  return { cases, leftOut, wanted };
}

async function compare(options: Options, world: World): Promise<number> {
  const { ownFolder, output, signal } = world;
  const { cuse, verbose, folder = ownFolder } = options;
  const { cases, leftOut, wanted } = chosen(folder, options.only);
  const known: Known = {
    deviations: DEVIATIONS,
    over: cuse ? 'cuse' : 'fuse',
    kernel: kernelOf(release()),
    strict: options.folder === undefined,
  };
  const counts = { passed: 0, deviates: 0, failed: 0 };
  const listed: string[] = [];
  const report = (result: ServedResult) => {
    if (!wanted(result.name)) return;
    counts[result.outcome]++;
    if (verbose) output.out(`=== ${result.name}: ${result.outcome}\n${result.output}`);
    if (result.outcome === 'failed') output.out(`FAILED ${result.name}\n${result.diff}\n`);
    if (result.outcome === 'deviates') listed.push(`  ${result.name}: ${result.rows.join('; ')}\n`);
  };
  const temporary = mkdtempSync(join(tmpdir(), 'xen-evtchn-cases-'));
  try {
    const start = world.start ?? servedHosts(cuse, temporary);
    await runServed(cases, { known, start }, options.jobs, report, signal);
  } finally {
    rmSync(temporary, { recursive: true });
  }
  if (listed.length > 0) {
    output.out(`answers as listed in docs/deviations.md, "Served over FUSE":\n${listed.join('')}`);
  }
  if (leftOut.length > 0) output.out(`left out:\n${leftOut.join('')}`);
  const passed = counts.passed + counts.deviates;
  output.out(`${passed} passed, ${counts.failed} failed, ${leftOut.length} left out\n`);
  return counts.failed > 0 ? 1 : 0;
}

/**
 * Hosts as xen-evtchn serves them, and the C program to run cases on them.
 * @param folder - for files of the C programs
 * @throws NotHereError if this machine lacks something
 */
function servedHosts(cuse: boolean, folder: string): Bench['start'] {
  const reason = whyNotHere(cuse);
  if (reason !== undefined) throw new NotHereError(reason);
  let program: string;
  try {
    program = compileCaseProgram();
  } catch (error) {
    const noCompiler = whyNoCompiler();
    if (noCompiler === undefined) throw error;
    throw new NotHereError(noCompiler);
  }
  return async () => ({
    device: await ServedDevice.start({ cuse }),
    program: caseProgram(program, mkdtempSync(join(folder, 'host-'))),
  });
}
