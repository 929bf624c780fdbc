import { describe, expect, test } from 'vitest';
import { SequenceDiagram } from '../../demo/sequence-diagram.js';
import { toText } from '../../demo/terminal.js';
import type { TraceRecord } from '../../src/index.js';

const notify = (time: number, coalesced: boolean, masked: boolean): TraceRecord[] => [
  { type: 'set-pending', time, domid: 0, port: 14, vcpu: 0, coalesced, masked },
  { type: 'hypercall', time, domid: 7, op: 'EVTCHNOP_send', args: { port: 9 }, result: 0 },
];
const delivery = (time: number): TraceRecord[] => [
  { type: 'upcall', time, domid: 0, vcpu: 0 },
  { type: 'interrupt', time, domid: 0, file: 1, port: 14, queued: 1, woke: true },
];
const reading = (time: number): TraceRecord => ({
  type: 'read',
  time,
  domid: 0,
  file: 1,
  ports: [14],
  result: 4,
});

/** What a diagram of 72 columns shows of some records. */
function draw(play: (diagram: SequenceDiagram) => void): string {
  const lines: string[] = [];
  const diagram = new SequenceDiagram(
    72,
    () => 2,
    (line) => lines.push(toText(line, false)),
  );
  diagram.begin({ left: { domid: 0, name: 'back' }, right: { domid: 7, name: 'front' } });
  play(diagram);
  diagram.flush();
  return `\n${lines.join('\n')}\n`;
}

function drawRecords(...records: TraceRecord[]): string {
  return draw((diagram) => {
    for (const record of records) diagram.record(record);
  });
}

describe('the sequence diagram', () => {
  test('shows how a channel comes to be, with the event of connecting', () => {
    const drawn = drawRecords(
      {
        type: 'hypercall',
        time: 0,
        domid: 0,
        op: 'EVTCHNOP_alloc_unbound',
        args: { dom: 0x7ff0, remote_dom: 7 },
        result: 14,
      },
      { type: 'bind', time: 0, domid: 0, file: 1, port: 14 },
      { type: 'set-pending', time: 1, domid: 7, port: 9, vcpu: 0, coalesced: false, masked: true },
      {
        type: 'hypercall',
        time: 1,
        domid: 7,
        op: 'EVTCHNOP_bind_interdomain',
        args: { remote_dom: 0, remote_port: 14 },
        result: 9,
      },
      { type: 'interrupt', time: 1, domid: 7, file: 2, port: 9, queued: 1, woke: true },
    );
    expect(drawn).toMatchInlineSnapshot(`
      "
               back, domain 0                Xen               front, domain 7
         0 ms  ├──── new port 14 for dom7 ───▶│                              │
         1 ms  │                              ●◀──── port 9 to dom0:14 ──────┤
               │                              ●───── event 9, ring [9] ─────▶│
      "
    `);
  });

  test('shows what becomes of a notify: delivered, merged, kept, lost', () => {
    const drawn = drawRecords(
      ...notify(1, false, false),
      ...delivery(1),
      ...notify(2, false, true),
      ...notify(3, true, true),
      { type: 'hypercall', time: 4, domid: 7, op: 'EVTCHNOP_send', args: { port: 9 }, result: 0 },
    );
    expect(drawn).toMatchInlineSnapshot(`
      "
               back, domain 0                Xen               front, domain 7
         1 ms  │◀─── event 14, ring [14] ─────●◀───────── notify 9 ──────────┤
         2 ms  │           14 is masked: kept ◐◀───────── notify 9 ──────────┤
         3 ms  │      pending already: merged ○◀───────── notify 9 ──────────┤
         4 ms  │           nobody there: lost ×◀───────── notify 9 ──────────┤
      "
    `);
  });

  test('shows an event that arrives later than its notify, and what was read', () => {
    const drawn = drawRecords(
      ...notify(1, false, false),
      ...notify(2, true, false),
      ...delivery(3),
      reading(4),
      { ...reading(5), ports: [], result: -11 } as TraceRecord,
    );
    expect(drawn).toMatchInlineSnapshot(`
      "
               back, domain 0                Xen               front, domain 7
         1 ms  │                              ●◀───────── notify 9 ──────────┤
         2 ms  │      pending already: merged ○◀───────── notify 9 ──────────┤
         3 ms  │◀─── event 14, ring [14] ─────●                              │
         4 ms  ◆ read event 14, ring []       │                              │
         5 ms  ◆ read no event, ring []       │                              │
      "
    `);
  });

  test('shows an event inside the unmask that lets it through', () => {
    const drawn = drawRecords(
      { type: 'eoi', time: 6, domid: 0, file: 1, port: 14 },
      ...delivery(6),
      { type: 'write', time: 6, domid: 0, file: 1, result: 4 },
    );
    expect(drawn).toMatchInlineSnapshot(`
      "
               back, domain 0                Xen               front, domain 7
         6 ms  ├──────── ◇ unmask 14 ────────▶│                              │
               │ event 14 inside the unmask,  │                              │
               │ ring [14]                    │                              │
               │◀─────────────────────────────●                              │
      "
    `);
  });

  test('shows a domain that is destroyed: no lifeline from there on', () => {
    const drawn = drawRecords(
      { type: 'domain-destroy', time: 7, domid: 7, closed: 9 },
      { type: 'overflow', time: 8, domid: 0, file: 1, port: 14 },
    );
    expect(drawn).toMatchInlineSnapshot(`
      "
               back, domain 0                Xen               front, domain 7
         7 ms  │                              │    destroyed, 9 ports closed ×
         8 ms  × ring full: event 14 is lost  │
      "
    `);
  });

  test('passes over other domains, and hypercalls that failed', () => {
    const empty = drawRecords();
    const drawn = drawRecords(
      { type: 'read', time: 1, domid: 3, file: 5, ports: [1], result: 4 },
      {
        type: 'hypercall',
        time: 1,
        domid: 7,
        op: 'EVTCHNOP_close',
        args: { port: 9 },
        result: -22,
      },
    );
    expect(drawn).toBe(empty);
  });

  test('joins notes of one kind, and puts them on the arrow that follows where they fit', () => {
    const drawn = draw((diagram) => {
      diagram.note('right', 'puts', '#1');
      diagram.note('right', 'puts', '#2');
      for (const record of notify(1, true, false)) diagram.record(record);
      for (let id = 3; id < 12; id++) diagram.note('right', 'puts', `#${id}`);
      for (const record of notify(2, true, false)) diagram.record(record);
      diagram.remark('a remark on it all');
    });
    expect(drawn).toMatchInlineSnapshot(`
      "
               back, domain 0                Xen               front, domain 7
         1 ms  │      pending already: merged ○◀── puts #1 #2 · notify 9 ────┤
         2 ms  │                              │    puts #3 #4 #5 #6 #7 #8 #9 │
               │                              │                      #10 #11 │
               │      pending already: merged ○◀───────── notify 9 ──────────┤
               │                     a remark on it all                      │
      "
    `);
  });
});
