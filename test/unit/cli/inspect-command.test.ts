import { expect, it } from 'vitest';
import { runCommandLine } from '../../../src/cli/command-line.js';
import { inspectCommand } from '../../../src/cli/inspect-command.js';

/** Exit status and what is said, of a command line that is refused. */
async function refusal(args: readonly string[]): Promise<[number | undefined, string]> {
  let err = '';
  const output = {
    out: () => {},
    err: (text: string) => {
      err += text;
    },
  };
  const commands = [{ name: 'inspect', load: async () => inspectCommand(), failure: 1 }];
  const status = await runCommandLine({ commands, version: '1.2.3', output, debug: false }, [
    'inspect',
    ...args,
  ]);
  return [status, err];
}

it.each([
  [['--listen', 'example.org'], 'ADDRESS, ADDRESS:PORT or PORT'],
  [['--listen', '127.0.0.1:99999'], 'ADDRESS, ADDRESS:PORT or PORT'],
  [['--listen'], 'argument missing'],
  [['--host', ''], 'the directory of a served host'],
  [['--pid', 'x'], 'the number of a process'],
  [['--host', '/a', '--pid', '1'], 'cannot be used with'],
  [['--playground', '--host', '/a'], 'cannot be used with'],
  [['--playground', '--pid', '1'], 'cannot be used with'],
  [['--playground', '--allow-control'], 'cannot be used with'],
  [['here'], 'too many arguments'],
])('refuses %j', async (args, words) => {
  const [status, err] = await refusal(args);
  expect(status).toBe(2);
  expect(err).toMatch(/^xen-evtchn: .*; see xen-evtchn inspect --help\n$/);
  expect(err).toContain(words);
});

it('fails in a line where there is no host', async () => {
  const [status, err] = await refusal(['--host', '/nowhere/at/all']);
  expect(status).toBe(1);
  expect(err).toMatch(/^xen-evtchn: .*\n$/);
});
