import { fileURLToPath } from 'node:url';
import { Client, type Outcome } from './client.js';
import { ORDINARY_USER } from './requirements.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/**
 * In a mount namespace of its own: the project and Node where everybody may read them, and a /dev/fuse of these permissions;
 * then `xen-evtchn run`.
 */
const SCRIPT = `
folder=$1 user=$2 node=$3 repository=$4 mode=$5 path=$6
shift 6
mount -t tmpfs -o mode=0755 tmpfs "$folder"
mkdir "$folder/project"
touch "$folder/node"
mknod -m "$mode" "$folder/fuse" c 10 229
mount --bind "$folder/fuse" /dev/fuse
mount --bind "$repository" "$folder/project"
mount --bind "$node" "$folder/node"
cd "$folder"
exec setpriv --reuid="$user" --regid="$user" --clear-groups env PATH="$path" \\
  "$folder/node" "$folder/project/dist/cli/main.js" run "$@"
`;

/** What an ordinary user finds. */
export interface Circumstances {
  /** Permissions of /dev/fuse; for everybody unless given. */
  readonly fuseMode?: string;
  /** Value of PATH; ours unless given. */
  readonly path?: string;
}

/** An ordinary user of this machine, with a folder to be in. */
export class OrdinaryUser {
  readonly folder: string = temporaryFolder();

  /** Starts `xen-evtchn run` as this user. */
  start(
    words: readonly (string | number)[],
    { fuseMode = '0666', path = process.env.PATH ?? '' }: Circumstances = {},
  ): Promise<Client> {
    const setting = [this.folder, ORDINARY_USER, process.execPath, REPOSITORY, fuseMode, path];
    return Client.start('unshare', ['--mount', 'sh', '-euc', SCRIPT, 'sh', ...setting, ...words]);
  }

  /** What comes of it, with nothing on its stdin. */
  async ran(words: readonly (string | number)[], found?: Circumstances): Promise<Outcome> {
    const client = await this.start(words, found);
    client.hangUp();
    return client.ended();
  }

  /** Removes the folder. */
  leave(): void {
    removeFolder(this.folder);
  }
}
