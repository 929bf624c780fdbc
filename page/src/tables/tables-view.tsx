import type { ComponentType, JSX } from 'preact';
import { useCallback, useId, useMemo, useState } from 'preact/hooks';
import { stuckPorts } from 'xen-evtchn/embedded';
import { CommandOutcome } from '../controls/command-outcome.js';
import { canNotify, notify } from '../controls/notify.js';
import { useCommand } from '../controls/use-command.js';
import { cellKey } from '../map/map-layout.js';
import { whenChanged } from '../model/when-changed.js';
import type { ViewProps } from '../view.js';
import { type ChannelRow, channelRows } from './channel-row.js';
import { CHANNEL_COLUMNS, type ColumnContext } from './column.js';
import { countText } from './figure-text.js';
import { FILE_COLUMNS, type FileRow, fileRows } from './file-columns.js';
import { filterRows, type Sorting, sortRows } from './row-order.js';
import { RowTable } from './row-table.js';
import '../map/condition.css';
import './tables-view.css';

const BY_DOMAIN: Sorting = { column: 'domain', descending: false };

/** Channels, or open files, in a table. */
export const TablesView: ComponentType<ViewProps> = whenChanged(HostTables);

function HostTables(props: ViewProps): JSX.Element {
  const { snapshot, model } = props;
  const [about, setAbout] = useState<'channels' | 'files'>('channels');
  const [domid, setDomid] = useState<number>();
  const [filter, setFilter] = useState('');
  const fields = useId();
  // A domain that is gone is not looked at any more.
  const chosen = snapshot.domains.some((domain) => domain.domid === domid) ? domid : undefined;
  const seen = useMemo(
    () =>
      chosen === undefined
        ? snapshot.domains
        : snapshot.domains.filter((domain) => domain.domid === chosen),
    [snapshot, chosen],
  );
  const context = useMemo(
    (): ColumnContext => ({
      now: snapshot.time,
      rate: (one, port) => model.figures.rates.channel(one, port),
    }),
    [snapshot, model],
  );
  const part = { ...props, domains: seen, filter, context };
  return (
    <div class="tables">
      <div class="tables-tools">
        <fieldset class="tables-about">
          <legend class="sr-only">Rows</legend>
          {(['channels', 'files'] as const).map((one) => (
            <label key={one}>
              <input
                type="radio"
                name={`${fields}-about`}
                checked={about === one}
                onChange={() => setAbout(one)}
              />
              {one === 'channels' ? 'Channels' : 'Open files'}
            </label>
          ))}
        </fieldset>
        <label>
          Domain{' '}
          <select
            value={chosen === undefined ? '' : String(chosen)}
            onChange={({ currentTarget: { value } }) =>
              setDomid(value === '' ? undefined : Number(value))
            }
          >
            <option value="">all</option>
            {snapshot.domains.map((domain) => (
              <option key={domain.domid} value={String(domain.domid)}>
                d{domain.domid}
              </option>
            ))}
          </select>
        </label>
        <label class="tables-filter">
          Filter{' '}
          <input
            type="search"
            value={filter}
            placeholder={about === 'channels' ? 'stuck, port:14, virq …' : 'qemu, file:3 …'}
            spellcheck={false}
            onInput={({ currentTarget: { value } }) => setFilter(value)}
          />
        </label>
      </div>
      {about === 'channels' ? <Channels {...part} /> : <Files {...part} />}
    </div>
  );
}

/** What both tables are given. */
interface PartProps extends ViewProps {
  readonly domains: ViewProps['snapshot']['domains'];
  readonly filter: string;
  readonly context: ColumnContext;
}

const channelKey = ({ domain, channel }: ChannelRow): string => cellKey(domain.domid, channel.port);
const channelClass = ({ stuck }: ChannelRow): string => (stuck ? 'is-stuck' : '');

function Channels(props: PartProps): JSX.Element {
  const { snapshot, domains, filter, context, control, selection, select } = props;
  const [sorting, setSorting] = useState(BY_DOMAIN);
  const command = useCommand();
  const all = useMemo(() => {
    const stuck = new Set(stuckPorts(snapshot).map(({ domid, port }) => cellKey(domid, port)));
    return channelRows({ ...snapshot, domains }, (domid, port) => stuck.has(cellKey(domid, port)));
  }, [snapshot, domains]);
  const rows = useMemo(() => {
    const found = filterRows(all, CHANNEL_COLUMNS, filter, context);
    return sortRows(found, CHANNEL_COLUMNS, sorting, context);
  }, [all, filter, sorting, context]);
  const choose = useCallback(
    ({ domain, channel }: ChannelRow) =>
      select({ kind: 'channel', domid: domain.domid, port: channel.port }),
    [select],
  );
  return (
    <>
      <div class="tables-status">
        <Count shown={rows.length} all={all.length} what="channels" />
        <CommandOutcome command={command} />
      </div>
      <RowTable<ChannelRow>
        label="Channels"
        columns={CHANNEL_COLUMNS}
        empty={all.length === 0 ? 'There are no channels.' : 'No channel matches the filter.'}
        rowKey={channelKey}
        rowClass={channelClass}
        sort={setSorting}
        selected={
          selection?.kind === 'channel' ? cellKey(selection.domid, selection.port) : undefined
        }
        action={
          control &&
          (({ domain, channel }) =>
            canNotify(channel) && (
              <button
                type="button"
                class="tables-notify"
                tabIndex={-1}
                disabled={command.busy}
                aria-label={`Notify d${domain.domid}:${channel.port}`}
                onClick={(event) => {
                  event.stopPropagation();
                  notify(command, control, domain.domid, channel);
                }}
              >
                notify
              </button>
            ))
        }
        {...{ rows, context, sorting, choose }}
      />
    </>
  );
}

const fileKey = ({ domain, file }: FileRow): string => `${domain.domid}:${file.file}`;
const fileClass = ({ file }: FileRow): string => (file.overflow ? 'is-stuck' : '');

function Files(props: PartProps): JSX.Element {
  const { snapshot, domains, filter, context, selection, select } = props;
  const [sorting, setSorting] = useState(BY_DOMAIN);
  const all = useMemo(() => fileRows({ ...snapshot, domains }), [snapshot, domains]);
  const rows = useMemo(() => {
    const found = filterRows(all, FILE_COLUMNS, filter, context);
    return sortRows(found, FILE_COLUMNS, sorting, context);
  }, [all, filter, sorting, context]);
  const choose = useCallback(
    ({ domain, file }: FileRow) => select({ kind: 'file', domid: domain.domid, file: file.file }),
    [select],
  );
  return (
    <>
      <div class="tables-status">
        <Count shown={rows.length} all={all.length} what="open files" />
      </div>
      <RowTable<FileRow>
        label="Open files"
        columns={FILE_COLUMNS}
        empty={all.length === 0 ? 'No file of the device is open.' : 'No file matches the filter.'}
        rowKey={fileKey}
        rowClass={fileClass}
        sort={setSorting}
        selected={selection?.kind === 'file' ? `${selection.domid}:${selection.file}` : undefined}
        {...{ rows, context, sorting, choose }}
      />
    </>
  );
}

/** How many rows there are, also for who does not see the table get shorter. */
function Count({
  shown,
  all,
  what,
}: {
  readonly shown: number;
  readonly all: number;
  readonly what: string;
}): JSX.Element {
  return (
    <p class="tables-count" role="status">
      {shown === all
        ? `${countText(all)} ${what}`
        : `${countText(shown)} of ${countText(all)} ${what}`}
    </p>
  );
}
