import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FoundHostValues } from '../../../../src/cli/completion/host-values.js';
import { readTypedLine } from '../../../../src/cli/completion/typed-line.js';
import { notifyCommand } from '../../../../src/cli/notify-command.js';
import { runCommand } from '../../../../src/cli/run-command.js';
import type { HostSnapshot } from '../../../../src/snapshot/host-snapshot.js';
import type { HostChoice, WatchedHost } from '../../../../src/watch/watched-host.js';
import { channel, domain, snapshotOf } from '../../snapshot/snapshot-fixture.js';

/** A finder of one host, and what it was asked for. */
function finder(host: Partial<WatchedHost>, environmentHost?: string) {
  const asked: HostChoice[] = [];
  const values = new FoundHostValues({
    open: async (choice) => {
      asked.push(choice);
      return host as WatchedHost;
    },
    list: async () => [{ pid: 812, name: '/srv/xen' }],
    environmentHost,
  });
  return { asked, values };
}

const snapshot: HostSnapshot = snapshotOf(
  domain({
    domid: 7,
    files: [{ file: 2, pid: 812, comm: 'front' }],
    channels: [
      channel({ port: 3, state: 'virq', number: 1 }),
      channel({ port: 9, peer: { domid: 0, port: 14 }, file: 2 }),
      channel({ port: 10, state: 'unbound', peer: { domid: 0 } }),
    ],
  }),
);

const notify = (...words: string[]) => readTypedLine(notifyCommand(), [...words, '']);

describe('FoundHostValues', () => {
  it('describes the ports of the domain', async () => {
    const domids: (number | undefined)[] = [];
    const { values, asked } = finder({
      snapshot: async (domid) => {
        domids.push(domid);
        return snapshot;
      },
    });
    expect(await values.ports(notify('--domain', '7', '--pid', '5'))).toEqual([
      { value: '3', description: 'virq 1' },
      { value: '9', description: 'interdomain dom0:14 front[812]' },
      { value: '10', description: 'unbound dom0' },
    ]);
    expect(asked).toEqual([{ pid: 5 }]);
    expect(domids).toEqual([7]);
    expect(await values.ports(notify('--domain', 'x'))).toEqual([]);
  });

  it('takes domains from the folders of the tree', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'xen-evtchn-test-'));
    for (const name of ['10', '7', '0', 'evtchn']) mkdirSync(join(directory, name));
    writeFileSync(join(directory, 'server'), '');
    const { values } = finder({ directory });
    const domains = await values.domains(notify());
    rmSync(directory, { recursive: true });
    expect(domains.map(({ value }) => value)).toEqual(['0', '7', '10']);
  });

  it('takes domains from the state where there is no tree', async () => {
    const { values } = finder({ snapshot: async () => snapshot });
    expect(await values.domains(notify())).toEqual([{ value: '7', description: '' }]);
  });

  it('looks at the host that the command would', async () => {
    const { values, asked } = finder({ snapshot: async () => snapshot }, '/environment');
    await values.domains(notify('--host', '/srv/xen'));
    await values.domains(notify());
    const run = (...words: string[]) => readTypedLine(runCommand(), words);
    await values.domains(run('--host=/other', '--domain', ''));
    await values.domains(run('--domain', ''));
    const hosts = ['/srv/xen', '/environment', '/other', '/environment'];
    expect(asked).toEqual(hosts.map((host) => ({ host })));
  });

  it('has no domains for a program that is to get a host of its own', async () => {
    const { values, asked } = finder({});
    expect(await values.domains(readTypedLine(runCommand(), ['--domain', '']))).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('lists processes that have a host', async () => {
    const { values } = finder({});
    expect(await values.hostProcesses()).toEqual([{ value: '812', description: '/srv/xen' }]);
  });
});
