import { describe, expect, it } from 'vitest';
import type { Case } from '../case-folder.js';
import type { DeviceUnderTest } from './device-under-test.js';
import { type Bench, runServed, type ServedResult } from './run-served.js';

const RECORDED = 'open A -> ok\n';

function caseOf(name: string, ...tags: string[]): Case {
  const recording = { text: RECORDED, ownAbi: true };
  return { name, language: 'device', file: name, text: 'open A\n', tags: new Set(tags), recording };
}

/** Hosts that remember what was done to them, and answer as they are told to. */
class FakeHosts {
  /** For each host what happened: a fresh domain, a case, its end. */
  readonly histories: string[][] = [];
  answers: (test: string) => string = () => RECORDED;
  state: (history: readonly string[]) => string = () => 'empty\n';
  /** The case in which its host breaks. */
  breaksIn: string | undefined;
  onCase: (test: string) => void = () => {};

  start(): ReturnType<Bench['start']> {
    const history: string[] = [];
    const host = `host${this.histories.push(history)}`;
    let domains = 0;
    let broken: string | undefined;
    const device: DeviceUnderTest = {
      get broken() {
        return broken;
      },
      fresh: async () => {
        history.push('fresh');
        return `${host}/${++domains}`;
      },
      state: async () => this.state(history),
      stop: async () => {
        history.push('stop');
      },
    };
    const program = async (test: string, path: string) => {
      history.push(`${test} on ${path}`);
      this.onCase(test);
      if (test === this.breaksIn) {
        broken = 'killed';
        throw new Error('reading files: it ended with SIGKILL');
      }
      return { output: this.answers(test), trouble: test.startsWith('odd') ? 'odd thing\n' : '' };
    };
    return Promise.resolve({ device, program });
  }
}

async function results(
  cases: readonly Case[],
  hosts: FakeHosts,
  jobs = 1,
  signal = new AbortController().signal,
): Promise<ServedResult[]> {
  const all: ServedResult[] = [];
  const known = { deviations: [], over: 'fuse', kernel: [6, 18], strict: true } as const;
  const bench = { known, start: () => hosts.start() };
  await runServed(cases, bench, jobs, (result) => all.push(result), signal);
  return all;
}

describe('cases on served hosts', () => {
  it('run each in a fresh domain of one host, which is ended', async () => {
    const hosts = new FakeHosts();
    const all = await results([caseOf('a'), caseOf('b')], hosts);
    expect(all.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['a', 'passed'],
      ['b', 'passed'],
    ]);
    expect(hosts.histories).toEqual([['fresh', 'a on host1/1', 'fresh', 'b on host1/2', 'stop']]);
  });

  it('share a fresh domain when they are big, in their order', async () => {
    const hosts = new FakeHosts();
    await results([caseOf('a', '@big'), caseOf('b'), caseOf('c', '@big')], hosts);
    const [history] = hosts.histories;
    expect(history!.join()).toContain('fresh,a on host1/1,c on host1/1');
    expect(history!.join()).toContain('fresh,b on host1/2');
  });

  it('are shared out to as many hosts as asked for, and told of in their order', async () => {
    const hosts = new FakeHosts();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const all = await results(
      names.map((name) => caseOf(name)),
      hosts,
      3,
    );
    expect(all.map(({ name }) => name)).toEqual(names);
    expect(hosts.histories).toHaveLength(3);
    for (const history of hosts.histories) expect(history.at(-1)).toBe('stop');
  });

  it('start no more hosts than there is work for', async () => {
    const hosts = new FakeHosts();
    await results([caseOf('a'), caseOf('b', '@big'), caseOf('c', '@big')], hosts, 8);
    expect(hosts.histories).toHaveLength(2);
  });

  it('fail when they answer otherwise', async () => {
    const hosts = new FakeHosts();
    hosts.answers = () => 'open A -> EACCES\n';
    const [result] = await results([caseOf('a')], hosts);
    expect(result).toMatchObject({ outcome: 'failed' });
    expect(result && 'diff' in result && result.diff).toContain('+open A -> EACCES');
  });

  it('fail when they leave something behind', async () => {
    const hosts = new FakeHosts();
    hosts.state = (history) => (history.at(-1)?.startsWith('a on') ? 'a port\n' : 'empty\n');
    const [result] = await results([caseOf('a')], hosts);
    expect(result && 'diff' in result && result.diff).toMatch(/left behind:\n.*\+a port/s);
  });

  it('fail when the program has trouble of its own', async () => {
    const [result] = await results([caseOf('odd')], new FakeHosts());
    expect(result).toMatchObject({ outcome: 'failed', diff: 'odd thing\n' });
  });

  it('fail when the server breaks, and go on with another one', async () => {
    const hosts = new FakeHosts();
    hosts.breaksIn = 'b';
    const all = await results([caseOf('a'), caseOf('b'), caseOf('c')], hosts);
    expect(all.map(({ outcome }) => outcome)).toEqual(['passed', 'failed', 'passed']);
    expect(all[1]).toMatchObject({ diff: 'reading files: it ended with SIGKILL\n' });
    expect(hosts.histories).toEqual([
      ['fresh', 'a on host1/1', 'fresh', 'b on host1/2', 'stop'],
      ['fresh', 'c on host2/1', 'stop'],
    ]);
  });

  it('end before the next one when asked to, with their hosts', async () => {
    const hosts = new FakeHosts();
    const ending = new AbortController();
    hosts.onCase = () => ending.abort('enough');
    const run = results([caseOf('a'), caseOf('b')], hosts, 1, ending.signal);
    await expect(run).rejects.toBe('enough');
    expect(hosts.histories).toEqual([['fresh', 'a on host1/1', 'stop']]);
  });
});
