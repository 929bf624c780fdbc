import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../src/cli/run-command.js';
import { type RunOptions, runRequest } from '../../../src/cli/run-request.js';
import type { RunRequest } from '../../../src/run/run.js';
import { UsageError } from '../../../src/run/usage-error.js';

/** What a command line asks for, read by the command with another action in place of its own. */
async function asked(words: string[], environmentHost?: string): Promise<RunRequest> {
  let request: RunRequest | undefined;
  const command = runCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.action(async (rest: string[], options: RunOptions) => {
    request = await runRequest(rest, options, environmentHost);
  });
  const root = new Command().enablePositionalOptions().addCommand(command);
  await root.parseAsync(['run', ...words], { from: 'user' });
  return request!;
}

const owner = { allowOther: false, deviceMode: 0o600 };

describe('a command line of run', () => {
  it.each([
    { line: ['a'], domain: 0, command: ['a'] },
    { line: ['a', '--domain', '7', '-x'], domain: 0, command: ['a', '--domain', '7', '-x'] },
    { line: ['--domain', '7', 'a', 'b'], domain: 7, command: ['a', 'b'] },
    { line: ['--domain=7', '--', 'a', '--', 'b'], domain: 7, command: ['a', '--', 'b'] },
    { line: ['--', '--domain', '7'], domain: 0, command: ['--domain', '7'] },
    { line: [''], domain: 0, command: [''] },
  ])('names a program: $line', async ({ line, domain, command }) => {
    expect(await asked(line)).toEqual({
      programs: [{ domain, command }],
      cuse: false,
      access: owner,
    });
  });

  it('names several programs, each with its own domain', async () => {
    const line = '--domain 3 a -x ::: b ::: --domain=5 -- c --domain 6 ::: -- --d'.split(' ');
    expect((await asked(line)).programs).toEqual([
      { domain: 3, command: ['a', '-x'] },
      { domain: 0, command: ['b'] },
      { domain: 5, command: ['c', '--domain', '6'] },
      { domain: 0, command: ['--d'] },
    ]);
  });

  it('names a host, which the environment may do instead', async () => {
    expect((await asked(['--host', '/a', 'b'])).host).toBe('/a');
    expect((await asked(['b'], '/c')).host).toBe('/c');
    expect((await asked(['--host', '/a', 'b'], '/c')).host).toBe('/a');
    expect(await asked(['b'], '')).not.toHaveProperty('host');
  });

  it('asks for a character device', async () => {
    expect((await asked(['--cuse', 'a'])).cuse).toBe(true);
    expect((await asked(['a', '--cuse'])).cuse).toBe(false);
  });

  it('says who may open the device', async () => {
    const access = async (...options: string[]) => (await asked([...options, 'a'])).access;
    expect(await access('--allow-other')).toEqual({ allowOther: true, deviceMode: 0o666 });
    expect(await access('--mode', '0640')).toEqual({ allowOther: true, deviceMode: 0o640 });
  });

  it('asks for character devices, of a private host or of one that is served', async () => {
    expect((await asked(['--cuse', 'a'])).cuse).toBe(true);
    expect(await asked(['--cuse', '--host', '/h', 'a'])).toMatchObject({ cuse: true, host: '/h' });
  });

  it('names a file of programs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'run-request-'));
    const file = join(folder, 'programs.yaml');
    writeFileSync(file, 'programs: [{command: [a]}, {domain: 2, command: [b]}]');
    expect((await asked(['--file', file], '/host')).programs).toEqual([
      { domain: 0, command: ['a'] },
      { domain: 2, command: ['b'] },
    ]);
    rmSync(folder, { recursive: true });
  });

  const faulty = ['--faults', 'ci', '--seed', '7'];

  it('asks for faults, and knows how they are repeated', async () => {
    expect((await asked([...faulty, '--domain', '3', 'a', "it's"])).faults).toEqual({
      request: { spec: 'ci', seed: 7 },
      repeat: "xen-evtchn run --faults ci --seed 7 --domain 3 -- a 'it'\\''s'",
    });
    expect((await asked([...faulty, '--only', '17,42', '--fault-log', 'f', 'a'])).faults).toEqual({
      request: { spec: 'ci', seed: 7, only: [17, 42] },
      repeat: 'xen-evtchn run --faults ci --seed 7 --only 17,42 -- a',
      log: 'f',
    });
    expect(await asked(['a'])).not.toHaveProperty('faults');
  });

  it('chooses a seed, and says which', async () => {
    const { request, hint, repeat } = (await asked(['--faults', 'ci', 'a'])).faults!;
    expect(request.seed).toBeGreaterThanOrEqual(0);
    expect(hint).toContain(`--seed ${request.seed} repeats them`);
    expect(repeat).toContain(`--seed ${request.seed} `);
  });

  it('has what is needed to look for the faults that matter', async () => {
    const line = [...faulty, '--bisect', '--tries', '5', '--timeout', '2m', 'a'];
    expect((await asked(line)).faults?.request).toEqual({ spec: 'ci', seed: 7 });
  });

  it.each([
    [['--seed', '7', 'a'], '--seed is for --faults SPEC'],
    [['--only', '7', 'a'], '--only is for --faults SPEC'],
    [['--fault-log', 'f', 'a'], '--fault-log is for --faults SPEC'],
    [['--bisect', 'a'], '--bisect is for --faults SPEC --seed N'],
    [['--tries', '3', 'a'], '--tries and --timeout are for --bisect'],
    [[...faulty, '--timeout', '3', 'a'], '--tries and --timeout are for --bisect'],
    [['--faults', 'ci', '--only', '7', 'a'], '--only needs --seed N'],
    [['--faults', 'ci', '--bisect', 'a'], '--bisect needs --seed N'],
    [[...faulty, '--fault-log', '', 'a'], '--fault-log needs a file'],
    [[...faulty, '--cuse', 'a'], 'which a private one has not with --cuse'],
    [[...faulty, '--host', '/a', 'b'], '--faults is for a private host; the one at /a shows'],
    [[...faulty, '--bisect', '--trace', 't', 'a'], '--bisect is many runs'],
    [[...faulty, '--bisect', '--fault-log', 't', 'a'], '--bisect is many runs'],
    [[], 'no program to run'],
    [[':::', 'a'], 'no program to run'],
    [['a', ':::'], 'no program after ":::"'],
    [['a', ':::', ':::', 'b'], 'no program after ":::"'],
    [['a', ':::', '--domain', '1'], 'no program after ":::"'],
    [['a', ':::', '--domain'], 'after ":::": option \'--domain <N>\' argument missing'],
    [
      ['a', ':::', '--domain', 'x', 'b'],
      "after \":::\": option '--domain <N>' argument 'x' is invalid",
    ],
    [
      ['a', ':::', '--host', '/c', 'b'],
      'after ":::": unknown option \'--host\' (for each program there is only --domain)',
    ],
    [['a', ':::', '--help'], 'after ":::": unknown option \'--help\''],
    [['--host', '', 'a'], '--host needs the directory'],
    [['--host', '/a', '--mode', '600', 'b'], '--allow-other and --mode are for a private host'],
    [['--host', '/a', '--allow-other', 'b'], '--allow-other and --mode are for a private host'],
    [['--file', 'a', 'b'], 'either --file or a program'],
    [['--file', 'a', '--domain', '1'], "--file names each program's domain itself"],
    [['--file', '/no/such/file'], 'cannot read /no/such/file'],
  ])('is refused: %j', async (line, reason) => {
    const error = await asked(line).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toContain(reason);
  });

  it('is refused with a host of the environment that its options are not for', async () => {
    await expect(asked(['--mode', '600', 'a'], '/a')).rejects.toThrow(/the one at \/a/);
  });

  it('is refused with faults for a host of the environment', async () => {
    await expect(asked([...faulty, 'a'], '/a')).rejects.toThrow(/the one at \/a shows faults/);
  });

  it.each([
    [['--faults', 'nonsense', 'a']],
    [['--faults', 'delay:rate=2', 'a']],
    [['--faults', 'ci', '--seed', '4294967296', 'a']],
    [['--faults', 'ci', '--seed', '-1', 'a']],
    [['--faults', 'ci', '--seed', '7', '--only', '1,1', 'a']],
    [['--faults', 'ci', '--seed', '7', '--only', '1000000', 'a']],
    [['--faults', 'ci', '--seed', '7', '--only', '', 'a']],
    [[...faulty, '--bisect', '--tries', '0', 'a']],
    [[...faulty, '--bisect', '--timeout', '3h', 'a']],
    [['--domain', '32752', 'a']],
    [['--mode', '888', 'a']],
    [['--what', 'a']],
    [['--domain']],
  ])('is refused by commander: %j', async (line) => {
    await expect(asked(line)).rejects.toThrow(CommanderError);
  });
});

describe('the command run', () => {
  it('ends with 2 for wrong usage, before it does anything', async () => {
    const said: string[] = [];
    const command = runCommand()
      .exitOverride()
      .configureOutput({ writeErr: (text) => said.push(text) });
    const root = new Command().enablePositionalOptions().addCommand(command);
    const words = ['run', 'a', ':::'];
    await expect(root.parseAsync(words, { from: 'user' })).rejects.toMatchObject({ exitCode: 2 });
    expect(said.join('')).toBe('error: no program after ":::"\n');
  });

  it('has help with examples', () => {
    let help = '';
    runCommand()
      .configureOutput({
        writeOut: (text) => {
          help += text;
        },
      })
      .outputHelp();
    for (const option of ['--domain', '--host', '--file', '--allow-other', '--mode']) {
      expect(help).toContain(option);
    }
    expect(help).toContain(':::');
    expect(help).toMatch(/^Examples:$/m);
  });
});
