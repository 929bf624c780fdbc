import type { DomainSnapshot, FileSnapshot } from '../snapshot/host-snapshot.js';
import { agoText, NONE, processText } from './channel-row.js';
import type { Column } from './table.js';

/** An open file with what a table says of it. */
export interface FileRow {
  readonly file: FileSnapshot;
  /** Time of the snapshot. */
  readonly now: number;
}

/** The open files of a domain's device as rows, by number. */
export function fileRows({ files }: DomainSnapshot, now: number): FileRow[] {
  return files.map((file) => ({ file, now }));
}

/** The columns of a domain's open files. */
export const FILE_COLUMNS: readonly Column<FileRow>[] = [
  { heading: 'file', align: 'right', rank: 0, cell: ({ file }) => String(file.file) },
  {
    heading: 'process',
    align: 'left',
    rank: 1,
    shrinkTo: 12,
    cell: ({ file }) => processText(file.process),
  },
  { heading: 'ports', align: 'right', rank: 4, cell: ({ file }) => String(file.ports) },
  {
    heading: 'unread',
    align: 'right',
    rank: 2,
    cell: ({ file }) => String(file.unread),
    look: ({ file }) => (file.unread > 0 ? 'yellow' : undefined),
  },
  { heading: 'ring', align: 'right', rank: 7, cell: ({ file }) => String(file.ringSize) },
  {
    heading: 'overflow',
    align: 'left',
    rank: 3,
    cell: ({ file }) => (file.overflow ? 'yes' : 'no'),
    look: ({ file }) => (file.overflow ? 'alarm' : undefined),
  },
  { heading: 'reading', align: 'right', rank: 5, cell: ({ file }) => String(file.readers) },
  { heading: 'polled', align: 'left', rank: 6, cell: ({ file }) => (file.polled ? 'yes' : 'no') },
  {
    heading: 'restricted',
    align: 'right',
    rank: 11,
    cell: ({ file }) => (file.restrictedTo === undefined ? NONE : String(file.restrictedTo)),
  },
  {
    heading: 'opened',
    align: 'right',
    rank: 10,
    cell: ({ file, now }) => agoText(file.openedAt, now),
  },
  {
    heading: 'last read',
    align: 'right',
    rank: 8,
    cell: ({ file, now }) => agoText(file.lastReadAt, now),
  },
  {
    heading: 'last write',
    align: 'right',
    rank: 9,
    cell: ({ file, now }) => agoText(file.lastWriteAt, now),
  },
];
