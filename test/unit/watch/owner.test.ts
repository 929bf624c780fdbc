import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ownerOf } from '../../../src/watch/owner.js';
import { processState } from '../../../src/watch/process-state.js';
import { domain, type FixtureFile, snapshotOf } from '../snapshot/snapshot-fixture.js';

const NOBODY = 0x3fffffff;
const children: ChildProcess[] = [];
let folder = '';
let device = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xen-evtchn-owner-'));
  device = join(folder, 'evtchn');
  writeFileSync(device, '');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  rmSync(folder, { recursive: true });
});

/** A process that waits for its input and has the device open. */
async function holder(): Promise<number> {
  const descriptor = openSync(device, 'r');
  const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore', descriptor] });
  children.push(child);
  await once(child, 'spawn');
  closeSync(descriptor);
  await vi.waitFor(() => expect(processState(child.pid!)?.comm).toBe('cat'));
  return child.pid!;
}

/** The owner of the first of these files. */
function owner(
  files: readonly FixtureFile[],
  { at, of }: { readonly at?: number; readonly of?: string } = {},
) {
  const of0 = domain({ domid: 0, files });
  const snapshot = { ...snapshotOf(of0), time: 5000, wallTime: at };
  return ownerOf(of0.files[0]!, of0.files, snapshot, of);
}

describe.runIf(process.platform === 'linux')('the owner of an open file', () => {
  it('is the process that opened it, and nobody else is looked for', () => {
    const found = owner([{ file: 1, pid: process.pid, comm: 'x' }], { of: device });
    expect(found).toMatchObject({ file: { file: 1 }, opener: { pid: process.pid }, heirs: [] });
  });

  it('is not a process that got the number later', () => {
    const { startedAt } = processState(process.pid)!;
    // Opened three seconds before it was looked at.
    const seen = (at: number) =>
      owner([{ file: 1, pid: process.pid, comm: 'x', openedAt: 2000 }], { at }).opener?.pid;
    expect(seen(startedAt! + 3000 + 1000)).toBe(process.pid);
    expect(seen(startedAt! + 3000 - 1000)).toBeUndefined();
  });

  it('is not told by time where the host does not tell when it was opened', () => {
    expect(owner([{ file: 1, pid: process.pid, comm: 'x' }], { at: 1 }).opener?.pid).toBe(
      process.pid,
    );
  });

  it('may be who has the device open and opened no file himself', async () => {
    const heir = await holder();
    const other = await holder();
    const gone = { file: 1, pid: NOBODY, comm: 'gone' };
    const pids = (files: readonly FixtureFile[]) =>
      owner(files, { of: device })
        .heirs.map(({ pid }) => pid)
        .sort((a, b) => a - b);
    expect(pids([gone])).toEqual([heir, other].sort((a, b) => a - b));
    expect(pids([gone, { file: 2, pid: other, comm: 'cat' }])).toEqual([heir]);
  });
});
