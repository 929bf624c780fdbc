import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type ClientOptions } from './client.js';
import { ORDINARY_USER } from './requirements.js';
import { COMMAND } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

/** Makes devices of its own, so that nothing is done to those of the machine, and keeps no other test's host alive. */
const OWN_DEVICES = `
umount --all --lazy --types fuse.xen-evtchn
mount -t tmpfs -o mode=755 devices /dev
mknod -m 666 /dev/null c 1 3
mknod -m 666 /dev/zero c 1 5
mknod -m 666 /dev/urandom c 1 9
mknod -m "$1" /dev/fuse c 10 229
echo ready
exec cat`;

/** A mount namespace with a /dev of its own, where tests may do to /dev/xen what they like. */
export class PrivateMounts {
  /** A folder of the test's own, which every user may enter. */
  readonly folder: string;
  readonly #keeper: Client;

  private constructor(folder: string, keeper: Client) {
    this.folder = folder;
    this.#keeper = keeper;
  }

  /** @param fuseMode - permissions of /dev/fuse there, in octal */
  static async start(fuseMode = '600'): Promise<PrivateMounts> {
    const folder = temporaryFolder();
    const script = ['sh', '-e', '-c', OWN_DEVICES, 'sh', fuseMode];
    const keeper = await Client.start('unshare', ['--mount', '--', ...script]);
    await keeper.line();
    return new PrivateMounts(folder, keeper);
  }

  /** Starts a program there. */
  start(
    program: string,
    args: readonly (string | number)[],
    { user, ...options }: ClientOptions = {},
  ): Promise<Client> {
    const ids = [`--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
    const as = user === undefined ? [] : ['setpriv', ...ids, '--'];
    const enter = [`--mount=/proc/${this.#keeper.pid}/ns/mnt`, '--'];
    return Client.start('nsenter', [...enter, ...as, program, ...args], options);
  }

  /** Starts the command there. */
  command(args: readonly (string | number)[], options: ClientOptions = {}): Promise<Client> {
    return this.start(process.execPath, [COMMAND, ...args], options);
  }

  /** Runs a shell script there to its end. @returns what it printed; @throws (rejects) Error if it fails */
  async shell(script: string, user?: number): Promise<string> {
    const options = user === undefined ? {} : { user };
    return (await this.start('sh', ['-e', '-c', script], options)).endedWell();
  }

  /** Where hosts are mounted there. */
  hosts(): string[] {
    return readFileSync(`/proc/${this.#keeper.pid}/mountinfo`, 'utf8')
      .split('\n')
      .filter((line) => line.includes(' - fuse.xen-evtchn '))
      .map((line) => line.split(' ')[4]!);
  }

  /** A folder of the ordinary user's in the test's own. */
  async userFolder(): Promise<string> {
    const folder = join(this.folder, 'user');
    await this.shell(`mkdir ${folder} && chown ${ORDINARY_USER} ${folder}`);
    return folder;
  }

  /** Ends it, with all that is mounted there. */
  async end(): Promise<void> {
    this.#keeper.hangUp();
    await this.#keeper.ended();
    removeFolder(this.folder);
  }
}
