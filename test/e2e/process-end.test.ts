import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Client } from './client.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

const MODULES = new URL('../../dist/', import.meta.url);

/** A process that serves a host in a folder, and then does something of its own. */
function serveAnd(folder: string, what: string): Promise<Client> {
  const program = `
    import { mountFuse } from '${new URL('native/mount.js', MODULES)}';
    import { HostServer } from '${new URL('server/host-server.js', MODULES)}';
    const owner = { uid: 0, gid: 0 };
    const fuse = mountFuse({ mountpoint: ${JSON.stringify(folder)}, owner });
    const starting = HostServer.start({ fuse, owner, domains: [0] });
    ${what}`;
  return Client.start(process.execPath, ['--input-type=module', '--eval', program]);
}

let folder = '';

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => {
  execFileSync('umount', [folder]);
  removeFolder(folder);
});

// A thread that waits in a system call does not hear of the end of its process, and Node waits for its threads.
it.each([
  ['by process.exit', 'await starting; process.exit(4);', 4],
  ['by process.exit before it serves', 'process.exit(5);', 5],
  ['by an error that nobody caught', 'await starting; throw new Error("boom");', 1],
])('a process that serves can end %s', async (_, what, status) => {
  const client = await serveAnd(folder, what);
  expect((await client.ended()).status).toBe(status);
});

it('a server that cannot start closes what it was given, and the process ends', async () => {
  const client = await serveAnd(
    folder,
    `const twice = mountFuse({ mountpoint: ${JSON.stringify(folder)}, owner });
    await HostServer.start({ fuse: twice, owner, domains: [3, 3] }).catch((error) => console.log(error.message));
    await (await starting).stop();`,
  );
  const { status, stdout } = await client.ended();
  execFileSync('umount', [folder]);
  expect(stdout).toContain('EEXIST');
  expect(status).toBe(0);
});
