import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { afterAll, beforeAll, it } from 'vitest';
import { killClients } from '../e2e/client.js';
import { need } from '../e2e/need.js';
import { discardHosts, ServedHost } from '../e2e/served-host.js';
import { contract } from './contract.js';
import { deviceSubjects } from './device-subject.js';

/** Why nothing can be served here; undefined if it can. */
function missing(): string | undefined {
  if (process.platform !== 'linux') return `Linux (this is ${process.platform})`;
  if (process.getuid?.() !== 0) return 'root, who may mount';
  try {
    closeSync(openSync('/dev/fuse', constants.O_RDWR));
  } catch {
    return '/dev/fuse that can be opened (modprobe fuse; in a container --device /dev/fuse)';
  }
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
  } catch {
    return 'the right to mount (in a container --cap-add SYS_ADMIN)';
  }
  return undefined;
}

const lacking = missing();
if (lacking === undefined) {
  let host: ServedHost;
  beforeAll(async () => {
    host = await ServedHost.start();
  });
  const subjects = deviceSubjects({
    what: 'served',
    path: () => host.device(),
    bindStatic: false,
    cleanup: () => host.untilUnused(),
  });
  for (const subject of subjects) contract(subject);
  afterAll(async () => {
    try {
      await host.stop();
    } finally {
      // All is gone already, unless it would not stop.
      await killClients();
      discardHosts();
    }
  });
} else {
  console.log(`contract: served: left out: it needs ${lacking}`);
  it('the contract on a served device', (context) => need(context, `it needs ${lacking}`));
}
