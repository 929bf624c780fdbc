import { describe, expect, it } from 'vitest';
import { type CommandLine, commandProgram } from '../../../../src/cli/command-line.js';
import {
  type Completion,
  completionOf,
  type HostValues,
} from '../../../../src/cli/completion/completion.js';
import { optionsOf } from '../../../../src/cli/completion/typed-line.js';
import {
  argumentKind,
  optionValueKind,
  valueName,
} from '../../../../src/cli/completion/value-kind.js';
import { completionCommand } from '../../../../src/cli/completion-command.js';
import { doctorCommand } from '../../../../src/cli/doctor-command.js';
import { faultsCommand } from '../../../../src/cli/faults-command.js';
import { inspectCommand } from '../../../../src/cli/inspect-command.js';
import { lsCommand } from '../../../../src/cli/ls-command.js';
import { notifyCommand } from '../../../../src/cli/notify-command.js';
import { replayCommand } from '../../../../src/cli/replay-command.js';
import { runCommand } from '../../../../src/cli/run-command.js';
import { serveCommand } from '../../../../src/cli/serve-command.js';
import { stressCommand } from '../../../../src/cli/stress-command.js';
import { topCommand } from '../../../../src/cli/top-command.js';
import { traceCommand } from '../../../../src/cli/trace-command.js';
import { virqCommand } from '../../../../src/cli/virq-command.js';
import { whyCommand } from '../../../../src/cli/why-command.js';

const makers = [
  runCommand,
  stressCommand,
  faultsCommand,
  serveCommand,
  inspectCommand,
  doctorCommand,
  lsCommand,
  whyCommand,
  topCommand,
  notifyCommand,
  virqCommand,
  traceCommand,
  replayCommand,
  completionCommand,
];

const line: CommandLine = {
  commands: [
    ...makers.map((make) => ({ name: make().name(), load: async () => make(), failure: 1 })),
    { name: '__complete', load: async () => doctorCommand(), failure: 1, hidden: true },
  ],
  version: '1.2.3',
  output: { out: () => {}, err: () => {} },
  debug: false,
};

/** Tells by its values what it was asked. */
const host: HostValues = {
  domains: async ({ options }) => [
    { value: '0', description: `host ${options.get('--host')}` },
    { value: '7', description: '' },
  ],
  ports: async ({ options }) => [
    { value: '14', description: `domain ${options.get('--domain')}` },
    { value: '9', description: '' },
  ],
  programs: async () => [{ value: 'qemu', description: 'process 812' }],
  hostProcesses: async () => [{ value: '812', description: '/srv/xen' }],
};

/** How the last of these words is completed. */
async function completed(...words: readonly string[]): Promise<Completion> {
  return completionOf(await commandProgram(line, words.slice(0, -1)), words, host);
}

/** The words it is completed with. */
async function values(...words: readonly string[]): Promise<string[]> {
  const completion = await completed(...words);
  if (completion.kind !== 'words') throw new Error(`completed with ${completion.kind}`);
  return completion.candidates.map(({ value }) => value);
}

