import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deviceHolders } from '../../../src/watch/device-holders.js';
import { processState } from '../../../src/watch/process-state.js';
import { systemCall } from '../../../src/watch/system-call.js';

const children: ChildProcess[] = [];

/** Starts `cat`, which waits in a read of its pipe. */
async function sleeper(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  children.push(child);
  await once(child, 'spawn');
  await vi.waitFor(() => expect(processState(child.pid!)?.activity).toBe('sleeping'));
  return child as ChildProcess & { readonly pid: number };
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

describe.runIf(process.platform === 'linux')('a process', () => {
  it('is told by its name, what it does and since when it is there', async () => {
    const before = Date.now();
    const { pid } = await sleeper();
    const state = processState(pid)!;
    expect(state).toMatchObject({ pid, comm: 'cat', activity: 'sleeping', threads: 1 });
    expect(state.tracer).toBeUndefined();
    expect(Math.abs(state.startedAt! - before)).toBeLessThan(2000);
    // Not every user may see the rest, nor does every kernel tell.
    if (state.call !== undefined) {
      expect(state.call).toBe('read');
      expect(state.target).toMatch(/^(pipe|socket):/);
    }
  });

  it('is seen to be stopped, and gone', async () => {
    const child = await sleeper();
    child.kill('SIGSTOP');
    await vi.waitFor(() => expect(processState(child.pid)?.activity).toBe('stopped'));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processState(child.pid)).toBeUndefined();
  });

  it('is found by a file that it has open', () => {
    const folder = mkdtempSync(join(tmpdir(), 'xen-evtchn-unit-'));
    const path = join(folder, 'evtchn');
    writeFileSync(path, '');
    expect(deviceHolders(path)).toEqual([]);
    const descriptor = openSync(path, 'r');
    expect(deviceHolders(path)).toEqual([process.pid]);
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
    expect(() => deviceHolders(path)).toThrow('ENOENT');
  });
});

it.each([
  [0, 'x64', { name: 'read', onDescriptor: true }],
  [63, 'arm64', { name: 'read', onDescriptor: true }],
  [7, 'x64', { name: 'poll', onDescriptor: false }],
  [7, 'arm64', undefined],
  [9999, 'x64', undefined],
  [0, 'ppc64', undefined],
])('call %i on %s is %j', (number, architecture, call) => {
  expect(systemCall(number, architecture)).toEqual(call);
});
