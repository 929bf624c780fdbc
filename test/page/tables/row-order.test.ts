import { describe, expect, it } from 'vitest';
import { channelRows } from '../../../page/src/tables/channel-row.js';
import { CHANNEL_COLUMNS, type ColumnContext } from '../../../page/src/tables/column.js';
import { FILE_COLUMNS, fileRows, waitingText } from '../../../page/src/tables/file-columns.js';
import { filterRows, nextSorting, sortRows } from '../../../page/src/tables/row-order.js';
import { channel, domain, file, host } from '../host-fixture.js';

const snapshot = host(10_000, [
  domain(
    0,
    [
      channel(1, { state: 'virq', number: 2, handler: 'console', events: 7, lastEventAt: 9000 }),
      channel(14, { peer: { domid: 7, port: 9 }, file: 3, events: 100, lastEventAt: 9900 }),
      channel(20, { peer: { domid: 10, port: 2 }, file: 3, enabled: false }),
    ],
    { files: [file(3, { process: { pid: 42, comm: 'qemu' } })] },
  ),
  domain(7, [
    channel(9, { peer: { domid: 0, port: 14 }, masked: true, maskReasons: ['explicit'] }),
  ]),
]);
const context: ColumnContext = {
  now: 10_000,
  rate: (domid, port) => (domid === 0 && port === 14 ? { events: 3.5, merged: 0 } : undefined),
};
const rows = channelRows(snapshot, (domid, port) => domid === 0 && port === 20);
const names = (found: readonly (typeof rows)[number][]) =>
  found.map((row) => `${row.domain.domid}:${row.channel.port}`);
const sorted = (column: string, descending = false) =>
  names(sortRows(rows, CHANNEL_COLUMNS, { column, descending }, context));
const filtered = (filter: string) => names(filterRows(rows, CHANNEL_COLUMNS, filter, context));
const cells = (index: number) =>
  Object.fromEntries(CHANNEL_COLUMNS.map(({ id, text }) => [id, text(rows[index]!, context)]));

describe('sortRows', () => {
  it('sorts numbers as numbers', () => {
    expect(sorted('port')).toEqual(['0:1', '7:9', '0:14', '0:20']);
    expect(sorted('port', true)).toEqual(['0:20', '0:14', '7:9', '0:1']);
  });

  it('keeps rows alike in order, whichever way', () => {
    expect(sorted('domain')).toEqual(['0:1', '0:14', '0:20', '7:9']);
    expect(sorted('domain', true)).toEqual(['7:9', '0:1', '0:14', '0:20']);
  });

  it('puts what has no value last, whichever way', () => {
    expect(sorted('events')).toEqual(['0:1', '0:14', '0:20', '7:9']);
    expect(sorted('events', true)).toEqual(['0:14', '0:1', '0:20', '7:9']);
  });

  it('sorts peers by number', () => {
    expect(sorted('peer')).toEqual(['0:1', '7:9', '0:14', '0:20']);
  });

  it('puts stuck ports before the rest', () => {
    expect(sorted('condition')[0]).toBe('0:20');
  });

  it('leaves the rows as they are for a column that is not there', () => {
    expect(sorted('nothing')).toEqual(names(rows));
  });
});

describe('nextSorting', () => {
  it('turns the order of the same column, and begins ascending with another', () => {
    const [first, second] = CHANNEL_COLUMNS;
    const before = { column: first!.id, descending: false };
    expect(nextSorting(before, first!)).toEqual({ column: first!.id, descending: true });
    expect(nextSorting({ ...before, descending: true }, second!)).toEqual({
      column: second!.id,
      descending: false,
    });
  });
});

