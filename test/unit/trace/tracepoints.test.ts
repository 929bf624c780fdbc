import { describe, expect, it } from 'vitest';
import { SharedProbe } from '../../../src/trace/shared-probe.js';
import { Tracepoints } from '../../../src/trace/tracepoints.js';
import { CallNotes } from './call-notes.js';

function watched() {
  const changes: boolean[] = [];
  const trace = new Tracepoints();
  trace.onChange = (tracing) => changes.push(tracing);
  return { trace, changes };
}

describe('Tracepoints', () => {
  it('have nothing to call at first', () => {
    expect(new Tracepoints().probe).toBeUndefined();
  });

  it('call the only probe there is directly, and several in the order they came', () => {
    const { trace } = watched();
    const notes: string[] = [];
    const first = new CallNotes((call) => notes.push(`1 ${call}`));
    const second = new CallNotes((call) => notes.push(`2 ${call}`));
    trace.attach(first);
    expect(trace.probe).toBe(first);
    trace.attach(second);
    expect(trace.probe).toBeInstanceOf(SharedProbe);
    trace.probe?.upcall(3, 1);
    expect(notes).toEqual(['1 upcall 3 1', '2 upcall 3 1']);
    trace.detach(first);
    expect(trace.probe).toBe(second);
  });

  it('tell of the first probe that comes and the last that goes, and of no other', () => {
    const { trace, changes } = watched();
    const first = new CallNotes(() => {});
    const second = new CallNotes(() => {});
    trace.attach(first);
    trace.attach(second);
    expect(changes).toEqual([true]);
    trace.detach(first);
    expect(changes).toEqual([true]);
    trace.detach(second);
    expect(changes).toEqual([true, false]);
    expect(trace.probe).toBeUndefined();
    trace.attach(second);
    expect(changes).toEqual([true, false, true]);
  });

  it('take no notice of the detaching of what is not attached', () => {
    const { trace, changes } = watched();
    const probe = new CallNotes(() => {});
    trace.detach(probe);
    expect(changes).toEqual([]);
    trace.attach(probe);
    trace.detach(new CallNotes(() => {}));
    expect(trace.probe).toBe(probe);
    expect(changes).toEqual([true]);
  });

  it('call a probe that was attached twice twice, until it was detached twice', () => {
    const { trace } = watched();
    let calls = 0;
    const probe = new CallNotes(() => calls++);
    trace.attach(probe);
    trace.attach(probe);
    trace.probe?.domainCreate(1);
    expect(calls).toBe(2);
    trace.detach(probe);
    trace.probe?.domainCreate(2);
    expect(calls).toBe(3);
    trace.detach(probe);
    expect(trace.probe).toBeUndefined();
  });
});
