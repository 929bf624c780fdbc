import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type LazyCommand, runCommandLine } from '../../../src/cli/command-line.js';
import { EvtchnError } from '../../../src/errors/evtchn-error.js';

/** What came of a command line. */
interface Result {
  readonly status: number | undefined;
  readonly out: string;
  readonly err: string;
  /** The commands that were loaded. */
  readonly loaded: readonly string[];
}

/** Runs a program of two commands; `act` is what the first does. */
async function run(
  args: readonly string[],
  act: (words: string[], command: Command) => void = () => {},
  debug = false,
): Promise<Result> {
  let out = '';
  let err = '';
  const loaded: string[] = [];
  const command = (name: string, failure: number): LazyCommand => ({
    name,
    failure,
    load: async () => {
      loaded.push(name);
      return new Command(name)
        .option('--domain <N>', 'a domain')
        .argument('[words...]')
        .passThroughOptions()
        .action((words: string[], _: object, self: Command) => act(words, self));
    },
  });
  const status = await runCommandLine(
    {
      commands: [command('run', 125), command('serve', 1)],
      version: '1.2.3',
      output: {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
      },
      debug,
    },
    args,
  );
  return { status, out, err, loaded };
}

describe('runCommandLine', () => {
  it('runs a command with its words, and loads no other', async () => {
    const seen: string[][] = [];
    const result = await run(['run', '--domain', '3', 'ls', '--all'], (words) => seen.push(words));
    expect(result).toEqual({ status: undefined, out: '', err: '', loaded: ['run'] });
    expect(seen).toEqual([['ls', '--all']]);
  });

  it('tells its version', async () => {
    expect(await run(['--version'])).toMatchObject({ status: 0, out: '1.2.3\n', err: '' });
  });

  it.each([[['--help']], [['-h']], [['help']]])(
    'helps with %j: commands, examples, environment',
    async (args) => {
      const { status, out, err } = await run(args);
      expect(status).toBe(0);
      expect(err).toBe('');
      for (const word of ['run', 'serve', 'Examples:', '$ xen-evtchn run', 'XEN_EVTCHN_DEBUG']) {
        expect(out).toContain(word);
      }
    },
  );

  it.each([[['serve', '--help']], [['help', 'serve']]])(
    'helps with a command: %j',
    async (args) => {
      const { status, out, loaded } = await run(args);
      expect(status).toBe(0);
      expect(out).toContain('--domain <N>');
      expect(loaded).toEqual(['serve']);
    },
  );

  it.each([
    [[], 'say what to do: run, serve; see xen-evtchn --help'],
    [['rum'], "unknown command 'rum'; did you mean run? see xen-evtchn --help"],
    [['srve', '--help'], "unknown command 'srve'; did you mean serve? see xen-evtchn --help"],
    [['help', 'frobnicate'], "unknown command 'frobnicate'; see xen-evtchn --help"],
    [['--frobnicate'], "unknown option '--frobnicate'; see xen-evtchn --help"],
    [
      ['serve', '--domian', '1'],
      "unknown option '--domian'; did you mean --domain? see xen-evtchn serve --help",
    ],
    [['run', '--domain'], "option '--domain <N>' argument missing; see xen-evtchn run --help"],
  ])('ends with 2 and one line for %j', async (args, line) => {
    expect(await run(args)).toMatchObject({ status: 2, out: '', err: `xen-evtchn: ${line}\n` });
  });

  it('ends with 2 when a command finds its usage wrong', async () => {
    const result = await run(['serve'], (_, command) => command.error('it needs\n  a place.'));
    expect(result.status).toBe(2);
    expect(result.err).toBe('xen-evtchn: it needs a place; see xen-evtchn serve --help\n');
  });

  it.each([
    ['run', 125],
    ['serve', 1],
  ])(
    'ends %s with %i when it cannot be done, with the advice in one line',
    async (name, status) => {
      const result = await run([name], () => {
        throw new EvtchnError('mount /srv', 1, 'be root');
      });
      expect(result.status).toBe(status);
      expect(result.err).toBe('xen-evtchn: EPERM: Operation not permitted, mount /srv: be root\n');
    },
  );

  it('tells other errors in one line, and asks for a report of its own mistakes', async () => {
    const plain = await run(['serve'], () => {
      throw new Error('the first line\nthe second');
    });
    expect(plain.err).toBe('xen-evtchn: the first line the second\n');
    const mistake = await run(['serve'], () => {
      throw new TypeError('x is not a function');
    });
    expect(mistake.err).toMatch(/^xen-evtchn: internal error, please report it: x is not .*\n$/);
    expect(mistake.status).toBe(1);
  });

  it('shows where an error arose when asked to', async () => {
    const act = () => {
      throw new EvtchnError('mount', 1);
    };
    expect((await run(['serve'], act)).err.split('\n')).toHaveLength(2);
    expect((await run(['serve'], act, true)).err).toContain('command-line.test.ts');
  });
});
