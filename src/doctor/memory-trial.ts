import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { errnoName } from '../abi/errno.js';
import { ProcessMemory } from '../native/process-memory.js';

/** Where the first piece of a process's memory begins. */
function firstAddress(pid: number): bigint {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
  return BigInt(`0x${maps.slice(0, maps.indexOf('-'))}`);
}

/**
 * Reads a few bytes of a process that is started for it, as the arguments of ioctls are read.
 * @returns `ok`, or the name of the error
 */
export async function tryMemory(): Promise<string> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  try {
    const address = firstAddress(child.pid!);
    const low = Number(address & 0xffffffffn);
    const result = new ProcessMemory().read(child.pid!, low, Number(address >> 32n), 4);
    return result === 0 ? 'ok' : errnoName(result);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return code;
  } finally {
    child.stdin.end();
    child.kill('SIGKILL');
    await once(child, 'close');
  }
}
