import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Client, type Outcome } from './client.js';
import { COMMAND } from './served-host.js';

/** Runs the command to its end. */
async function command(...args: readonly string[]): Promise<Outcome> {
  return (await Client.start(process.execPath, [COMMAND, ...args])).ended();
}

/** Runs it with its output going where a shell puts it. */
async function inShell(redirected: string): Promise<Outcome> {
  const words = ['-c', redirected, 'sh', process.execPath, COMMAND];
  return (await Client.start('sh', words)).ended();
}

/** Every command, in the order in which help has them. */
const COMMANDS = [
  ...['run', 'serve', 'stress', 'faults', 'ls', 'why', 'top', 'trace', 'replay', 'notify', 'virq'],
  ...['inspect', 'doctor', 'completion'],
];

describe('xen-evtchn', () => {
  it('tells the version of the package', async () => {
    const file = new URL('../../package.json', import.meta.url);
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    expect(await command('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('helps, with every command and examples', async () => {
    const { status, stdout, stderr } = await command('--help');
    expect(status).toBe(0);
    expect(stderr).toBe('');
    for (const word of [...COMMANDS, 'Examples:']) expect(stdout).toContain(word);
  });

  it.each(COMMANDS)('helps with %s, with examples', async (name) => {
    const { status, stdout } = await command(name, '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Examples:\n.*xen-evtchn/);
  });

  it.each([
    [[], `say what to do: ${COMMANDS.join(', ')};`],
    [['sevre'], 'did you mean serve?'],
    [['doctor', '--jsno'], 'did you mean --json?'],
    [['serve', '--domains', '0,0'], 'named twice'],
    [['serve', '--ready-fd', '77'], 'descriptor 77 is not open'],
    [['run'], 'see xen-evtchn run --help'],
    [['run', '--domain', '40000', 'true'], 'see xen-evtchn run --help'],
  ])('ends with 2 and one line for wrong usage: %j', async (args, words) => {
    const { status, stdout, stderr } = await command(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^xen-evtchn: [^\n]+\n$/);
    expect(stderr).toContain(words);
  });

  it('shows where an error arose only when asked to', async () => {
    const plain = await command('serve', '--at', '/proc');
    expect(plain).toMatchObject({ status: 1, stderr: expect.stringMatching(/^[^\n]+\n$/) });
    const debug = await Client.start(process.execPath, [COMMAND, 'serve', '--at', '/proc'], {
      environment: { XEN_EVTCHN_DEBUG: '1' },
    });
    expect((await debug.ended()).stderr).toMatch(/\n +at .*mountpoint\.js/);
  });

  it('does not mind that nobody reads what it says', async () => {
    const { status, stderr } = await inShell('{ "$@" --help; echo $? >&2; } | true');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '0\n' });
  });

  it('fails in one line when its output cannot be written', async () => {
    const { status, stderr } = await inShell('"$@" --help >/dev/full');
    expect(status).toBe(1);
    expect(stderr).toBe('xen-evtchn: cannot write to standard output: No space left on device\n');
  });
});
