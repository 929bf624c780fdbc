import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { rateText } from '../tables/figure-text.js';
import { endsWords, linkWords } from './channel-words.js';
import { CONDITION_WORDS } from './condition.js';
import { Glyph } from './glyph.js';
import type { LinkChannel, MapLink } from './host-map.js';
import { cellKey } from './map-layout.js';

/** Channels that are listed; the table has all. */
const LISTED = 60;

/** The channels of an open link, one by one: stuck ones first, then the busiest. */
export function LinkPanel({
  link,
  selected,
  choose,
  close,
}: {
  readonly link: MapLink;
  /** The selected channel, as `cellKey` has it. */
  readonly selected: string | undefined;
  readonly choose: (key: string) => void;
  readonly close: () => void;
}): JSX.Element {
  const panel = useRef<HTMLElement>(null);
  const { key } = link;
  // Shown to the reader for each link anew.
  useEffect(() => panel.current?.scrollIntoView({ block: 'nearest' }), [key]);
  const listed = link.channels
    .toSorted((a, b) => Number(isStuck(b)) - Number(isStuck(a)) || b.events - a.events)
    .slice(0, LISTED);
  const left = link.channels.length - listed.length;
  return (
    <section class="link-panel" aria-label="Channels of the open link" ref={panel}>
      <header>
        <h3>{linkWords(link)}</h3>
        <button type="button" onClick={close}>
          Close
        </button>
      </header>
      <ul>
        {listed.map((channel) => {
          const end = channel.ends.find((one) => one.stuck) ?? channel.ends[0]!;
          const id = cellKey(end.domain.domid, end.channel.port);
          return (
            <li key={endsWords(channel)}>
              <button type="button" aria-pressed={id === selected} onClick={() => choose(id)}>
                {channel.ends.map((one) => (
                  <svg
                    key={one.domain.domid}
                    width={18}
                    height={18}
                    viewBox="-9 -9 18 18"
                    role="img"
                    aria-label={CONDITION_WORDS[one.condition]}
                  >
                    <Glyph
                      state={one.channel.state}
                      condition={one.condition}
                      pending={one.channel.pending}
                      stuck={one.stuck}
                      size={10}
                    />
                  </svg>
                ))}
                <span>{endsWords(channel)}</span>
                <span class="link-panel-rate">{rateText(channel.events)}/s</span>
              </button>
            </li>
          );
        })}
      </ul>
      {left > 0 && <p>{left} more; the table has them all.</p>}
    </section>
  );
}

function isStuck({ ends }: LinkChannel): boolean {
  return ends.some((end) => end.stuck);
}
