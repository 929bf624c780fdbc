import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openWatchedHost } from '../../../src/watch/open-watched-host.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-watched-host-'));
  vi.stubEnv('XEN_EVTCHN_HOST', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('a host that somebody names', () => {
  it('is either in a directory or of a process', async () => {
    await expect(openWatchedHost({ host: folder, pid: 1 })).rejects.toThrow(
      'either a directory or a process, not both',
    );
  });

  it('is not in a directory that is not there, or is none, or another one', async () => {
    const none = `no host is served at ${folder}`;
    const open = () => openWatchedHost({ host: folder });
    await expect(open()).rejects.toThrow(`${none}: start one with xen-evtchn serve --at ${folder}`);
    writeFileSync(join(folder, 'server'), 'nginx\n');
    await expect(open()).rejects.toThrow(`${none}: ${folder}/server is not its`);
    const file = join(folder, 'server');
    await expect(openWatchedHost({ host: file })).rejects.toThrow(
      `no host is served at ${file}: it is not a directory`,
    );
  });

  it.runIf(process.platform === 'linux')('is not that of just any process', async () => {
    await expect(openWatchedHost({ pid: process.pid })).rejects.toThrow('serves no host');
    await expect(openWatchedHost({ pid: 0x3fffffff })).rejects.toThrow('there is no process');
  });

  it('may be named by the environment, which a choice overrules', async () => {
    writeFileSync(join(folder, 'server'), 'pid 1\nversion 1.2.3\n');
    vi.stubEnv('XEN_EVTCHN_HOST', folder);
    expect((await openWatchedHost({})).name).toBe(folder);
    vi.stubEnv('XEN_EVTCHN_HOST', join(folder, 'nowhere'));
    await expect(openWatchedHost({})).rejects.toThrow(`no host is served at ${folder}/nowhere`);
    expect((await openWatchedHost({ host: folder })).name).toBe(folder);
  });
});
