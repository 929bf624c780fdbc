import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileTraceOutput } from '../../../src/watch/trace-output.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xen-evtchn-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** More than a pipe holds. */
const MUCH = 'x'.repeat(1 << 20);

describe('fileTraceOutput', () => {
  it('writes a file anew, and counts its bytes', async () => {
    const path = join(folder, 'trace.txt');
    writeFileSync(path, 'an older trace');
    const output = await fileTraceOutput(path);
    await output.write('first\n');
    await output.write('');
    await output.write('dom0 → dom7\n');
    expect(readFileSync(path, 'utf8')).toBe('first\ndom0 → dom7\n');
    expect(output).toMatchObject({ bytes: 20, busy: false, unread: false, name: path });
    await output.close();
  });

  it.each(['/no/such/folder/trace', '/'])('says why it cannot write to %s', async (path) => {
    await expect(fileTraceOutput(path)).rejects.toThrow(
      new RegExp(`^cannot write the trace to ${path}: (No such file|Is a directory)`),
    );
  });

  it.runIf(process.platform === 'linux')('says that the disk is full', async () => {
    const output = await fileTraceOutput('/dev/full');
    await expect(output.write('x')).rejects.toThrow(
      'cannot write the trace to /dev/full: No space left on device',
    );
    await output.close();
  });

  it('waits for the reader of a named pipe, and notices that he has gone', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = spawn('head', ['-c', '5', path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const output = await fileTraceOutput(path);
    await output.write('first');
    const [text] = await once(reader.stdout, 'data');
    expect(String(text)).toBe('first');
    if (reader.exitCode === null) await once(reader, 'exit');
    await output.write(MUCH);
    expect(output).toMatchObject({ bytes: 5, unread: true, busy: false });
    await output.close();
  });

  it('is busy while a named pipe is full', async () => {
    const path = join(folder, 'full-pipe');
    execFileSync('mkfifo', [path]);
    // Its other end is read when it is told so.
    const reader = spawn('sh', ['-c', 'exec 3<"$0"; echo open; read go; exec cat <&3', path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const output = await fileTraceOutput(path);
    await once(reader.stdout, 'data');
    const written = output.write(MUCH);
    expect(output.busy).toBe(true);
    reader.stdout.resume();
    reader.stdin.end('go\n');
    await written;
    expect(output).toMatchObject({ busy: false, bytes: MUCH.length });
    await output.close();
    if (reader.exitCode === null) await once(reader, 'exit');
  });
});
