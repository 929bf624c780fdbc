import { describe, expect, it } from 'vitest';
import { FaultInjector } from '../../../src/faults/fault-injector.js';
import { planFaults } from '../../../src/faults/fault-plan.js';
import { LifeCycleChecker } from '../../../src/life-cycle/life-cycle.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { ChromeFormat } from '../../../src/trace-formats/chrome-format.js';
import { TextFormat } from '../../../src/trace-formats/text-format.js';
import { TraceFilter, type TraceSelection } from '../../../src/trace-formats/trace-filter.js';
import { FollowedHost, kinds } from '../event-paths/followed-host.js';

/** A channel from domain 7 to domain 0 on a host that shows faults. */
function scene(spec: string) {
  const followed = new FollowedHost();
  const { host, clock, records } = followed;
  const actions = { sleep: () => {}, kill: () => 0, destroy: () => {} };
  const injector = new FaultInjector(host, planFaults({ spec, seed: 1 }), actions, () =>
    clock.now(),
  );
  const back = host.createDomain({ domid: 0, kernelChannels: false });
  const front = host.createDomain({ domid: 7, kernelChannels: false });
  const backEnd = back.openEvtchn({ comm: 'back' });
  const frontEnd = front.openEvtchn({ comm: 'front' });
  injector.opened(back);
  injector.opened(front);
  const port = backEnd.bindUnboundPort(7);
  const local = frontEnd.bindInterdomain(0, port);
  frontEnd.tryPending();
  frontEnd.unmask(local);
  clock.advance(10);
  return { followed, clock, records, back, front, injector, backEnd, frontEnd, port, local };
}

function faults(records: readonly TraceRecord[]) {
  return records.filter((record) => record.type === 'fault');
}

/** Lines of a trace as text that are of faults, or tell of them. */
function lines(records: readonly TraceRecord[]): string[] {
  const format = new TextFormat({ formatTime: String });
  const text = format.batch({ records, dropped: 0 });
  return text.split('\n').filter((line) => line.includes('fault'));
}

function wanted(records: readonly TraceRecord[], selection: Partial<TraceSelection>): string[] {
  const filter = new TraceFilter({ domains: [], ports: [], processes: [], ...selection });
  return faults(records.filter((record) => filter.wants(record))).map(({ fault }) => fault);
}

/** What a checker complains of. */
function complaints(records: readonly TraceRecord[]): string[] {
  const found: string[] = [];
  const checker = new LifeCycleChecker(({ rule }) => found.push(rule));
  for (const record of records) checker.take(record);
  checker.end();
  return found;
}

describe('the trace of an event that a fault made', () => {
  const { followed, records, injector, port, backEnd } = scene('spurious:domain=0:nth=1');
  injector.act();
  const [{ number }] = faults(records) as [Extract<TraceRecord, { type: 'fault' }>];

  it('has the fault for its cause', () => {
    expect(backEnd.read()).toEqual([port]);
    const path = followed.last(0, port)!;
    expect(path.cause).toBe('fault');
    expect(kinds(path)).toEqual(['pending', 'queued', 'read']);
    expect(complaints(records)).toEqual([]);
  });

  it('says so as text and in Perfetto', () => {
    expect(lines(records)).toEqual([
      expect.stringMatching(
        new RegExp(`dom0 +fault +-- fault ${number}: spurious of port 1, an event nobody sent$`),
      ),
      expect.stringMatching(new RegExp(`dom0 +xen +-- port 1 <- fault ${number} pending$`)),
    ]);
    const chrome = new ChromeFormat();
    const events = chrome.begin() + chrome.batch({ records, dropped: 0 });
    expect(events).toMatch(
      new RegExp(`"name":"fault: spurious".*"args":\\{"number":${number},"value":0,"file":1`),
    );
  });

  it('is blamed on nothing if the record of the fault is missing', () => {
    const without = records.filter(({ type }) => type !== 'fault');
    expect(complaints(without)).toContain('cause-missing');
  });
});

describe('the trace of an event that a fault holds back', () => {
  const { clock, records, followed, frontEnd, local, port } = scene('delay:domain=0:ms=5:nth=1');
  frontEnd.notify(local);
  clock.advance(5);

  it('is of a life as it can be, with the event queued late', () => {
    const path = followed.last(0, port)!;
    expect(path.steps.map(({ kind, time }) => `${kind} ${time}`)).toEqual([
      'pending 10',
      'queued 15',
    ]);
    expect(complaints(records)).toEqual([]);
  });

  it('is of an event that is lost, if the record of the fault is missing', () => {
    const without = records.filter(({ type }) => type !== 'fault');
    expect(complaints(without)).toContain('event-lost');
  });

  it('is of an event that is lost, if nobody lets it go', () => {
    const end = records.findIndex(({ type }) => type === 'fault') + 1;
    const upcall = { time: 15, type: 'upcall', domid: 0, vcpu: 0 } as const;
    const interrupt = records.at(-1)!;
    expect(complaints([...records.slice(0, end), upcall, interrupt])).toContain(
      'interrupt-while-masked',
    );
  });
});

describe('faults in a trace of which a part is wanted', () => {
  const { records, back, front, injector, frontEnd, local } = scene(
    'delay:domain=0:nth=1,slow:nth=1,destroy:domain=7:nth=1',
  );
  frontEnd.notify(local);
  injector.takeTime(0, [...back.driver!.openFiles.values()][0]!);
  injector.afterCall(front, [...front.driver!.openFiles.values()][0]!);
  injector.act();

  it('are those of the port, the file or the domain that is asked for', () => {
    expect(wanted(records, {})).toEqual(['delay', 'slow', 'destroy']);
    expect(wanted(records, { domains: [7] })).toEqual(['delay', 'destroy']);
    expect(wanted(records, { ports: [1] })).toEqual(['delay', 'slow']);
    expect(wanted(records, { processes: ['back'] })).toEqual(['delay', 'slow']);
    expect(wanted(records, { ports: [99] })).toEqual([]);
  });
});
