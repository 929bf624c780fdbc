import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitStatus, startProblem } from '../run/exit-status.js';
import { findProgram } from '../run/find-program.js';
import type { Program } from '../run/program.js';
import { StopRequest } from '../serve/stop-request.js';
import type { TrialMeans } from '../trials/trial.js';

/** What a trial may take unless said otherwise, milliseconds. */
export const USUAL_TIMEOUT = 10_000;

/** Checks that there is something to try. @throws Error for a program that cannot be started */
export function checkPrograms(programs: readonly Program[]): void {
  for (const { command, env, cwd } of programs) {
    const found = findProgram(command[0], { ...process.env, ...env }.PATH, cwd);
    if ('error' in found) throw new Error(`${command[0]}: ${startProblem(found.error)}`);
  }
}

/**
 * Does what consists of many trials: they get what they need, and signals have it end in good order; a second one ends the
 * process at once, with its trials.
 * @param act - is given what trials need, and is told of the first signal
 * @returns the exit status of `act`; 128 and the number of the signal after one
 */
export async function withTrials(
  timeout: number,
  act: (means: TrialMeans, stop: Promise<void>) => Promise<number>,
): Promise<number> {
  const { deathSignalCommand } = await import('../run/death-signal.js');
  const { exitAtOnce } = await import('../native/process.js');
  const folder = mkdtempSync(join(tmpdir(), 'xen-evtchn-'));
  const clear = (): void => rmSync(folder, { recursive: true, force: true });
  const stop = new StopRequest(() => {
    clear();
    exitAtOnce(1);
  });
  stop.listen();
  try {
    const own = [process.execPath, ...process.execArgv, process.argv[1]!];
    const means = { command: [...deathSignalCommand(), ...own], timeout, folder };
    const status = await act(means, stop.wished);
    return stop.signal === undefined ? status : exitStatus(null, stop.signal);
  } finally {
    stop.ignore();
    clear();
  }
}
