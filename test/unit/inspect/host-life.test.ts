import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hostGone } from '../../../src/inspect/host-life.js';
import { EmbeddedHost } from './embedded-host.js';

let directory: string;
let over: AbortController;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'xen-evtchn-life-'));
  writeFileSync(join(directory, 'server'), 'pid 1\n');
  over = new AbortController();
});

afterEach(() => {
  over.abort();
  rmSync(directory, { recursive: true });
});

it('says when the tree of a host is gone, and not before', async () => {
  const ended = vi.fn();
  const host = Object.assign(new EmbeddedHost(), { directory });
  const gone = hostGone(host, over.signal).then(ended);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(ended).not.toHaveBeenCalled();
  rmSync(join(directory, 'server'));
  await gone;
  expect(ended).toHaveBeenCalledWith('/srv/xen has ended');
});

it('asks no more when nobody wants to know', async () => {
  const gone = hostGone(Object.assign(new EmbeddedHost(), { directory }), over.signal);
  over.abort();
  await expect(gone).rejects.toThrow('aborted');
});
