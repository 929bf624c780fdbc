import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { gatherFacts } from '../../../src/doctor/gather.js';

it('finds out what this very machine is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xen-evtchn-doctor-'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'fusermount3');
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  vi.stubEnv('PATH', `:${folder}`);
  const facts = await gatherFacts();
  expect(facts).toMatchObject({
    user: process.getuid!(),
    node: process.version,
    platform: process.platform,
    architecture: process.arch,
    native: { version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    fusermount: { path, privileged: false },
  });
  // There is no unshare on this path, so nothing can be tried with it.
  expect(facts.namespace).toMatchObject({ mounted: false, reason: expect.stringMatching(/tried/) });
});
