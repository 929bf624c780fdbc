import { expect, it, vi } from 'vitest';
import { runCommandLine } from '../../../src/cli/command-line.js';
import { serveCommand } from '../../../src/cli/serve-command.js';

/** What serve says to wrong usage. */
async function refusal(args: readonly string[]): Promise<string> {
  let err = '';
  const output = {
    out: () => {},
    err: (text: string) => {
      err += text;
    },
  };
  const commands = [{ name: 'serve', load: async () => serveCommand(), failure: 1 }];
  const line = { commands, version: '1.2.3', output, debug: false };
  expect(await runCommandLine(line, ['serve', ...args])).toBe(2);
  expect(err).toMatch(/^xen-evtchn: .*; see xen-evtchn serve --help\n$/);
  return err;
}

it.each([
  [['--domains', '1,1'], 'Domain 1 is named twice'],
  [['--domains', '32752'], '0 to 32751'],
  [['--dev-xen', 'x'], '0 to 32751'],
  [['--mode', '999'], 'octal'],
  [['--cuse=a/b'], 'a directory below /dev'],
  [['--cuse='], 'a directory below /dev'],
  [['--ready-fd', 'x'], 'the number of an open descriptor'],
  [['--at', 'd', '--ready-fd', '2'], 'take 3 or more'],
  [['--at', 'd', '--ready-fd', '98765'], 'descriptor 98765 is not open'],
  [['--at', ''], 'needs a directory'],
  [['--at'], 'argument missing'],
  [['somewhere'], 'too many arguments'],
])('refuses %j', async (args, words) => {
  expect(await refusal(args)).toContain(words);
});

it('has no place of its own for a user without XDG_RUNTIME_DIR', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  vi.stubEnv('XDG_RUNTIME_DIR', '');
  try {
    expect(await refusal([])).toContain('say where with --at DIR');
  } finally {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  }
});
