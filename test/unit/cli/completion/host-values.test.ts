import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerQuestion, type HostQuestion } from '../../../../src/cli/completion/host-question.js';
import { LineHostValues } from '../../../../src/cli/completion/host-values.js';
import { readTypedLine } from '../../../../src/cli/completion/typed-line.js';
import { notifyCommand } from '../../../../src/cli/notify-command.js';
import { runCommand } from '../../../../src/cli/run-command.js';
import type { WatchedHost } from '../../../../src/watch/watched-host.js';
import { channel, domain, snapshotOf } from '../../snapshot/snapshot-fixture.js';

/** The values of a line, and what is asked for them. */
function lineValues(environmentHost?: string) {
  const asked: HostQuestion[] = [];
  const ask = async (question: HostQuestion) => {
    asked.push(question);
    return [{ value: '812', description: '' }];
  };
  return { asked, values: new LineHostValues(ask, environmentHost) };
}

const notify = (...words: string[]) => readTypedLine(notifyCommand(), [...words, '']);
const run = (...words: string[]) => readTypedLine(runCommand(), [...words, '']);

describe('LineHostValues', () => {
  it('asks the host that the command would', async () => {
    const { values, asked } = lineValues('/environment');
    await values.domains(notify('--host', '/srv/xen'));
    await values.domains(notify('--pid', '812'));
    await values.domains(notify());
    await values.domains(run('--host=/other', '--domain'));
    await values.domains(run('--domain'));
    const hosts = [
      { host: '/srv/xen' },
      { pid: 812 },
      { host: '/environment' },
      { host: '/other' },
      { host: '/environment' },
    ];
    expect(asked).toEqual(hosts.map((choice) => ({ about: 'domains', choice })));
  });

  it('asks for the ports of the domain of the line, which is 0 unless given', async () => {
    const { values, asked } = lineValues();
    await values.ports(notify('--domain', '7'));
    await values.ports(notify());
    expect(await values.ports(notify('--domain', 'x'))).toEqual([]);
    expect(asked).toEqual([
      { about: 'ports', choice: {}, domid: 7 },
      { about: 'ports', choice: {}, domid: 0 },
    ]);
  });

  it('has no domains for a program that is to get a host of its own', async () => {
    const { values, asked } = lineValues();
    expect(await values.domains(run('--domain'))).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('asks for programs of the host', async () => {
    const { values, asked } = lineValues();
    await values.programs(notify());
    expect(asked).toEqual([{ about: 'programs', choice: {} }]);
  });

  it('asks for processes that have a host', async () => {
    const { values, asked } = lineValues();
    expect(await values.hostProcesses()).toEqual([{ value: '812', description: '' }]);
    expect(asked).toEqual([{ about: 'processes' }]);
  });
});

describe('answerQuestion', () => {
  const dom7 = domain({
    domid: 7,
    files: [{ file: 2, pid: 812, comm: 'front' }],
    channels: [
      channel({ port: 3, state: 'virq', number: 1 }),
      channel({ port: 9, peer: { domid: 0, port: 14 }, file: 2 }),
      channel({ port: 10, state: 'unbound', peer: { domid: 0 } }),
    ],
  });
  const finder = (host: Partial<WatchedHost>) => ({
    open: async () => host as WatchedHost,
    list: async () => [{ pid: 812, name: '/srv/xen' }],
  });

  it('describes the ports of a domain', async () => {
    const snapshot = async (domid?: number) => snapshotOf(...(domid === 7 ? [dom7] : []));
    const question = { about: 'ports', choice: {}, domid: 7 } as const;
    expect(await answerQuestion(question, finder({ snapshot }))).toEqual([
      { value: '3', description: 'virq 1' },
      { value: '9', description: 'interdomain dom0:14 front[812]' },
      { value: '10', description: 'unbound dom0' },
    ]);
  });

  it('takes domains from the folders of the tree', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'xen-evtchn-test-'));
    for (const name of ['10', '7', '0', 'evtchn']) mkdirSync(join(directory, name));
    writeFileSync(join(directory, 'server'), '');
    const question = { about: 'domains', choice: {} } as const;
    const domains = await answerQuestion(question, finder({ directory }));
    rmSync(directory, { recursive: true });
    expect(domains.map(({ value }) => value)).toEqual(['0', '7', '10']);
  });

  it('takes domains from the state where there is no tree', async () => {
    const snapshot = async () => snapshotOf(dom7);
    const question = { about: 'domains', choice: {} } as const;
    expect(await answerQuestion(question, finder({ snapshot }))).toEqual([
      { value: '7', description: '' },
    ]);
  });

  it('names programs once, with their processes', async () => {
    const file = (number: number, pid: number, comm: string) => ({ file: number, pid, comm });
    const files = [file(1, 7, 'qemu'), file(2, 8, 'qemu'), file(3, 7, 'qemu'), file(4, 9, 'xl')];
    const snapshot = async () => snapshotOf(domain({ domid: 0, files }));
    const question = { about: 'programs', choice: {} } as const;
    expect(await answerQuestion(question, finder({ snapshot }))).toEqual([
      { value: 'qemu', description: 'process 7, 8' },
      { value: 'xl', description: 'process 9' },
    ]);
  });

  it('lists processes that have a host', async () => {
    expect(await answerQuestion({ about: 'processes' }, finder({}))).toEqual([
      { value: '812', description: '/srv/xen' },
    ]);
  });
});
