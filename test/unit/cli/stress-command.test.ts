import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stressCommand } from '../../../src/cli/stress-command.js';
import { type StressRequest, stressRun } from '../../../src/cli/stress-run.js';

vi.mock('../../../src/cli/stress-run.js', () => ({ stressRun: vi.fn() }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stress-command-'));
  vi.stubEnv('XEN_EVTCHN_HOST', '');
  vi.mocked(stressRun).mockReset().mockResolvedValue(1);
});
afterEach(() => {
  vi.unstubAllEnvs();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true });
});

async function asked(...words: string[]): Promise<StressRequest> {
  const command = stressCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  const root = new Command().enablePositionalOptions().exitOverride().addCommand(command);
  await root.parseAsync(['stress', ...words], { from: 'user' });
  return vi.mocked(stressRun).mock.lastCall![0];
}

it('tries the first hundred seeds of what a correct program gets over', async () => {
  expect(await asked('true', '-x', ':::', '--domain', '7', 'false')).toMatchObject({
    spec: 'ci',
    first: 1,
    runs: 100,
    jobs: availableParallelism(),
    timeout: 10_000,
    untilFailure: false,
    words: ['true', '-x', ':::', '--domain', '7', 'false'],
  });
  expect(process.exitCode).toBe(1);
});

it('does what it is told instead', async () => {
  const json = join(folder, 'results.json');
  const options = ['--runs', '9', '--jobs', '3', '--seed', '5', '--until-failure', '--json', json];
  const line = [...options, '--timeout', '2m', '--faults', 'eintr:nth=3', '--domain', '3', 'true'];
  expect(await asked(...line)).toMatchObject({
    ...{ spec: 'eintr:nth=3', first: 5, runs: 9, jobs: 3, timeout: 120_000, json },
    untilFailure: true,
    options: { domain: 3 },
  });
  expect(readFileSync(json, 'utf8')).toBe('');
});

it('begins with nothing that it cannot end', async () => {
  await expect(asked('/no/such')).rejects.toThrow('/no/such: not found');
  await expect(asked('--json', '/no/such/file', 'true')).rejects.toThrow(
    'cannot write the results to /no/such/file: No such file or directory',
  );
  vi.stubEnv('XEN_EVTCHN_HOST', '/srv/xen');
  await expect(asked('true')).rejects.toThrow('the one at /srv/xen shows faults');
  expect(stressRun).not.toHaveBeenCalled();
});
