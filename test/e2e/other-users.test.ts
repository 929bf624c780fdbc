import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client, output } from './client.js';
import { copyOfProgram, program } from './programs.js';
import { ORDINARY_USER } from './requirements.js';
import { ServedHost } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

const user = ORDINARY_USER;

/** The status and stdout of a program run as an ordinary user. */
async function asUser(file: string, args: readonly string[]): Promise<[number, string]> {
  const { status, stdout } = await (await Client.start(file, args, { user })).ended();
  return [status, stdout];
}

describe('the device of another user', () => {
  let host: ServedHost;
  let folder: string;
  let loopback: string;
  let waiting: string;
  beforeAll(() => {
    folder = temporaryFolder();
    loopback = copyOfProgram('loopback', folder);
    waiting = copyOfProgram('waiting', folder);
  });
  afterAll(() => removeFolder(folder));
  afterEach(() => host.stop());

  it('is out of reach: EACCES for the device, the status files and the folder', async () => {
    host = await ServedHost.start();
    expect(await asUser(loopback, [host.device()])).toEqual([1, 'open EACCES\n']);
    for (const name of ['server', '0/files', '0/channels']) {
      expect(await asUser('cat', [join(host.directory, name)])).toEqual([1, '']);
    }
    expect(await asUser('ls', [host.directory])).toEqual([2, '']);
    expect(await asUser('mkdir', [join(host.directory, '9')])).toEqual([1, '']);
    await output(program('loopback'), [host.device()]);
  });

  it('stays closed with --allow-other and a mode that lets nobody in', async () => {
    host = await ServedHost.start({ options: ['--allow-other', '--mode', '0600'] });
    expect(await asUser(loopback, [host.device()])).toEqual([1, 'open EACCES\n']);
    expect((await asUser('cat', [join(host.directory, '0/files')]))[0]).toBe(1);
  });

  it.each([[['--allow-other']], [['--mode', '0666']], [['--allow-other', '--mode', '0666']]])(
    'is everybody’s with %j, but its status is not',
    async (options) => {
      host = await ServedHost.start({ options });
      // The arguments of its ioctls are in the memory of a process of another user.
      const [status, said] = await asUser(loopback, [host.device()]);
      expect([status, said]).toEqual([0, expect.stringMatching(/^port \d+\n$/)]);
      for (const name of ['files', 'channels']) {
        expect(await asUser('cat', [join(host.directory, '0', name)])).toEqual([1, '']);
      }
      // Nor may others make or destroy domains.
      expect(await asUser('mkdir', [join(host.directory, '9')])).toEqual([1, '']);
      expect(await asUser('rmdir', [join(host.directory, '0')])).toEqual([1, '']);
      expect(await output(program('loopback'), [host.device()])).toBe(said);
    },
  );

  it('shows in the status files whose each open file is', async () => {
    host = await ServedHost.start({ options: ['--allow-other', '--mode', '0666'] });
    const client = await Client.start(waiting, [host.device()], { user });
    expect(await client.line()).toBe('asleep');
    const files = await host.files();
    expect(files.map(({ process, uid }) => [process, uid])).toEqual([
      [`${client.pid} waiting`, String(user)],
      [`${client.pid} waiting`, String(user)],
    ]);
    client.hangUp();
    await client.endedWell();
    await host.untilUnused();
  });
});
