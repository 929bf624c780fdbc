import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { Client } from './client.js';
import { PATIENCE } from './deadline.js';
import { COMMAND, type ServedHost } from './served-host.js';

/** Whether a process has this file open. */
function hasOpen(pid: number, path: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((fd) => {
    try {
      return readlinkSync(join(folder, fd)) === path;
    } catch {
      // Closed meanwhile.
      return false;
    }
  });
}

/** Waits until a process traces a host: it has the file `trace` open. */
export async function untilTracing(pid: number, host: ServedHost): Promise<void> {
  const path = join(host.directory, 'trace');
  await vi.waitFor(() => expect(hasOpen(pid, path), 'tracing').toBe(true), { timeout: PATIENCE });
}

/** Starts `xen-evtchn trace` on a host; it traces when this is over. */
export async function startTrace(
  host: ServedHost,
  ...args: readonly (string | number)[]
): Promise<Client> {
  const words = [COMMAND, 'trace', '--host', host.directory, ...args];
  const client = await Client.start(process.execPath, words);
  await untilTracing(client.pid, host);
  return client;
}
