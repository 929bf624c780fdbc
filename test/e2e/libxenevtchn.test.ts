import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { output } from './client.js';
import { need } from './need.js';
import { program } from './programs.js';
import { PYTHON } from './requirements.js';
import { COMMAND } from './served-host.js';

/** The same in Python, through ctypes. */
const PYTHON_PROGRAM = fileURLToPath(new URL('./library_functions.py', import.meta.url));
const RESTRICT_ALL = 'xentoolcore_restrict_all';

/** Runs a program under `xen-evtchn run` as the program of a domain; what it says. */
function runInDomain(domain: number, command: readonly string[]): Promise<string> {
  return output(process.execPath, [COMMAND, 'run', '--domain', domain, '--', ...command], {
    deadline: 50_000,
  });
}

/** File of a library, by what the program is linked to. */
async function libraryOf(file: string, name: string): Promise<string> {
  const line = (await output('ldd', [file])).split('\n').find((text) => text.includes(name));
  const path = /=> (\S+)/.exec(line ?? '')?.[1];
  if (path === undefined) throw new Error(`${file} is not linked to ${name}`);
  return path;
}

/** Functions a library exports. */
async function functionsOf(library: string): Promise<string[]> {
  const symbols = await output('nm', ['--dynamic', '--defined-only', library]);
  return [...symbols.matchAll(/ T ([^@\n]+)/g)].map(([, name]) => name!).sort();
}

/** Functions that a program says to have called, each named once by every process of it. */
function calledFunctions(said: string): string[] {
  const names = [...said.matchAll(/^called (\S+)$/gm)].map(([, name]) => name!);
  return [...new Set(names)].sort();
}

describe("Debian's libxenevtchn, unmodified", () => {
  it('is what the package brought', async (context) => {
    need(context, existsSync('/usr/bin/dpkg') ? undefined : 'no dpkg: the library is not Debian’s');
    const library = realpathSync(await libraryOf(program('library-functions'), 'libxenevtchn'));
    expect(await output('dpkg', ['--search', library])).toMatch(/^libxenevtchn1:/);
    expect(await output('dpkg', ['--verify', 'libxenevtchn1', 'libxentoolcore1'])).toBe('');
  });

  it.each([0, 7])(
    'works through every function it exports, from C, in domain %i',
    async (domain) => {
      const file = program('library-functions');
      const said = await runInDomain(domain, [file, String(domain)]);
      const exported = await functionsOf(await libraryOf(file, 'libxenevtchn'));
      expect(exported.length).toBeGreaterThanOrEqual(12);
      expect(calledFunctions(said)).toEqual([...exported, RESTRICT_ALL].sort());
      expect([...said.matchAll(/^ok (\w+)$/gm)].map(([, part]) => part)).toEqual([
        'open_and_flags',
        'bind_notify_take',
        'coalescing',
        'refusals',
        'restricting',
        'adopting',
        'after_fork',
        'after_exec',
        'restricting_all',
      ]);
    },
  );

  it.each([0, 7])(
    'works through every function it exports, from Python, in domain %i',
    async (domain) => {
      const said = await runInDomain(domain, [PYTHON, PYTHON_PROGRAM, String(domain)]);
      const library = await libraryOf(program('library-functions'), 'libxenevtchn');
      expect(calledFunctions(said)).toEqual([...(await functionsOf(library)), RESTRICT_ALL].sort());
      expect(said.endsWith('ok\n')).toBe(true);
    },
  );
});
