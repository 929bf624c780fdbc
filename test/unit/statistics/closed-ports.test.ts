import { describe, expect, it } from 'vitest';
import { CLOSED_PORTS, ClosedPorts } from '../../../src/statistics/closed-ports.js';
import { FileStatistics } from '../../../src/statistics/file-statistics.js';

const file = (number: number) => new FileStatistics(number, 'qemu', 12, 0);

describe('ClosedPorts', () => {
  it('lists the youngest first, with the file that held it', () => {
    const closed = new ClosedPorts();
    const holder = file(3);
    closed.add(7, 1000);
    closed.heldBy(7, holder);
    closed.add(9, 1500);
    expect(closed.list()).toEqual([
      { port: 9, at: 1500, file: undefined },
      { port: 7, at: 1000, file: holder },
    ]);
  });

  it('takes a file for the holder only of the port that was closed last, and only once', () => {
    const closed = new ClosedPorts();
    closed.heldBy(7, file(1));
    closed.add(7, 1000);
    closed.add(9, 1500);
    closed.heldBy(7, file(2));
    closed.heldBy(9, file(3));
    closed.heldBy(9, file(4));
    expect(closed.list().map((one) => one.file?.file)).toEqual([3, undefined]);
  });

  it('has a port once, as it was closed last', () => {
    const closed = new ClosedPorts();
    closed.add(7, 1000);
    closed.heldBy(7, file(1));
    closed.add(9, 1500);
    closed.add(7, 2000);
    expect(closed.list()).toEqual([
      { port: 7, at: 2000, file: undefined },
      { port: 9, at: 1500, file: undefined },
    ]);
  });

  it('keeps the last few, however often one of them comes and goes', () => {
    const closed = new ClosedPorts();
    for (let port = 1; port <= CLOSED_PORTS; port++) closed.add(port, port);
    for (let i = 0; i < 100; i++) closed.add(5, 100 + i);
    expect(closed.list()).toHaveLength(CLOSED_PORTS);
    expect(closed.list()[0]).toEqual({ port: 5, at: 199, file: undefined });
    closed.add(1000, 300);
    const ports = closed.list().map(({ port }) => port);
    expect(ports).toHaveLength(CLOSED_PORTS);
    expect(ports.slice(0, 3)).toEqual([1000, 5, CLOSED_PORTS]);
    expect(ports).not.toContain(1);
  });
});
