import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { O_DIRECTORY, O_PATH } from '../../../src/abi/fcntl.js';
import { hostOfProcess, hostsOfThisUser } from '../../../src/watch/process-host.js';

const descriptors: number[] = [];
let child: ChildProcess | undefined;

afterEach(async () => {
  for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
  if (child === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  child = undefined;
});

/** Opens a file until the test is over. */
function held(path: string, flags: number | string): number {
  const descriptor = openSync(path, flags);
  descriptors.push(descriptor);
  return descriptor;
}

/** The number of a process that waits for its input, and has these descriptors too. */
async function waiting(...more: readonly number[]): Promise<number> {
  const stdio: StdioOptions = ['pipe', 'pipe', 'ignore', ...more];
  child = spawn('sh', ['-c', 'echo; read line'], { stdio });
  await once(child.stdout!, 'data');
  return child.pid!;
}

describe.runIf(process.platform === 'linux')('the host of a process', () => {
  it('is none of one that serves none, which is told by its command', async () => {
    await expect(hostOfProcess(process.pid)).rejects.toThrow(
      new RegExp(
        `^process ${process.pid} \\(.+\\) serves no host that this user may look at$`,
        's',
      ),
    );
  });

  it('is none of one that is not there', async () => {
    await expect(hostOfProcess(0x3fffffff)).rejects.toThrow(/^there is no process 1073741823$/);
  });

  it('is not to be had of one that is gone', async () => {
    const pid = await waiting();
    await expect(hostOfProcess(pid)).rejects.toThrow('serves no host');
    child!.kill('SIGKILL');
    await once(child!, 'exit');
    child = undefined;
    await expect(hostOfProcess(pid)).rejects.toThrow(`there is no process ${pid}`);
  });

  it('is not taken for one by a directory that the process holds', async () => {
    const pid = await waiting(held('/', O_PATH | O_DIRECTORY), held('/dev/null', 'r+'));
    await expect(hostOfProcess(pid)).rejects.toThrow(
      `process ${pid} (sh -c echo; read line) serves no host that this user may look at`,
    );
  });
});

it.runIf(process.platform === 'linux')(
  'the hosts of this user are by number, and not of processes that serve none',
  async () => {
    const pid = await waiting(held('/dev/null', 'r'));
    const pids = (await hostsOfThisUser()).map((host) => host.pid);
    expect(pids).not.toContain(process.pid);
    expect(pids).not.toContain(pid);
    expect(pids).toEqual([...pids].sort((a, b) => a - b));
  },
);
