import type { ComponentType, JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { stuckPorts } from 'xen-evtchn/embedded';
import { whenChanged } from '../model/when-changed.js';
import { useSize } from '../plots/use-size.js';
import type { ViewProps } from '../view.js';
import { channelWords, linkWords } from './channel-words.js';
import { DomainBox } from './domain-box.js';
import type { Point } from './domain-layout.js';
import { Cell } from './glyph.js';
import { type HostMap, hostMap, type LinkChannel } from './host-map.js';
import { Legend } from './legend.js';
import { LinkLine, linkWidth } from './link-line.js';
import { LinkPanel } from './link-panel.js';
import { cellKey, channelPath, layoutMap, type MapLayout, type PlacedLink } from './map-layout.js';
import { directionOf, neighbour } from './neighbour.js';
import { StuckList } from './stuck-list.js';
import { type Pointed, Tooltip } from './tooltip.js';
import './condition.css';
import './map.css';

/** More stuck ports than this do not pulse: it would not lead the eye anywhere. */
const PULSING = 20;

/** The domains of a host and the channels between them: what is bound to what, what waits where, and how busy it is. */
export const MapView: ComponentType<ViewProps> = whenChanged(HostMapView);

function HostMapView({ snapshot, model, selection, select }: ViewProps): JSX.Element {
  const frame = useRef<HTMLElement>(null);
  const { width } = useSize(frame);
  const [open, setOpen] = useState<string>();
  const [pointed, setPointed] = useState<Pointed>();
  const [entry, setEntry] = useState<string>();
  const stuck = useMemo(() => stuckPorts(snapshot), [snapshot]);
  const map = useMemo(() => {
    const stuckKeys = new Set(stuck.map(({ domid, port }) => cellKey(domid, port)));
    return hostMap(
      snapshot,
      (domid, port) => model.figures.rates.channel(domid, port),
      (domid, port) => stuckKeys.has(cellKey(domid, port)),
    );
  }, [snapshot, stuck, model]);
  const layout = useMemo(() => (width === 0 ? undefined : layoutMap(map, width)), [map, width]);
  const rows = useMemo(
    () => new Map(map.rows.map((row) => [cellKey(row.domain.domid, row.channel.port), row])),
    [map],
  );
  const openLink = map.links.find(({ key }) => key === open);
  const toggle = (key: string) => setOpen(open === key ? undefined : key);

  const selected =
    selection?.kind === 'channel' ? cellKey(selection.domid, selection.port) : undefined;
  const channelAt = (event: Event): string | undefined =>
    (event.target as Element).closest<SVGGElement>('[data-cell]')?.dataset.cell;
  const choose = (key: string) => {
    const row = rows.get(key);
    if (row === undefined) return;
    setEntry(key);
    select({ kind: 'channel', domid: row.domain.domid, port: row.channel.port });
  };
  const onClick = (event: MouseEvent) => {
    const key = channelAt(event);
    if (key !== undefined) choose(key);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const key = channelAt(event);
    if (key === undefined || layout === undefined) return;
    const direction = directionOf(event.key);
    const from = layout.cells.get(key);
    if (direction !== undefined && from !== undefined) {
      const next = neighbour(layout.cells, from, direction);
      if (next !== undefined) focusCell(frame.current!, next);
    } else if (event.key === 'Enter' || event.key === ' ') {
      choose(key);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onPoint = (event: Event) => {
    const key = channelAt(event);
    const at = key === undefined ? undefined : layout?.cells.get(key);
    if (key === undefined || at === undefined) return setPointed(undefined);
    if (event.type === 'focusin') setEntry(key);
    setPointed({ key, at });
  };
  const pointedRow = pointed && rows.get(pointed.key);
  const tabbable = firstTabbable(layout, [entry, selected]);

  return (
    <div class="map">
      <StuckList stuck={stuck} selection={selection} select={select} />
      {openLink !== undefined && (
        <LinkPanel
          link={openLink}
          selected={selected}
          choose={choose}
          close={() => setOpen(undefined)}
        />
      )}
      {/* The handlers are here: Chromium lets an svg have the focus that listens to it. */}
      {/* biome-ignore lint/a11y/useKeyWithMouseEvents: of the two pairs of focus events these bubble */}
      <section
        class="map-frame"
        ref={frame}
        aria-label="Map of domains and channels. Arrow keys go from channel to channel."
        onClick={onClick}
        onKeyDown={onKeyDown}
        onMouseOver={onPoint}
        onMouseLeave={() => setPointed(undefined)}
        onFocusIn={onPoint}
        onFocusOut={() => setPointed(undefined)}
      >
        {layout !== undefined && (
          <div class="map-sheet" style={{ width: `${layout.width}px` }}>
            {/* biome-ignore lint/a11y/noSvgWithoutTitle: what is in it has names of its own */}
            <svg width={layout.width} height={layout.height}>
              {layout.links.map((placed) => (
                <LinkLine key={placed.link.key} placed={placed} open={placed.link.key === open} />
              ))}
              {layout.domains.map((placed) => (
                <DomainBox
                  key={placed.map.domain.domid}
                  placed={placed}
                  hub={placed.map === map.hub}
                  selection={selection}
                  select={select}
                />
              ))}
              <g class="map-channels">
                {openLink?.channels.map((channel) => (
                  <path
                    key={`${channel.from.port}-${channel.to.port}`}
                    {...channelLine(layout, channel)}
                  />
                ))}
                {[selected, pointed?.key].map((key, index) => {
                  const channel = key === undefined ? undefined : channelOf(map, key);
                  return (
                    channel && (
                      <path
                        key={index === 0 ? 'selected' : 'pointed'}
                        {...channelLine(
                          layout,
                          channel,
                          index === 0 ? 'is-selected' : 'is-pointed',
                        )}
                      />
                    )
                  );
                })}
              </g>
              {layout.domains.map(({ map: { domain, groups } }) => (
                <g key={domain.domid}>
                  {groups.flatMap(({ cells }) =>
                    cells.map((row) => {
                      const id = cellKey(domain.domid, row.channel.port);
                      return (
                        <Cell
                          key={id}
                          id={id}
                          at={layout.cells.get(id)!}
                          state={row.channel.state}
                          condition={row.condition}
                          pending={row.channel.pending}
                          stuck={row.stuck}
                          size={layout.cell.size}
                          label={channelWords(row)}
                          selected={id === selected}
                          tabbable={id === tabbable}
                        />
                      );
                    }),
                  )}
                </g>
              ))}
              {layout.links.map((placed) => (
                <LinkCount
                  key={placed.link.key}
                  placed={placed}
                  open={placed.link.key === open}
                  toggle={toggle}
                />
              ))}
            </svg>
            {stuck.length <= PULSING &&
              stuck.map(({ domid, port }) => (
                <Pulse key={cellKey(domid, port)} at={layout.cells.get(cellKey(domid, port))} />
              ))}
            {pointed !== undefined && pointedRow !== undefined && (
              <Tooltip
                row={pointedRow}
                rate={model.figures.rates.channel(pointedRow.domain.domid, pointedRow.channel.port)}
                now={snapshot.time}
                at={pointed.at}
                bounds={layout}
              />
            )}
          </div>
        )}
      </section>
      <Legend />
    </div>
  );
}

/** What draws the eye to a stuck port. Not in the SVG, which would be painted anew for every frame of it. */
function Pulse({ at }: { readonly at: Point | undefined }): JSX.Element | null {
  return at === undefined ? null : (
    <span class="map-pulse" style={{ left: `${at.x}px`, top: `${at.y}px` }} />
  );
}

/** How many channels a link has: a button that opens it. */
function LinkCount({
  placed: { link, label },
  open,
  toggle,
}: {
  readonly placed: PlacedLink;
  readonly open: boolean;
  readonly toggle: (key: string) => void;
}): JSX.Element {
  const text = link.stuck > 0 ? `${link.channels.length} !` : String(link.channels.length);
  const width = 12 + text.length * 6.5;
  const words = linkWords(link);
  return (
    // biome-ignore lint/a11y/useSemanticElements: there are no buttons in SVG
    <g
      class={link.stuck > 0 ? 'link-count is-stuck' : 'link-count'}
      transform={`translate(${label.x} ${label.y})`}
      role="button"
      tabindex={0}
      aria-expanded={open}
      aria-label={words}
      onClick={() => toggle(link.key)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        toggle(link.key);
      }}
    >
      <title>{words}</title>
      <rect x={-width / 2} y={-9} width={width} height={18} rx={9} />
      <text y={4}>{text}</text>
    </g>
  );
}

/** How the line of one channel looks. */
function channelLine(
  layout: MapLayout,
  { from, to, ends, events }: LinkChannel,
  extra = '',
): { readonly class: string; readonly d: string; readonly 'stroke-width': number } {
  const unbound = from.port === undefined || to.port === undefined ? ' is-unbound' : '';
  const stuck = ends.some((end) => end.stuck) ? ' is-stuck' : '';
  return {
    class: `map-channel is-${ends[0]!.condition} ${extra}${unbound}${stuck}`,
    d: channelPath(layout, from, to),
    'stroke-width': Math.max(1, linkWidth(events) / 2),
  };
}

/** The channel that has an end there. */
function channelOf({ links }: HostMap, key: string): LinkChannel | undefined {
  for (const { channels } of links) {
    for (const channel of channels) {
      const { from, to } = channel;
      if (from.port !== undefined && cellKey(from.domid, from.port) === key) return channel;
      if (to.port !== undefined && cellKey(to.domid, to.port) === key) return channel;
    }
  }
  return undefined;
}

/** Where the Tab key enters the channels: the first of the wishes that is on the map, else the first channel. */
function firstTabbable(
  layout: MapLayout | undefined,
  wishes: readonly (string | undefined)[],
): string | undefined {
  if (layout === undefined) return undefined;
  const wish = wishes.find((key) => key !== undefined && layout.cells.has(key));
  return wish ?? layout.cells.keys().next().value;
}

function focusCell(frame: HTMLElement, key: string): void {
  frame.querySelector<SVGGElement>(`[data-cell="${key}"]`)?.focus();
}
