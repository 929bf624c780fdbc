import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copiedEntries, directoryToCopy } from '../../../src/run/device-view.js';

describe('the view of a directory of devices', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'device-view-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const device = () => join(folder, 'xen', 'evtchn');

  it('needs no copy where the device is', () => {
    mkdirSync(join(folder, 'xen'));
    writeFileSync(device(), '');
    expect(directoryToCopy(device())).toBeUndefined();
  });

  it('needs a copy of the deepest directory that is there', () => {
    expect(directoryToCopy(device())).toBe(folder);
    mkdirSync(join(folder, 'xen'));
    expect(directoryToCopy(device())).toBe(join(folder, 'xen'));
  });

  it('needs one where something else has the name', () => {
    writeFileSync(join(folder, 'xen'), '');
    expect(directoryToCopy(device())).toBe(folder);
    rmSync(join(folder, 'xen'));
    symlinkSync('nowhere', join(folder, 'xen'));
    expect(directoryToCopy(device())).toBe(folder);
  });

  it('copies every entry as what it is, but the one that is replaced', async () => {
    mkdirSync(join(folder, 'pts'));
    mkdirSync(join(folder, 'xen'));
    writeFileSync(join(folder, 'null'), '');
    symlinkSync('/proc/self/fd', join(folder, 'fd'));
    symlinkSync('pts', join(folder, 'link'));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder, 'log'), resolve));
    const entries = readdirSync(folder, { withFileTypes: true });
    const copied = copiedEntries(entries, 'xen').sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(copied).toEqual([
      { name: 'fd', as: 'link' },
      { name: 'link', as: 'link' },
      { name: 'log', as: 'file' },
      { name: 'null', as: 'file' },
      { name: 'pts', as: 'directory' },
    ]);
    await new Promise((resolve) => server.close(resolve));
  });
});
