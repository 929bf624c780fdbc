import { describe, expect, it } from 'vitest';
import { CloseRun } from '../../../src/statistics/close-run.js';

describe('CloseRun', () => {
  it('names the peers that the last closes of a domain left behind', () => {
    const run = new CloseRun();
    run.add(7, 0, 4);
    run.add(7, 3, 5);
    run.add(7, 0, 0);
    run.add(7, 3, 6);
    expect([...run.last(7, 3)]).toEqual([
      { domid: 3, port: 5 },
      { domid: 3, port: 6 },
    ]);
    expect([...run.last(7, 100)]).toHaveLength(3);
    expect([...run.last(7, 0)]).toEqual([]);
    expect([...run.last(8, 4)]).toEqual([]);
  });

  it('ends with another domain’s close, and when told', () => {
    const run = new CloseRun();
    run.add(7, 0, 4);
    run.add(8, 0, 5);
    expect([...run.last(7, 2)]).toEqual([]);
    expect([...run.last(8, 2)]).toEqual([{ domid: 0, port: 5 }]);
    run.clear();
    expect([...run.last(8, 2)]).toEqual([]);
  });

  it('takes as many as a domain may have', () => {
    const run = new CloseRun();
    for (let port = 1; port <= 131_071; port++) run.add(7, 0x7fef, port);
    expect([...run.last(7, 131_071)].at(-1)).toEqual({ domid: 0x7fef, port: 131_071 });
  });
});
