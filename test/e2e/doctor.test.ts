import { afterEach, expect, it } from 'vitest';
import { Client } from './client.js';
import { need } from './need.js';
import { PrivateMounts } from './private-mounts.js';
import { missingUserNamespace, ORDINARY_USER } from './requirements.js';
import { COMMAND } from './served-host.js';

/** What `doctor --json` prints. */
interface Report {
  readonly version: string;
  readonly checks: readonly {
    readonly name: string;
    readonly state: string;
    readonly mend?: string;
  }[];
  readonly verdicts: readonly {
    readonly command: string;
    readonly works: boolean;
    readonly reason: string;
  }[];
}

let machine: PrivateMounts | undefined;

afterEach(async () => {
  await machine?.end();
  machine = undefined;
});

/** The report as an ordinary user has it, where /dev/fuse has these permissions. */
async function asUser(fuseMode: string): Promise<{ status: number; report: Report }> {
  machine = await PrivateMounts.start(fuseMode);
  const doctor = await machine.command(['doctor', '--json'], { user: ORDINARY_USER });
  const { status, stdout, stderr } = await doctor.ended();
  expect(stderr).toBe('');
  return { status, report: JSON.parse(stdout) as Report };
}

const check = (report: Report, name: string) => report.checks.find((each) => each.name === name);

it('tells root that everything works here, in words', async () => {
  machine = await PrivateMounts.start();
  const { status, stdout, stderr } = await (await machine.command(['doctor'])).ended();
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ok +\/dev\/fuse +opens/m);
  expect(stdout).toMatch(/^ok +mounting +tried, FUSE protocol 7\.\d+$/m);
  expect(stdout).toMatch(/^xen-evtchn run: +works, by mount\(2\)$/m);
  expect(machine.hosts()).toEqual([]);
});

it('tells programs the same', async () => {
  const { status, stdout } = await (
    await Client.start(process.execPath, [COMMAND, 'doctor', '--json'])
  ).ended();
  const report = JSON.parse(stdout) as Report;
  expect(report.verdicts[0]).toMatchObject({ command: 'xen-evtchn run', works: true });
  expect(check(report, 'Node')).toMatchObject({ state: 'ok' });
  expect(status).toBe(0);
});

it('tells an ordinary user how run works', async (context) => {
  need(context, missingUserNamespace());
  const { status, report } = await asUser('666');
  expect(report.verdicts[0]).toEqual({
    command: 'xen-evtchn run',
    works: true,
    reason: 'in a user namespace',
  });
  expect(check(report, 'mounting')).toMatchObject({ state: 'missing' });
  expect(status).toBe(0);
});

it('tells an ordinary user what is missing, and ends with 1', async () => {
  const { status, report } = await asUser('600');
  expect(report.verdicts[0]).toMatchObject({ works: false, reason: '/dev/fuse does not open' });
  expect(check(report, '/dev/fuse')?.mend).toContain('chmod 666 /dev/fuse');
  expect(status).toBe(1);
});