describe('completionOf', () => {
  it('has the commands that help shows, each with its summary', async () => {
    expect(await values('')).toEqual(makers.map((make) => make().name()));
    expect(await values('se')).toEqual(['serve']);
    expect(await values('--ver')).toEqual(['--version']);
    expect(await completed('doc')).toEqual({
      kind: 'words',
      candidates: [
        {
          value: 'doctor',
          description: 'Tell what this machine can do, and how to mend what it lacks',
        },
      ],
    });
  });

  it('has the options of the command, long ones unless a single - is typed', async () => {
    expect(await values('serve', '--d')).toEqual(['--domains', '--dev-xen']);
    expect(await values('doctor', '-')).toEqual(['--json', '--help', '-h']);
    expect(await values('doctor', '-h')).toEqual(['-h']);
  });

  it('has the options where there is no argument left', async () => {
    expect(await values('doctor', '')).toEqual(['--json', '--help']);
    expect(await values('notify', '9', '')).toContain('--incoming');
  });

  it('has choices', async () => {
    expect(await values('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(await values('completion', 'f')).toEqual(['fish']);
  });

  it('leaves files and directories to the shell', async () => {
    expect(await completed('run', '--file', '')).toEqual({ kind: 'files' });
    expect(await completed('run', '--file=a', 'x')).toEqual({ kind: 'command', from: 2 });
    expect(await completed('serve', '--at', '/sr')).toEqual({ kind: 'directories' });
    expect(await completed('serve', '--at=/sr')).toEqual({ kind: 'directories' });
  });

  it('has domains and ports of the host that the line is about', async () => {
    expect(await completed('notify', '--host', '/srv/xen', '--domain', '0')).toEqual({
      kind: 'words',
      candidates: [{ value: '0', description: 'host /srv/xen' }],
    });
    expect(await completed('notify', '--domain=7', '1')).toEqual({
      kind: 'words',
      candidates: [{ value: '14', description: 'domain 7' }],
    });
    expect(await values('notify', '--domain=')).toEqual(['--domain=0', '--domain=7']);
    expect(await values('notify', '--pid', '')).toEqual(['812']);
    expect(await values('trace', '--process', 'q')).toEqual(['qemu']);
  });

  it('has the names of VIRQs', async () => {
    expect(await values('virq', 'CON')).toEqual(['CONSOLE', 'CON_RING']);
  });

  it('has mixes, faults, and their keys', async () => {
    expect(await values('run', '--faults', 'c')).toEqual(['ci']);
    expect(await values('serve', '--faults=spur')).toEqual(['--faults=spurious']);
    expect(await values('stress', '--faults', 'ci,destroy:nth=3,s')).toEqual([
      'ci,destroy:nth=3,signals',
      'ci,destroy:nth=3,spurious',
      'ci,destroy:nth=3,short-read',
      'ci,destroy:nth=3,storm',
      'ci,destroy:nth=3,slow',
    ]);
    const delay = await values('run', '--faults', 'delay:rate=0.5:');
    expect(delay).toContain('delay:rate=0.5:until=');
    expect(delay).not.toContain('delay:rate=0.5:rate=');
    expect(await values('run', '--faults', 'delay:until=')).toEqual(['delay:until=event']);
    expect(await values('run', '--faults', 'bind:errno=ENOM')).toEqual(['bind:errno=ENOMEM']);
    expect(await values('run', '--faults', 'delay:ms=')).toEqual([]);
    expect(await values('run', '--faults', 'ci:')).toEqual([]);
  });

  it('leaves the programs of stress to the shell, as those of run', async () => {
    expect(await completed('stress', '--runs', '9', 'gr')).toEqual({ kind: 'command', from: 3 });
    expect(await values('stress', 'back', ':::', '--')).toEqual(['--domain']);
  });

  it('leaves the program of run, and what it is given, to the shell', async () => {
    expect(await completed('run', '')).toEqual({ kind: 'command', from: 1 });
    expect(await completed('run', '--domain', '3', '--', 'gr')).toEqual({
      kind: 'command',
      from: 4,
    });
    expect(await completed('run', 'grep', '--col')).toEqual({ kind: 'command', from: 1 });
    expect(await completed('run', '--', 'grep', '-r', '')).toEqual({ kind: 'command', from: 2 });
  });

  it('begins anew after the separator of run', async () => {
    const first = ['run', '--host', '/srv/xen', 'back', ':::'];
    expect(await values(...first, '--')).toEqual(['--domain']);
    expect(await completed(...first, '--domain', '0')).toEqual({
      kind: 'words',
      candidates: [{ value: '0', description: 'host /srv/xen' }],
    });
    expect(await completed(...first, '--domain', '7', 'fro')).toEqual({ kind: 'command', from: 7 });
    expect(await completed(...first, 'front', ':::', 'thi')).toEqual({ kind: 'command', from: 7 });
    expect(await completed(...first, 'front', ':::')).toEqual({ kind: 'command', from: 5 });
  });

  it.each([
    [['nonsense', '']],
    [['serve', '--nonsense', '']],
    [['serve', '--allow-other=']],
    [['serve', '--mode', '']],
    [['doctor', 'too', 'many', '']],
    [['__comp']],
  ])('has nothing for %j', async (words) => expect(await values(...words)).toEqual([]));

  it('does not ask the host unless it must', async () => {
    const none: HostValues = {
      domains: () => Promise.reject(new Error('asked')),
      ports: () => Promise.reject(new Error('asked')),
      programs: () => Promise.reject(new Error('asked')),
      hostProcesses: () => Promise.reject(new Error('asked')),
    };
    const root = await commandProgram(line, ['notify']);
    expect(await completionOf(root, ['notify', '--inc'], none)).toMatchObject({ kind: 'words' });
    await expect(completionOf(root, ['notify', ''], none)).rejects.toThrow('asked');
  });
});

describe('kinds of values', () => {
  /** Values that are numbers or names of one's own. */
  const free = [
    ...['--domains', '--cuse', '--ready-fd', '--mode', '--vcpu', '--metrics', '--listen'],
    ...['--count', '--duration', '--filter', '--interval', '--iterations', '--until'],
    ...['--seed', '--only', '--tries', '--timeout', '--runs', '--jobs'],
  ];

  it('are known of every option of every command', () => {
    const unknown = makers.flatMap((make) =>
      optionsOf(make())
        .filter((option) => valueName(option) !== '' && option.argChoices === undefined)
        .filter((option) => optionValueKind(option) === 'free')
        .map(({ long }) => long),
    );
    expect(new Set(unknown)).toEqual(new Set(free));
  });

  it('are known of every argument of every command', () => {
    const unknown = makers.flatMap((make) =>
      make()
        .registeredArguments.filter((argument) => argument.argChoices === undefined)
        .filter((argument) => argumentKind(argument) === 'free')
        .map((argument) => argument.name()),
    );
    expect(new Set(unknown)).toEqual(new Set(['program']));
  });
});
