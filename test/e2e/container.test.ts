import { describe, expect, it } from 'vitest';
import { output } from './client.js';
import { need } from './need.js';
import { program } from './programs.js';
import { missingUserNamespace } from './requirements.js';
import { COMMAND } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

const DEVICE = '/dev/xen/evtchn';
const RUN = [process.execPath, COMMAND, 'run', '--'] as const;

/** Runs a command as root of a container that has only these capabilities; what it says. */
function withCapabilities(names: readonly string[], command: readonly string[]): Promise<string> {
  const set = ['-all', ...names.map((name) => `+${name}`)].join(',');
  return output('setpriv', [`--bounding-set=${set}`, '--inh-caps=-all', '--', ...command]);
}

/** A folder with the machine's files becomes the root directory, without being a mount point. */
const IN_CHROOT = `
  cd "$1" && shift
  for entry in /*; do
    if [ -L "$entry" ]; then cp -a "$entry" ".$entry"
    elif [ -d "$entry" ]; then mkdir ".$entry" && mount --rbind "$entry" ".$entry"
    fi
  done
  exec chroot . "$@"`;

describe('what container runtimes leave of a machine', () => {
  it.each(['bad-pointers', 'across-pages', 'unmapped-meanwhile'])(
    'is enough without process_vm_readv: %s',
    async (name) => {
      const client = [...RUN, program('arguments'), DEVICE, name];
      expect(await output(program('without-vm-readv'), client)).toMatch(
        new RegExp(`^ok ${name}$`, 'm'),
      );
    },
  );

  it('is enough with the capabilities to mount and to enter mount namespaces', async () => {
    const client = [...RUN, program('loopback'), DEVICE];
    expect(await withCapabilities(['sys_admin', 'sys_chroot'], client)).toBe('port 14\n');
  });

  it('is enough without the latter where root may have a user namespace', async (context) => {
    need(context, missingUserNamespace());
    const client = [...RUN, program('loopback'), DEVICE];
    // The kernel lets only who has CAP_SETFCAP be root in it, user_namespaces(7).
    expect(await withCapabilities(['sys_admin', 'setfcap'], client)).toBe('port 14\n');
  });

  it.each(['sys_admin', 'sys_chroot'])(
    'is not enough with %s alone, and run says so',
    async (name) => {
      const refused = withCapabilities([name], [...RUN, 'true']);
      await expect(refused).rejects.toThrow(/status 125/);
      await expect(refused).rejects.toThrow(/root, with CAP_SYS_ADMIN and CAP_SYS_CHROOT/);
    },
  );

  it('is not enough in a chroot that is no mount point, and run says how to mend that', async () => {
    const folder = temporaryFolder();
    const shell = ['sh', '-c', IN_CHROOT, 'sh', folder, ...RUN, 'true'];
    try {
      const refused = output('unshare', ['--mount', '--propagation', 'private', ...shell]);
      await expect(refused).rejects.toThrow(/status 125/);
      await expect(refused).rejects.toThrow(/mount --bind DIR DIR before chroot DIR/);
    } finally {
      removeFolder(folder);
    }
  });
});
