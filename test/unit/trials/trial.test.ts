import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { markedProcesses, TRIAL_VARIABLE } from '../../../src/trials/marked-processes.js';
import { runTrial } from '../../../src/trials/trial.js';
import type { TrialResult } from '../../../src/trials/trial-result.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trial-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What stands for `run` here: it writes its list of faults, as `--fault-log FILE` says, and becomes a shell script. */
const RUN = `
[ "$1 $2" = 'run --fault-log' ] || exit 99
log=$3; script=$4
printf 'seed 7, spec ci\\n\\nnumber fault domain\\n 17 delay 0\\n' > "$log"
eval "$script"`;

const never = new AbortController().signal;
/** Longer than any test. */
const LONG = 60_000;
/** In which a shell has come to do what it is told, however busy the machine is. */
const ENOUGH = 3000;
vi.setConfig({ testTimeout: LONG });

function trial(script: string, stop = never, timeout = LONG): Promise<TrialResult> {
  return runTrial([script], { command: ['sh', '-c', RUN, 'sh'], timeout, folder }, stop);
}

/** The mark of the processes of a trial, which a script has written. */
const markIn = (name: string): string => readFileSync(join(folder, name), 'utf8').trim();

/** Waits for a file that a script makes. */
async function written(name: string): Promise<void> {
  await vi.waitFor(() => expect(existsSync(join(folder, name))).toBe(true), LONG);
}

describe('a trial', () => {
  it('passes, with what was said and the faults there were', async () => {
    const result = await trial('echo out; echo err >&2');
    expect(result).toMatchObject({ outcome: 'passed', status: 0, account: [] });
    expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out']);
    expect(result.faults?.faults).toEqual([
      { number: 17, fault: 'delay', domid: 0, line: ' 17 delay 0' },
    ]);
    expect(result.took).toBeGreaterThan(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['exit 3', 3],
    ['kill -SEGV $$', 139],
  ])('fails: %s', async (script, status) => {
    expect(await trial(script)).toMatchObject({ outcome: 'failed', status });
  });

  it('is refused if it could not even say that there were no faults', async () => {
    const refused = await trial(': > "$log"; echo "xen-evtchn: no" >&2; exit 125');
    expect(refused).toMatchObject({ outcome: 'refused', status: 125, faults: undefined });
  });

  it('has nothing on its stdin', async () => {
    expect((await trial('cat; echo end')).output).toBe('end\n');
  });

  it('hangs if it takes too long, and may say something before it is ended', async () => {
    const script = `trap 'echo sorry; exit 1' TERM; while :; do sleep 0.01; done`;
    const result = await trial(script, never, ENOUGH);
    expect(result).toMatchObject({
      outcome: 'hung',
      status: 124,
      output: expect.stringContaining('sorry\n'),
    });
    expect(result.account).toEqual([
      expect.stringMatching(/^Its host cannot be asked: process \d+/),
    ]);
  });

  it('is ended whether it wants to or not, with all that it has started', async () => {
    const script = `echo $${TRIAL_VARIABLE} > ${folder}/mark
      setsid sh -c 'trap "" TERM; sleep 1000; :' & trap '' TERM; sleep 1000 & wait; sleep 1000`;
    expect(await trial(script, never, ENOUGH)).toMatchObject({ outcome: 'hung' });
    await vi.waitFor(() => expect(markedProcesses(markIn('mark'))).toEqual([]), LONG);
  });

  it('leaves nothing running that outlives it', async () => {
    const script = `echo $${TRIAL_VARIABLE} > ${folder}/mark; setsid sleep 1000 & exit 0`;
    expect(await trial(script)).toMatchObject({ outcome: 'passed' });
    await vi.waitFor(() => expect(markedProcesses(markIn('mark'))).toEqual([]), LONG);
  });

  it('is ended when it is stopped', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const running = trial(`echo $${TRIAL_VARIABLE} > ${folder}/mark; sleep 1000`, stop.signal);
    const rejected = expect(running).rejects.toBe(reason);
    await written('mark');
    stop.abort(reason);
    await rejected;
    expect(readdirSync(folder)).toEqual(['mark']);
    await expect(trial('exit 0', stop.signal)).rejects.toBe(reason);
  });

  it('says if it cannot be started', async () => {
    const means = { command: [join(folder, 'no')], timeout: LONG, folder };
    await expect(runTrial([], means, never)).rejects.toThrow('ENOENT');
  });
});
