// Serves a host in which nothing is counted: node unwatched-server.js FOLDER. Else it is as `xen-evtchn serve` has it, with
// domains 0 and 1; the package that is measured is that of dist.
import { mountFuse } from '../../src/native/mount.js';
import type { HostServer as Server } from '../../src/server/host-server.js';
import { projectFile } from '../results-file.js';

const { HostServer } = (await import(projectFile('dist/server/host-server.js'))) as {
  readonly HostServer: typeof Server;
};
const mountpoint = process.argv[2]!;
const owner = { uid: 0, gid: 0 };
const fuse = mountFuse({ mountpoint, owner });
await HostServer.start({ fuse, owner, domains: [0, 1], statistics: false });
process.stdout.write(`serving ${mountpoint}\n`);
