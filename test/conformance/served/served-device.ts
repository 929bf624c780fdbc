import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { chmod, mkdir, readFile, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unmount } from '../../../src/native/mount.js';
import type { DeviceUnderTest } from './device-under-test.js';

/** The command as users have it; this file is two folders deeper once it is compiled. */
const BELOW_ROOT = import.meta.url.includes('/.build/') ? '../../../../' : '../../../';
const COMMAND = fileURLToPath(new URL(`${BELOW_ROOT}dist/cli/main.js`, import.meta.url));

/** How long the server may take for anything, in milliseconds. */
const PATIENCE_MS = 60_000;

/** How a host is served. */
export interface ServedDeviceOptions {
  /** Over CUSE, not FUSE. */
  readonly cuse: boolean;
  /** Arguments of Node before those of `serve`; the project's own command unless given. */
  readonly command?: readonly string[];
}

/** Servers so far: several are served at a time, and CUSE devices need names. */
let servers = 0;

/** A host of its own, served by `xen-evtchn serve` in a private folder. */
export class ServedDevice implements DeviceUnderTest {
  readonly #folder: string;
  readonly #host: string;
  /** Where the character devices are below /dev; undefined over FUSE. */
  readonly #cuse: string | undefined;
  readonly #server: ChildProcess;
  #said = '';
  #ended: string | undefined;
  #stuck: string | undefined;

  /** Starts serving. @throws (rejects) Error with the words of the command if it cannot */
  static async start(options: ServedDeviceOptions): Promise<ServedDevice> {
    const device = new ServedDevice(options);
    try {
      await device.#ready();
      return device;
    } catch (error) {
      await device.#kill();
      throw error;
    }
  }

  private constructor({ cuse, command = [COMMAND] }: ServedDeviceOptions) {
    this.#folder = realpathSync(mkdtempSync(join(tmpdir(), 'xen-evtchn-conformance-')));
    this.#host = join(this.#folder, 'host');
    this.#cuse = cuse ? `xen-evtchn-conformance-${process.pid}-${++servers}` : undefined;
    // Other users must get as far as the device's own permissions.
    const args = ['serve', '--at', this.#host, '--allow-other', '--mode', '600', '--ready-fd', '3'];
    this.#server = spawn(
      process.execPath,
      [...command, ...args, ...(cuse ? [`--cuse=${this.#cuse}`] : [])],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        // Not ended by the terminal's interrupt, but by us, when the case that uses it is over.
        detached: true,
      },
    );
    for (const stream of [this.#server.stdout, this.#server.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text;
      });
    }
    this.#server.once('error', (error) => {
      this.#ended ??= error.message;
    });
    this.#server.once('exit', (code, signal) => {
      this.#ended ??= `it ended with ${signal ?? code}`;
      process.off('exit', this.#endWithUs);
    });
    process.on('exit', this.#endWithUs);
  }

  /** This process ends in a way that nobody foresaw. */
  readonly #endWithUs = () => {
    this.#server.kill('SIGTERM');
  };

  get broken(): string | undefined {
    const reason = this.#ended ?? this.#stuck;
    return reason === undefined ? undefined : `the server is gone: ${reason}\n${this.#said}`;
  }

  async #ready(): Promise<void> {
    const ready = this.#server.stdio[3];
    if (ready === undefined || ready === null) throw new Error('no descriptor for readiness');
    const text = await this.#within('getting ready', once(ready, 'data'));
    if (String(text[0]) !== 'ready\n') throw new Error(`it says "${text[0]}", not "ready"`);
    await chmod(this.#folder, 0o711);
  }

  async fresh(): Promise<string> {
    const domain = join(this.#host, '0');
    await this.#within('destroying domain 0', rmdir(domain));
    await this.#within('making domain 0', mkdir(domain));
    return this.#cuse === undefined ? join(domain, 'evtchn') : this.#characterDevice();
  }

  /** What the served tree says of the device of CUSE; it stays where it is when its domain is made anew. */
  async #characterDevice(): Promise<string> {
    const text = await this.#within('reading server', readFile(join(this.#host, 'server'), 'utf8'));
    const path = /^device 0 (\/dev\/.+)$/m.exec(text)?.[1];
    if (path === undefined) throw new Error(`no device of domain 0 over CUSE:\n${text}`);
    return path;
  }

  async state(): Promise<string> {
    const read = (name: string) =>
      this.#within(`reading ${name}`, readFile(join(this.#host, '0', name), 'utf8'));
    return `${await read('channels')}${await read('files')}`;
  }

  async stop(): Promise<void> {
    if (this.broken === undefined) {
      this.#server.kill('SIGTERM');
      await this.#within('ending', once(this.#server, 'exit')).catch(() => {});
    }
    const wrong = this.#server.exitCode === 0 ? undefined : this.broken;
    await this.#kill();
    if (wrong !== undefined) throw new Error(wrong);
  }

  /** Waits for something, but not for ever, and not for a server that has ended. */
  async #within<T>(what: string, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    let gone = (): void => {};
    const trouble = new Promise<never>((_, reject) => {
      const fail = (reason: string) => reject(new Error(`${what}: ${reason}\n${this.#said}`));
      timer = setTimeout(() => {
        this.#stuck ??= `${what} took longer than ${PATIENCE_MS / 1000} s`;
        fail(this.#stuck);
      }, PATIENCE_MS);
      gone = () => fail(this.#ended ?? 'it ended');
      if (this.#ended !== undefined) gone();
      this.#server.once('close', gone);
    });
    try {
      return await Promise.race([work, trouble]);
    } finally {
      clearTimeout(timer);
      this.#server.off('close', gone);
    }
  }

  /** Whatever state it is in: no process, no mount and no folder is left. */
  async #kill(): Promise<void> {
    if (this.#server.exitCode === null && this.#server.signalCode === null) {
      this.#server.kill('SIGKILL');
      if (this.#server.pid !== undefined) await once(this.#server, 'exit');
    }
    if (this.#server.exitCode !== 0) unmountIfMounted(this.#host);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A server that did not end by itself may have left its mount. */
function unmountIfMounted(path: string): void {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  if (mounts.some((line) => line.split(' ')[4] === path)) unmount(path, { lazy: true });
}
