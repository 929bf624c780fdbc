import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { output } from './client.js';
import { need } from './need.js';
import { copyOfProgram } from './programs.js';
import { missingUserNamespace, ORDINARY_USER, PYTHON } from './requirements.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/**
 * In a mount namespace of its own: a /dev/fuse that everybody may open, as distributions have it, and the project and
 * Node where everybody may read them; then `xen-evtchn run` as an ordinary user.
 */
const SCRIPT = `
set -eu
folder=$1 user=$2 node=$3 repository=$4
shift 4
mount -t tmpfs -o mode=0755 tmpfs "$folder"
mkdir "$folder/project" "$folder/home"
touch "$folder/node" "$folder/fuse"
mknod -m 0666 "$folder/device" c 10 229
mount --bind "$folder/device" /dev/fuse
mount --bind "$repository" "$folder/project"
mount --bind "$node" "$folder/node"
chown "$user:$user" "$folder/home"
export HOME="$folder/home" TMPDIR="$folder/home" XDG_RUNTIME_DIR="$folder/home"
cd "$folder/home"
exec setpriv --reuid="$user" --regid="$user" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \\
  "$folder/node" "$folder/project/dist/cli/main.js" run "$@"
`;

describe('an ordinary user, in a user namespace', () => {
  let folder: string;
  let programs: string;
  beforeAll(() => {
    folder = temporaryFolder();
    programs = temporaryFolder();
  });
  afterAll(() => {
    removeFolder(folder);
    removeFolder(programs);
  });

  const run = (...args: (string | number)[]) =>
    output(
      'unshare',
      [
        '--mount',
        'sh',
        '-c',
        SCRIPT,
        'sh',
        folder,
        ORDINARY_USER,
        process.execPath,
        REPOSITORY,
        ...args,
      ],
      { deadline: 50_000 },
    );

  it('runs programs of libxenevtchn', async (context) => {
    need(context, missingUserNamespace());
    const file = copyOfProgram('library-functions', programs);
    const said = await run('--domain', 5, '--', file, 5);
    expect(said).toMatch(/^ok restricting_all$/m);
  });

  it('runs programs in two domains', async (context) => {
    need(context, missingUserNamespace());
    const file = copyOfProgram('two-domains', programs);
    const half = (role: string, peer: number) => [file, role, peer, 'shared', 'lockstep', 1000];
    const said = await run(
      '--domain',
      0,
      ...half('back', 1),
      ':::',
      '--domain',
      1,
      ...half('front', 0),
    );
    expect(said.trimEnd().split('\n').sort()).toEqual([
      'back saw 1000 steps by 1000 events',
      'front saw 1000 steps by 1000 events',
    ]);
  });

  it('works the same for Python', async (context) => {
    need(context, missingUserNamespace());
    const said = await run(
      '--',
      PYTHON,
      '-c',
      'import ctypes;h=ctypes.CDLL("libxenevtchn.so.1");h.xenevtchn_open.restype=ctypes.c_void_p;assert h.xenevtchn_open(None,0);print("opened")',
    );
    expect(said).toBe('opened\n');
  });
});
