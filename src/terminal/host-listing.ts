import type { DomainSnapshot, HostSnapshot } from '../snapshot/host-snapshot.js';
import { CHANNEL_COLUMNS } from './channel-columns.js';
import { type ChannelRow, channelRows } from './channel-row.js';
import { countText } from './count-text.js';
import { FILE_COLUMNS, fileRows } from './file-columns.js';
import { type StuckPort, stuckByDomain } from './stuck-ports.js';
import type { Paint } from './style.js';
import { type Column, columnWidths, headingLine, layOut, rowLine } from './table.js';
import { cutToWidth } from './text-width.js';
import { wrap } from './wrap.js';

/** What of a host is listed, and where. */
export interface ListingOptions {
  /** Open files too. */
  readonly files: boolean;
  readonly stuck: readonly StuckPort[];
  /** Columns of the terminal; undefined: lines are as long as need be. */
  readonly width: number | undefined;
  readonly paint: Paint;
  /** What follows `xen-evtchn why PORT --domain N` so that it is about this host. */
  readonly whyOptions: string;
}

/** What a domain is, in a line. */
function domainLine(domain: DomainSnapshot): string {
  const { domid, abi, kernel, vcpus, upcallMasked, paused, files, channels } = domain;
  return [
    `domain ${domid}: ${countText(channels.length, 'port')} in use`,
    countText(files.length, 'open file'),
    abi,
    countText(vcpus, 'vCPU'),
    ...(kernel ? [] : ['no kernel']),
    ...(paused ? ['paused'] : []),
    ...(upcallMasked.length === 0 ? [] : [`no upcalls on vCPU ${upcallMasked.join(', ')}`]),
  ].join(', ');
}

/** A table, and what there was no room for. */
class Listed<Row> {
  readonly #columns: readonly Column<Row>[];
  readonly #layout;
  readonly #options: ListingOptions;
  readonly leftOut: readonly string[];

  constructor(columns: readonly Column<Row>[], rows: Iterable<Row>, options: ListingOptions) {
    this.#columns = columns;
    this.#layout = layOut(columns, columnWidths(columns, rows), options.width);
    this.#options = options;
    this.leftOut = this.#layout.leftOut;
  }

  *lines(rows: readonly Row[], isStuck: (row: Row) => boolean): Generator<string> {
    if (rows.length === 0 || this.#columns.length === 0) return;
    const { paint } = this.#options;
    yield headingLine(this.#layout, paint);
    for (const row of rows) {
      yield rowLine(this.#layout, row, paint, isStuck(row) ? 'alarm' : undefined);
    }
  }
}

const NO_PORTS: ReadonlySet<number> = new Set();

/**
 * The lines of a listing: a table of channels for each domain, then what there was no room for, and how many ports are
 * stuck. All tables have the same columns. Made one by one, so that a long listing begins at once and ends when nobody reads
 * on.
 */
export function* hostListing(
  snapshot: HostSnapshot,
  options: ListingOptions,
): Generator<string, void> {
  const { width, paint, stuck } = options;
  const note = (text: string): string => (width === undefined ? text : cutToWidth(text, width));
  const stuckPorts = stuckByDomain(stuck);
  const domains = snapshot.domains.map((domain) => ({
    domain,
    rows: channelRows(domain, snapshot.time, stuckPorts.get(domain.domid) ?? NO_PORTS),
    files: options.files ? fileRows(domain, snapshot.time) : [],
  }));
  const channels = new Listed(CHANNEL_COLUMNS, each(domains.map(({ rows }) => rows)), options);
  const files = new Listed(FILE_COLUMNS, each(domains.map(({ files }) => files)), options);
  let first = true;
  for (const { domain, rows, files: open } of domains) {
    if (!first) yield '';
    first = false;
    yield paint('bold', note(domainLine(domain)));
    yield* channels.lines(rows, ({ stuck }: ChannelRow) => stuck);
    if (open.length === 0) continue;
    if (rows.length > 0) yield '';
    yield* files.lines(open, () => false);
  }
  if (domains.length === 0) yield 'this host has no domains';
  const leftOut = [
    ...(domains.some(({ rows }) => rows.length > 0) ? channels.leftOut : []),
    ...(domains.some(({ files }) => files.length > 0) ? files.leftOut : []),
  ];
  if (leftOut.length > 0) {
    yield '';
    yield* wrap(
      `no room for: ${[...new Set(leftOut)].join(', ')}`,
      width ?? Number.POSITIVE_INFINITY,
    );
  }
  if (stuck.length > 0) yield* stuckLines(stuck, options);
}

function* each<Row>(lists: readonly (readonly Row[])[]): Generator<Row> {
  for (const list of lists) yield* list;
}

function* stuckLines(
  stuck: readonly StuckPort[],
  { width, paint, whyOptions }: ListingOptions,
): Generator<string> {
  const [first] = stuck;
  const are = stuck.length === 1 ? 'is' : 'are';
  const why = `xen-evtchn why ${first!.port} --domain ${first!.domid}${whyOptions}`;
  yield '';
  const text = `${countText(stuck.length, 'port')} ${are} stuck: ${why}`;
  for (const line of wrap(text, width ?? Number.POSITIVE_INFINITY)) yield paint('alarm', line);
}
