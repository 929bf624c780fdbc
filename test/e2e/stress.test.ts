import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client, type Outcome } from './client.js';
import { commandWords } from './command.js';
import { PATIENCE } from './deadline.js';
import { FORGETFUL, failsIfShortIn, SHORT_READS } from './faulty-programs.js';
import { pasted } from './pasted-command.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';
import { Terminal } from './terminal.js';

/** Many runs take their time on a busy machine. */
const LONG = 120_000;
vi.setConfig({ testTimeout: LONG });

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => removeFolder(folder));

type Words = readonly (string | number)[];

async function started(words: Words): Promise<Client> {
  const [node, ...command] = commandWords('stress', ...words);
  const client = await Client.start(node!, command);
  client.hangUp();
  return client;
}

async function stressed(...words: Words): Promise<Outcome> {
  return (await started(words)).ended(LONG);
}

describe('stress', () => {
  it('finds the seeds that fail, with the commands that repeat them', async () => {
    const json = join(folder, 'results.json');
    const save = join(folder, 'failed');
    const program = failsIfShortIn(3, 7);
    const options = ['--runs', 12, '--faults', SHORT_READS, '--json', json, '--save', save];
    const { status, stdout } = await stressed(...options, '--timeout', '1m', ...program);
    expect(status).toBe(1);
    const { results } = JSON.parse(readFileSync(json, 'utf8'));
    expect(results.map(({ seed }: { seed: number }) => seed)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    const failed = results.filter(({ outcome }: { outcome: string }) => outcome === 'failed');
    const seeds: number[] = failed.map(({ seed }: { seed: number }) => seed);
    expect(seeds.length).toBeGreaterThan(0);
    expect(seeds.length).toBeLessThan(12);
    expect(stdout).toMatch(
      new RegExp(
        `^${seeds.length} of 12 runs failed \\(seeds 1 to 12, faults ${SHORT_READS}\\) in `,
      ),
    );
    expect(stdout).toContain(`\n${seeds.length} exited with 1: seed`);
    expect(readdirSync(save).sort()).toEqual(seeds.map((seed) => `seed-${seed}.txt`).sort());
    expect(stdout).toContain(`\n    ${failed[0].command}\n`);
    expect(await pasted(failed[0].command)).toMatchObject({ status: 1, stdout: failed[0].output });
  });

  it('ends with 0 if none fails', async () => {
    const { status, stdout } = await stressed('--runs', 3, '--jobs', 1, '--seed', 40, 'true');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^3 runs passed \(seeds 40 to 42, faults ci\) in [^\n]+\nNo fault was inj/,
    );
  });

  it('runs programs in several domains', async () => {
    const shared = join(folder, 'shared');
    const back = `mkdir -p "$0"; mkfifo "$0/$PPID"; read word < "$0/$PPID"; [ "$word" = hello ]`;
    const front = `until [ -p "$0/$PPID" ]; do sleep 0.01; done; echo hello > "$0/$PPID"`;
    const programs = ['sh', '-c', back, shared, ':::', '--domain', 7, 'sh', '-c', front, shared];
    expect(await stressed('--runs', 2, ...programs)).toMatchObject({ status: 0 });
    expect(readdirSync(shared)).toHaveLength(2);
  });

  it('ends what hangs with all its processes, and says why it hangs', async () => {
    const forgetful = ['sh', '-c', 'setsid sleep 1000 & "$@"; :', 'sh', ...FORGETFUL];
    const options = ['--runs', 2, '--faults', 'slow:ms=1', '--timeout', '8s'];
    const { status, stdout } = await stressed(...options, ...forgetful);
    expect(status).toBe(1);
    expect(stdout).toContain('\n2 hung: seeds 1, 2\n');
    expect(stdout).toMatch(
      /\n {2}Port \d+ of domain 0: [^\n]* has not been written back: it is not enabled/,
    );
    expect(stdout).toMatch(
      /\n {2}Domain 0: python3 \(pid \d+\) is blocked in read\(2\) on [^\n]*evtchn/,
    );
    expect(stdout).toMatch(
      /\n {2}Last lines with seed 1:\n(?: {4}got \w+\n)+ {4}waiting\n {2}To repeat/,
    );
  });

  it('keeps what it found when it is interrupted, and leaves nothing running', async () => {
    const json = join(folder, 'results.json');
    const program = ['sh', '-c', 'exit 3'];
    const client = await started(['--runs', 100_000, '--json', json, ...program]);
    await vi.waitFor(() => expect(client.complaints).toContain('exited with 3'), PATIENCE);
    client.signal('SIGINT');
    const { status, stdout } = await client.ended();
    expect(status).toBe(130);
    expect(stdout).toMatch(/^\d+ of \d+ runs? failed \([^\n]*, of 100000 that were to be\.\n/);
    expect(stdout).toContain('exited with 3: seed');
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ interrupted: true });
  });

  it('ends at SIGTERM while all its runs hang', async () => {
    const proof = join(folder, 'started');
    const script = `: > ${JSON.stringify(proof)}; trap '' TERM; sleep 1000; sleep 1000`;
    const client = await started(['--timeout', '10m', 'sh', '-c', script]);
    await vi.waitFor(() => expect(readdirSync(folder)).toContain('started'), PATIENCE);
    client.signal('SIGTERM');
    const { status, stdout } = await client.ended();
    expect({ status, stdout }).toEqual({ status: 143, stdout: 'None of 100 runs was over.\n' });
  });

  it('takes its runs with it when it is killed', async () => {
    const proof = join(folder, 'started');
    const script = `echo $$ > ${JSON.stringify(proof)}; exec sleep 1000`;
    const words = ['--jobs', 1, '--timeout', '10m', 'sh', '-c', script];
    const [node, ...command] = commandWords('stress', ...words);
    const client = await Client.start(node!, command, { environment: { TMPDIR: folder } });
    const pid = await vi.waitFor(() => {
      const text = readFileSync(proof, 'utf8');
      expect(text).toMatch(/\n$/);
      return Number(text);
    }, PATIENCE);
    client.signal('SIGKILL');
    expect(await client.ended()).toMatchObject({ status: 137 });
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), PATIENCE);
  });

  it('ends with the first failure if it is to', async () => {
    const { status, stdout } = await stressed('--runs', 5000, '--until-failure', 'false');
    expect(status).toBe(1);
    expect(stdout).toMatch(/ that were to be\.\n/);
  });

  it('shows on a terminal how far it is', async () => {
    const go = join(folder, 'go');
    const script = `echo run >> "$0"; [ "$(wc -l < "$0")" -lt 3 ] || until [ -e "$1" ]; do sleep 0.01; done`;
    const held = ['sh', '-c', script, join(folder, 'runs'), go];
    const terminal = await Terminal.start(
      commandWords('stress', '--runs', 4, '--jobs', 1, ...held),
    );
    await terminal.shows(/^\[#{15}-{15}\] 2 of 4 runs, none failed, .* to go$/);
    writeFileSync(go, '');
    await terminal.shows(/^4 runs passed/);
    expect(await terminal.ended()).toMatchObject({ end: 0 });
    expect(terminal.screen.lines.join('\n')).not.toContain('to go');
  });

  it('says what it cannot run, before it begins', async () => {
    expect(await stressed('true', ':::', '/no/such')).toEqual({
      status: 125,
      stdout: '',
      stderr: 'xen-evtchn: /no/such: not found\n',
    });
    expect(await stressed('--json', '/no/such/file', 'true')).toEqual({
      status: 125,
      stdout: '',
      stderr: 'xen-evtchn: cannot write the results to /no/such/file: No such file or directory\n',
    });
  });

  it.each([
    [['--runs', '0', 'true'], 'It must be a number, 1 to 1000000'],
    [['--faults', 'cii', 'true'], "there is no fault 'cii'"],
    [['--timeout', '3h', 'true'], 'a time such as 10s, 500ms or 2m'],
    [[], 'no program to run'],
  ])('refuses %j', async (words, reason) => {
    const { status, stdout, stderr } = await stressed(...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^xen-evtchn: [^\n]+; see xen-evtchn stress --help\n$/);
    expect(stderr).toContain(reason);
  });
});