describe('filterRows', () => {
  it('finds a word in any of the cells that tell what it is, in upper or lower case', () => {
    expect(filtered('QEMU')).toEqual(['0:14', '0:20']);
    expect(filtered('virq_con')).toEqual(['0:1']);
    expect(filtered('stuck')).toEqual(['0:20']);
  });

  it('wants every word', () => {
    expect(filtered('qemu d7')).toEqual(['0:14']);
    expect(filtered('qemu nothing')).toEqual([]);
  });

  it('looks into one column, for the whole of a number', () => {
    expect(filtered('port:1')).toEqual(['0:1']);
    expect(filtered('domain:7')).toEqual(['7:9']);
    expect(filtered('domain:d7')).toEqual(['7:9']);
    expect(filtered('masked:explicit')).toEqual(['7:9']);
    expect(filtered('enabled:no')).toEqual(['0:20']);
    expect(filtered('events:100')).toEqual(['0:14']);
  });

  it('takes what looks like a column and is none as a word', () => {
    expect(filtered('d7:9')).toEqual(['0:14']);
  });

  it('finds all with no word', () => {
    expect(filterRows(rows, CHANNEL_COLUMNS, '  ', context)).toBe(rows);
  });
});

describe('the columns', () => {
  it('say what ls says of a channel', () => {
    expect(cells(1)).toMatchObject({
      domain: 'd0',
      port: '14',
      state: 'interdomain',
      peer: 'd7:9',
      vcpu: '0',
      priority: '',
      pending: 'no',
      masked: 'no',
      enabled: '',
      queued: '0',
      events: '100',
      coalesced: '',
      rate: '3.5',
      last: '100 ms',
      process: 'qemu (42)',
      file: '3',
    });
  });

  it('name the kernel where no file has a port, and why it is masked', () => {
    expect(cells(0)).toMatchObject({ process: 'console', peer: 'VIRQ_CONSOLE' });
    expect(cells(3).masked).toBe('explicit');
  });

  it('say who waits for a file', () => {
    expect(waitingText(file(1))).toBe('nobody');
    expect(waitingText(file(1, { readers: 1 }))).toBe('1 read');
    expect(waitingText(file(1, { readers: 2, polled: true }))).toBe('2 reads, poll');
    expect(waitingText(file(1, { polled: true }))).toBe('poll');
  });

  it('sort what they show: equal texts stay together', () => {
    for (const { id, text } of CHANNEL_COLUMNS) {
      const order = sortRows(rows, CHANNEL_COLUMNS, { column: id, descending: false }, context);
      const texts = order.map((row) => text(row, context));
      const changes = texts.filter((each, index) => index > 0 && each !== texts[index - 1]).length;
      expect([id, changes]).toEqual([id, new Set(texts).size - 1]);
    }
  });

  it('say what ls says of an open file', () => {
    const known = {
      process: { pid: 42, comm: 'qemu' },
      ports: 2,
      unread: 1,
      overflow: true,
      readers: 1,
      restrictedTo: 7,
      openedAt: 4000,
      lastReadAt: 9000,
      lastWriteAt: 9900,
    };
    const files = fileRows(host(10_000, [domain(0, [], { files: [file(3, known), file(4)] })]));
    const shown = (index: number) => FILE_COLUMNS.map(({ text }) => text(files[index]!, context));
    expect(shown(0)).toEqual(
      [
        'd0',
        '3',
        'qemu (42)',
        '2',
        '1',
        '64',
        'overflow',
        '1 read',
        'to d7',
        '1 s',
        '100 ms',
      ].concat('6 s'),
    );
    expect(shown(1).slice(6)).toEqual(['no', 'nobody', '', '', '', '']);
    for (const { id } of FILE_COLUMNS.slice(3, 7)) {
      const [first] = sortRows(
        files,
        FILE_COLUMNS,
        { column: id, descending: id !== 'overflow' },
        context,
      );
      expect([id, first!.file.file]).toEqual([id, 3]);
    }
    for (const id of ['waiting', 'restricted', 'read', 'write', 'opened']) {
      const [first] = sortRows(files, FILE_COLUMNS, { column: id, descending: false }, context);
      expect([id, first!.file.file]).toEqual([id, 3]);
    }
  });

  it('sort and filter open files as well', () => {
    const files = fileRows(snapshot);
    expect(filterRows(files, FILE_COLUMNS, 'file:3', context)).toHaveLength(1);
    expect(filterRows(files, FILE_COLUMNS, 'qemu', context)).toHaveLength(1);
    expect(filterRows(files, FILE_COLUMNS, 'xenstored', context)).toEqual([]);
  });
});
