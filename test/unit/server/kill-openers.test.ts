import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { killOpeners } from '../../../src/server/kill-openers.js';
import { threadName } from '../../../src/server/process-name.js';

it('kills a process of that number and name', async () => {
  const child = spawn('sleep', ['600']);
  await once(child, 'spawn');
  const ended = once(child, 'exit');
  // The child has its name once it runs the program, which spawning it waits for.
  expect(threadName(child.pid!)).toBe('sleep');
  expect(killOpeners([{ pid: child.pid!, comm: 'sleep' }])).toBe(1);
  expect(await ended).toEqual([null, 'SIGKILL']);
});

it('spares who has the number of another that is gone, and no device open', async () => {
  const child = spawn('sleep', ['600']);
  await once(child, 'spawn');
  expect(killOpeners([{ pid: child.pid!, comm: 'front' }])).toBe(0);
  expect(killOpeners([{ pid: child.pid!, comm: '' }])).toBe(0);
  expect(child.exitCode).toBeNull();
  child.kill('SIGKILL');
  await once(child, 'exit');
});

it('kills who has another name by now, and still a file of the name of the device', async () => {
  const shell = spawn('bash', [
    '--norc',
    '-c',
    'folder=$(mktemp -d); exec 9> "$folder/evtchn"; rm -r "$folder"; echo ready; exec sleep 600',
  ]);
  await once(shell.stdout, 'data');
  const ended = once(shell, 'exit');
  expect(killOpeners([{ pid: shell.pid!, comm: 'front' }])).toBe(1);
  expect(await ended).toEqual([null, 'SIGKILL']);
});

it('passes over who is gone, and never kills this process', () => {
  const gone = spawnSync('true').pid;
  const self = { pid: process.pid, comm: threadName(process.pid) };
  expect(killOpeners([{ pid: gone, comm: 'true' }, self])).toBe(0);
});
