import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, type ClientOptions, type Outcome } from '../e2e/client.js';
import { readTable } from '../e2e/text-table.js';

/** The command as it is installed; this file is compiled to .build/test/vm. */
export const COMMAND = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** How long anything may take on an emulated processor, in milliseconds. */
export const LIMIT = 120_000;

let names = 0;

/** Runs the command to its end. */
export async function xenEvtchn(
  args: readonly (string | number)[],
  options: ClientOptions = {},
): Promise<Outcome> {
  const client = await Client.start(process.execPath, [COMMAND, ...args], options);
  client.hangUp();
  return client.ended(LIMIT);
}

/** Where a host is to be served. */
export interface CusePlace {
  /** The directory of its tree, which is not there. */
  readonly at: string;
  /** The directory of its devices below /dev. */
  readonly name: string;
}

/** A new place, in a temporary folder, and a name that nobody has. */
export function newPlace(): CusePlace {
  return { at: join(mkdtempSync(join(tmpdir(), 'vm-')), 'host'), name: `vm-${++names}` };
}

/** `xen-evtchn serve --cuse` in a place. */
export class CuseHost {
  readonly at: string;
  readonly name: string;
  readonly server: Client;

  private constructor({ at, name }: CusePlace, server: Client) {
    this.at = at;
    this.name = name;
    this.server = server;
  }

  /** Starts it with domains 0 and 3. @throws (rejects) Error unless it says that it serves */
  static async start(
    options: readonly string[] = [],
    place: CusePlace = newPlace(),
  ): Promise<CuseHost> {
    const { at, name } = place;
    const args = ['serve', '--at', at, `--cuse=${name}`, '--domains', '0,3', ...options];
    const server = await Client.start(process.execPath, [COMMAND, ...args]);
    const line = await server.line(LIMIT);
    if (line !== `serving ${at}`) throw new Error(`serve says: ${line}`);
    return new CuseHost(place, server);
  }

  /** Node of a domain's device. */
  device(domain = 0): string {
    return `/dev/${this.name}/${domain}`;
  }

  /** Text of a status file, an entry a row. */
  table(name: 'files' | 'channels', domain = 0): Record<string, string>[] {
    return readTable(readFileSync(join(this.at, String(domain), name), 'utf8'));
  }

  /** Ends it with SIGTERM. @throws (rejects) Error unless it ends well and nothing is left of it */
  async stop(): Promise<void> {
    this.server.signal('SIGTERM');
    const { status, stderr } = await this.server.ended(LIMIT);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    this.gone();
  }

  /** @throws Error if something is left of it */
  gone(): void {
    assert.ok(!existsSync(`/dev/${this.name}`), `/dev/${this.name} is left`);
    assert.ok(!existsSync(`/sys/class/cuse/${this.name}!0`), 'the CUSE device is left');
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
    assert.ok(!mounts.includes(` ${this.at} `), `${this.at} is mounted`);
    rmSync(join(this.at, '..'), { recursive: true });
  }
}

/** Has a host while something is tried with it, and sees that nothing of it is left. */
export async function withHost(
  use: (host: CuseHost) => Promise<void>,
  options: readonly string[] = [],
): Promise<void> {
  const host = await CuseHost.start(options);
  try {
    await use(host);
  } catch (error) {
    host.server.signal('SIGKILL');
    await host.server.ended(LIMIT);
    throw error;
  }
  await host.stop();
}
