import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from './need.js';
import { missingUserNamespace, ORDINARY_USER } from './requirements.js';
import { OrdinaryUser } from './run-as-user.js';
import { onDevice } from './run-client.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

let user: OrdinaryUser;
beforeAll(() => {
  user = new OrdinaryUser();
});
afterAll(() => user.leave());

describe('an ordinary user', () => {
  it('stays the same user, without capabilities', async (context) => {
    need(context, missingUserNamespace());
    const script = 'id -u; id -g; grep -E "Cap(Inh|Prm|Eff|Amb)" /proc/self/status; pwd';
    const none = ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'].map(
      (set) => `${set}:\t${'0'.repeat(16)}`,
    );
    const { stdout } = await user.ran(['sh', '-c', script]);
    const expected = [ORDINARY_USER, ORDINARY_USER, ...none, user.folder];
    expect(stdout.trimEnd().split('\n')).toEqual(expected.map(String));
  });

  it('has the device, and nothing of how that came about in the environment', async (context) => {
    need(context, missingUserNamespace());
    const script =
      'say(connect(5, bind(5)) > 0, [name for name in os.environ if name.startswith("XEN")])';
    const outcome = await user.ran(['--domain', '5', ...onDevice(script)]);
    expect(outcome).toEqual({
      status: 0,
      stdout: "True ['XEN_EVTCHN_E2E']\n",
      stderr: '',
    });
  });

  it('has pseudo terminals', async (context) => {
    need(context, missingUserNamespace());
    const outcome = await user.ran(['script', '-qec', 'test -t 0 && tty', '/dev/null']);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
  });

  it('has the exit status and the signals of the program, whose parent is the process it started', async (context) => {
    need(context, missingUserNamespace());
    const client = await user.start([
      'sh',
      '-c',
      'trap "exit 9" USR1; echo $PPID; while :; do sleep 0.1; done',
    ]);
    expect(Number(await client.line())).toBe(client.pid);
    client.signal('SIGUSR1');
    expect(await client.ended()).toMatchObject({ status: 9, stderr: '' });
    expect(await user.ran(['no-such-program'])).toMatchObject({ status: 127 });
    expect(await user.ran([])).toMatchObject({ status: 2 });
  });

  it('is told when /dev/fuse is not for everybody', async (context) => {
    need(context, missingUserNamespace());
    const outcome = await user.ran(['true'], { fuseMode: '0600' });
    expect(outcome).toMatchObject({ status: 125, stdout: '' });
    expect(outcome.stderr).toMatch(/^xen-evtchn: EACCES: [^\n]*chmod 666 \/dev\/fuse[^\n]*\n$/);
  });

  it.each([
    {
      what: 'allows no user namespaces',
      says: 'unshare: unshare failed: No space left on device',
      told: /this machine gives an ordinary user no user namespace \(unshare: unshare failed: No space left on device\): allow it/,
    },
    {
      what: 'has an unshare that is too old',
      says: "unshare: unrecognized option '--map-current-user'",
      told: /an ordinary user needs unshare of util-linux 2.35 or later/,
    },
  ])('is told when the machine $what', async ({ says, told }) => {
    const bin = temporaryFolder();
    const unshare = join(bin, 'unshare');
    writeFileSync(unshare, `#!/bin/sh\necho "${says}" >&2\nexit 1\n`);
    chmodSync(unshare, 0o755);
    const outcome = await user.ran(['true'], { path: `${bin}:${process.env.PATH}` });
    expect(outcome).toMatchObject({ status: 125, stdout: '' });
    expect(outcome.stderr).toMatch(/^xen-evtchn: [^\n]*\n$/);
    expect(outcome.stderr).toMatch(told);
    removeFolder(bin);
  });

  it('is told when there is no unshare', async () => {
    const outcome = await user.ran(['true'], { path: '/no/such/folder' });
    expect(outcome).toMatchObject({ status: 125, stdout: '' });
    expect(outcome.stderr).toMatch(/^xen-evtchn: [^\n]*needs the command unshare[^\n]*\n$/);
  });
});
