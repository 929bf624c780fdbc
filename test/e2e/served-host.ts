import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import { Client, type ClientOptions } from './client.js';
import { PATIENCE, within } from './deadline.js';
import { servedMounts } from './leftovers.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';
import { readTable } from './text-table.js';

/** The command as it is installed. */
export const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Clock ticks a second in /proc/PID/stat; Linux shows 100 to programs, whatever it uses. */
export const TICKS_PER_SECOND = 100;

/** How to serve. */
export interface ServedHostOptions extends ClientOptions {
  /** Domains to begin with; 0 unless given. */
  readonly domains?: readonly number[];
  /** Further options of `serve`. */
  readonly options?: readonly string[];
}

const hosts = new Set<ServedHost>();

/** `xen-evtchn serve` in a folder of its own. */
export class ServedHost {
  readonly directory: string;
  readonly #folder: string;
  readonly #options: ServedHostOptions;
  #server: Client;
  /** What the server is to have said on stderr in the end. */
  #remark = /^$/;

  private constructor(
    folder: string,
    directory: string,
    options: ServedHostOptions,
    server: Client,
  ) {
    this.#folder = folder;
    this.directory = directory;
    this.#options = options;
    this.#server = server;
    hosts.add(this);
  }

  /** Starts it. @throws (rejects) Error unless it says that it serves */
  static async start(options: ServedHostOptions = {}): Promise<ServedHost> {
    const folder = temporaryFolder();
    const directory = join(folder, 'host');
    mkdirSync(directory);
    return new ServedHost(folder, directory, options, await serve(directory, options));
  }

  /** Starts it anew in the same place, after its server was killed; it must say that it replaces what that one left. */
  async restart(): Promise<void> {
    this.#server = await serve(this.directory, this.#options);
    this.#remark = /^xen-evtchn: replaced .*\n$/;
  }

  /** Process of the server, as its folder says. */
  get pid(): number {
    return Number(/^pid (\d+)$/m.exec(readFileSync(join(this.directory, 'server'), 'utf8'))?.[1]);
  }

  /** The program that was started, which is the server. */
  get server(): Client {
    return this.#server;
  }

  /** The device of a domain. */
  device(domain = 0): string {
    return join(this.directory, String(domain), 'evtchn');
  }

  /** What the domain's file `files` says: an open file a row. */
  files(domain = 0): Promise<Record<string, string>[]> {
    return this.#table(domain, 'files');
  }

  /** What the domain's file `channels` says: a channel a row. */
  channels(domain = 0): Promise<Record<string, string>[]> {
    return this.#table(domain, 'channels');
  }

  /** Waits until no file of a domain's device is open: FUSE tells the server of a last close after close(2) has returned. */
  async untilUnused(domain = 0): Promise<void> {
    await vi.waitFor(async () => expect(await this.files(domain), 'open files').toEqual([]), {
      timeout: PATIENCE,
    });
  }

  async #table(domain: number, name: string): Promise<Record<string, string>[]> {
    const path = join(this.directory, String(domain), name);
    const text = await within(PATIENCE, () => `cannot read ${path}`, readFile(path, 'utf8'));
    return readTable(text);
  }

  /** How many descriptors and threads the server has. */
  resources(): { readonly descriptors: number; readonly threads: number } {
    const count = (name: string) => readdirSync(`/proc/${this.#server.pid}/${name}`).length;
    return { descriptors: count('fd'), threads: count('task') };
  }

  /** Memory the server has in use (RSS), in bytes. */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.#server.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  /** Processor time the server has had, all threads, in ticks. */
  ticks(): number {
    const stat = readFileSync(`/proc/${this.#server.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  }

  /** How often the server's threads have gone to sleep so far: an idle server does not wake up. */
  sleeps(): number {
    const tasks = `/proc/${this.#server.pid}/task`;
    const statuses = readdirSync(tasks).map((tid) =>
      readFileSync(`${tasks}/${tid}/status`, 'utf8'),
    );
    const count = (status: string) =>
      Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
    return statuses.reduce((total, status) => total + count(status), 0);
  }

  /** Ends it as a service manager would, and removes its folder. @throws (rejects) Error unless it ends well */
  async stop(): Promise<void> {
    this.#server.signal('SIGTERM');
    const { status, stderr } = await this.#server.ended();
    if (status !== 0 || !this.#remark.test(stderr)) {
      throw new Error(`serve ended with status ${status}, and said ${stderr}`);
    }
    const left = servedMounts().filter((path) => path.startsWith(this.#folder));
    if (left.length > 0) throw new Error(`still mounted: ${left.join(' ')}`);
    removeFolder(this.#folder);
    hosts.delete(this);
  }

  /** Takes it away by force, after a test that failed. */
  discard(): void {
    hosts.delete(this);
    for (const path of servedMounts()) {
      if (path.startsWith(this.#folder)) execFileSync('umount', ['--lazy', path]);
    }
    removeFolder(this.#folder);
  }
}

async function serve(directory: string, options: ServedHostOptions): Promise<Client> {
  const { domains = [0], options: further = [] } = options;
  const server = await Client.start(
    process.execPath,
    [COMMAND, 'serve', '--at', directory, '--domains', domains.join(','), ...further],
    options,
  );
  const line = await server.line();
  if (line !== `serving ${directory}`) throw new Error(`serve says: ${line}`);
  return server;
}

/** Removes the hosts that a test has not stopped; their servers must be gone. */
export function discardHosts(): void {
  for (const host of [...hosts]) host.discard();
}
