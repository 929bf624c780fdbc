import type { DomainSnapshot, FileSnapshot, HostSnapshot } from 'xen-evtchn/embedded';
import { processText } from './channel-row.js';
import type { Column } from './column.js';
import { agoText, countText } from './figure-text.js';

/** An open file and its domain, as a row of the table. */
export interface FileRow {
  readonly domain: DomainSnapshot;
  readonly file: FileSnapshot;
}

/** A row for each open file, by domain and number. */
export function fileRows({ domains }: HostSnapshot): FileRow[] {
  return domains.flatMap((domain) => domain.files.map((file) => ({ domain, file })));
}

/** Milliseconds since then, for sorting. */
const since = (now: number, at: number | undefined): number | undefined =>
  at === undefined ? undefined : now - at;

/** The columns of the open files. */
export const FILE_COLUMNS: readonly Column<FileRow>[] = [
  {
    id: 'domain',
    title: 'Domain',
    width: 7,
    numeric: true,
    searched: true,
    key: ({ domain }) => domain.domid,
    text: ({ domain }) => `d${domain.domid}`,
  },
  {
    id: 'file',
    title: 'File',
    hint: 'Its number in the host',
    width: 6,
    numeric: true,
    searched: true,
    key: ({ file }) => file.file,
    text: ({ file }) => String(file.file),
  },
  {
    id: 'process',
    title: 'Process',
    hint: 'The process that opened it',
    width: 22,
    numeric: false,
    searched: true,
    key: ({ file }) => processText(file),
    text: ({ file }) => processText(file),
  },
  {
    id: 'ports',
    title: 'Ports',
    hint: 'Ports it holds',
    width: 7,
    numeric: true,
    key: ({ file }) => file.ports,
    text: ({ file }) => countText(file.ports),
  },
  {
    id: 'unread',
    title: 'Unread',
    hint: 'Events in its ring that nobody has read',
    width: 8,
    numeric: true,
    key: ({ file }) => file.unread,
    text: ({ file }) => countText(file.unread),
  },
  {
    id: 'ring',
    title: 'Ring',
    hint: 'Events that fit into its ring',
    width: 7,
    numeric: true,
    key: ({ file }) => file.ringSize,
    text: ({ file }) => countText(file.ringSize),
  },
  {
    id: 'overflow',
    title: 'Overflow',
    hint: 'The ring overflowed: reads fail until a reset',
    width: 9,
    numeric: false,
    searched: true,
    key: ({ file }) => (file.overflow ? 0 : 1),
    text: ({ file }) => (file.overflow ? 'overflow' : 'no'),
  },
  {
    id: 'waiting',
    title: 'Waiting',
    hint: 'Blocked reads, and whether somebody polls',
    width: 16,
    numeric: false,
    key: ({ file }) => -(file.readers * 2 + Number(file.polled)),
    text: ({ file }) => waitingText(file),
  },
  {
    id: 'restricted',
    title: 'Restricted',
    hint: 'The domain it is restricted to',
    width: 10,
    numeric: true,
    key: ({ file }) => file.restrictedTo,
    text: ({ file }) => (file.restrictedTo === undefined ? '' : `to d${file.restrictedTo}`),
  },
  {
    id: 'read',
    title: 'Last read',
    hint: 'How long ago a read gave a port',
    width: 12,
    numeric: true,
    key: ({ file }, { now }) => since(now, file.lastReadAt),
    text: ({ file }, { now }) => agoText(now, file.lastReadAt),
  },
  {
    id: 'write',
    title: 'Last write',
    hint: 'How long ago it wrote ports back',
    width: 12,
    numeric: true,
    key: ({ file }, { now }) => since(now, file.lastWriteAt),
    text: ({ file }, { now }) => agoText(now, file.lastWriteAt),
  },
  {
    id: 'opened',
    title: 'Opened',
    hint: 'How long ago',
    width: 12,
    numeric: true,
    key: ({ file }, { now }) => since(now, file.openedAt),
    text: ({ file }, { now }) => agoText(now, file.openedAt),
  },
];

/** Who waits for a file. */
export function waitingText({ readers, polled }: FileSnapshot): string {
  const reading = readers === 0 ? '' : readers === 1 ? '1 read' : `${readers} reads`;
  if (!polled) return reading === '' ? 'nobody' : reading;
  return reading === '' ? 'poll' : `${reading}, poll`;
}
