import type { JSX } from 'preact';
import type { Rate } from '../model/rates.js';
import { type ChannelRow, ownerText, peerText } from '../tables/channel-row.js';
import { agoText, rateText } from '../tables/figure-text.js';
import { CONDITION_WORDS } from './condition.js';
import type { Point } from './domain-layout.js';

/** What the pointer or the focus is on. */
export interface Pointed {
  /** As `cellKey` has it. */
  readonly key: string;
  readonly at: Point;
}

const WIDTH = 230;

/** What there is to know of a channel at a glance, next to its mark. The mark's label says the same. */
export function Tooltip({
  row,
  rate,
  now,
  at,
  bounds,
}: {
  readonly row: ChannelRow;
  readonly rate: Rate | undefined;
  readonly now: number;
  readonly at: Point;
  readonly bounds: { readonly width: number; readonly height: number };
}): JSX.Element {
  const { domain, channel, condition, stuck } = row;
  const left = Math.max(4, Math.min(at.x + 12, bounds.width - WIDTH - 4));
  const low = at.y > bounds.height - 110;
  const lines: (readonly [string, string])[] = [
    ['bound as', `${channel.state} ${peerText(channel)}`],
    ['held by', ownerText(row)],
    ['events', rate === undefined ? '' : `${rateText(rate.events)} a second`],
    [
      'last event',
      channel.lastEventAt === undefined ? '' : `${agoText(now, channel.lastEventAt)} ago`,
    ],
  ];
  return (
    <div
      class="map-tooltip"
      aria-hidden="true"
      style={{
        left: `${left}px`,
        width: `${WIDTH}px`,
        ...(low ? { bottom: `${bounds.height - at.y + 12}px` } : { top: `${at.y + 12}px` }),
      }}
    >
      <strong>
        d{domain.domid}:{channel.port}
      </strong>{' '}
      <span class={`map-tooltip-condition is-${condition}`}>{CONDITION_WORDS[condition]}</span>
      {stuck && <span class="map-tooltip-stuck"> stuck</span>}
      <dl>
        {lines
          .filter(([, text]) => text.trim() !== '')
          .map(([term, text]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{text}</dd>
            </div>
          ))}
      </dl>
    </div>
  );
}
