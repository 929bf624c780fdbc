import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { processCommand } from '../../../src/watch/process-command.js';

let child: ChildProcess;
afterEach(() => child.kill('SIGKILL'));

/** The command of a process with these words, which waits for its input once it has them. */
async function commandOf(...words: readonly string[]): Promise<string | undefined> {
  child = spawn('sh', ['-c', 'echo; read line', ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout!, 'data');
  return processCommand(child.pid!);
}

describe('the command of a process', () => {
  it('is what was typed, if it is xen-evtchn', async () => {
    expect(await commandOf('/usr/lib/x/dist/cli/main.js', 'run', './back', '-v')).toBe(
      'xen-evtchn run ./back -v',
    );
    child.kill('SIGKILL');
    expect(await commandOf('/usr/bin/xen-evtchn', 'serve')).toBe('xen-evtchn serve');
  });

  it('is all of its words otherwise, in one line that is not too long', async () => {
    expect(await commandOf('a\nb', 'c')).toBe('sh -c echo; read line a b c');
    child.kill('SIGKILL');
    const long = (await commandOf('x'.repeat(100)))!;
    expect([long.length, long.at(-1)]).toEqual([60, '…']);
  });

  it('is not to be seen of a process that there is not', () => {
    expect(processCommand(0x3fffffff)).toBeUndefined();
  });
});
