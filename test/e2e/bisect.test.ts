import { describe, expect, it, vi } from 'vitest';
import type { Outcome } from './client.js';
import { PATIENCE } from './deadline.js';
import { failsIfShortIn, SHORT_READS } from './faulty-programs.js';
import { need } from './need.js';
import { missingUserNamespace } from './requirements.js';
import { OrdinaryUser } from './run-as-user.js';
import { ran, startRun } from './run-client.js';

/** Many runs take their time on a busy machine. */
const LONG = 120_000;
vi.setConfig({ testTimeout: LONG });

/** What comes of many runs. */
async function searched(words: readonly (string | number)[]): Promise<Outcome> {
  const run = await startRun(words);
  run.hangUp();
  return run.ended(LONG);
}

const FAULTS = ['--faults', SHORT_READS, '--seed', 1];

describe('run --bisect', () => {
  it('finds the two faults that matter, and the command that shows them', async () => {
    const program = failsIfShortIn(3, 7);
    const { status, stdout } = await searched([...FAULTS, '--bisect', '--tries', 1, ...program]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^2 of \d+ faults make it fail \(it exited with 1\):\n/);
    expect(stdout).toContain('\nThe last it said:\n  short: 3 7\n');
    const only = /--only (\d+,\d+) /.exec(stdout)![1]!;
    expect(await ran([...FAULTS, '--only', only, ...program])).toMatchObject({
      status: 1,
      stdout: 'short: 3 7\n',
    });
    const [first = '', second = ''] = only.split(',');
    for (const one of [first, second]) {
      expect((await ran([...FAULTS, '--only', one, ...program])).status).toBe(0);
    }
  });

  it('takes a program that hangs for one that fails', async () => {
    const check = ['sh', '-c', '"$@" | grep -q "short: [0-9]" && exec sleep 1000; exit 0', 'sh'];
    const words = ['--bisect', '--tries', 1, '--timeout', '8s', ...check, ...failsIfShortIn(99)];
    const { status, stdout } = await searched([
      ...['--faults', 'short-read:nth=3', '--seed', 1],
      ...words,
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^1 of 1 fault makes it fail \(it hung\):\n/);
  });

  it('says if it fails without faults too, or not at all', async () => {
    expect(await ran([...FAULTS, '--bisect', 'false'])).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^It fails without any fault too \(it exited with 1\)/),
    });
    expect(await ran([...FAULTS, '--bisect', '--tries', 2, 'true'])).toEqual({
      status: 1,
      stdout: 'It did not fail in 2 runs: there is nothing to find.\n',
      stderr: '',
    });
  });

  it('prints the smallest set so far when it is interrupted', async () => {
    const run = await startRun([...FAULTS, '--bisect', '--tries', 9, ...failsIfShortIn(3, 7)]);
    await vi.waitFor(() => expect(run.complaints).toContain('it fails with'), PATIENCE);
    run.signal('SIGINT');
    const { status, stdout } = await run.ended();
    expect(status).toBe(130);
    expect(stdout).toMatch(
      /^Interrupted after \d+ runs?; the smallest set so far:\n\n\d+ of \d+ faults/,
    );
    expect(stdout).toMatch(/\nTo repeat:\n {2}xen-evtchn run .* --only [\d,]+ -- /);
  });

  it('says what it cannot run', async () => {
    expect(await ran([...FAULTS, '--bisect', '/no/such'])).toEqual({
      status: 125,
      stdout: '',
      stderr: 'xen-evtchn: /no/such: not found\n',
    });
  });

  it('is for an ordinary user too', async (context) => {
    need(context, missingUserNamespace());
    const user = new OrdinaryUser();
    const words = [...FAULTS, '--bisect', '--tries', 1, ...failsIfShortIn(3)];
    const run = await user.start(words);
    run.hangUp();
    const { status, stdout } = await run.ended(LONG);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^1 of \d+ faults makes it fail/),
    });
    user.leave();
  });
});
