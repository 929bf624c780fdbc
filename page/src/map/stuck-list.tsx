import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { StuckPort } from 'xen-evtchn/embedded';
import type { Selection } from '../view.js';
import './stuck-list.css';

/** Sentences that are shown before one asks for all. */
const SHOWN = 3;

/** Which ports are stuck, and why, in a sentence each. Nothing while none is. */
export function StuckList({
  stuck,
  selection,
  select,
}: {
  readonly stuck: readonly StuckPort[];
  readonly selection: Selection | undefined;
  readonly select: (selection: Selection) => void;
}): JSX.Element {
  const [all, setAll] = useState(false);
  const heading = useId();
  const shown = all ? stuck : stuck.slice(0, SHOWN);
  const isSelected = ({ domid, port }: StuckPort) =>
    selection?.kind === 'channel' && selection.domid === domid && selection.port === port;
  return (
    <section class="stuck" aria-labelledby={heading} data-empty={stuck.length === 0}>
      <div role="status">
        <h3 id={heading}>{stuck.length === 0 ? 'No port is stuck' : countWords(stuck.length)}</h3>
      </div>
      {stuck.length > 0 && (
        <ul>
          {shown.map((one) => (
            <li key={`${one.domid}:${one.port}`}>
              <button
                type="button"
                aria-pressed={isSelected(one)}
                onClick={() => select({ kind: 'channel', domid: one.domid, port: one.port })}
              >
                <span class="stuck-port">
                  d{one.domid}:{one.port}
                </span>{' '}
                {one.sentence}
              </button>
            </li>
          ))}
        </ul>
      )}
      {stuck.length > SHOWN && (
        <button type="button" class="stuck-more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${stuck.length}`}
        </button>
      )}
    </section>
  );
}

function countWords(count: number): string {
  return count === 1 ? '1 stuck port' : `${count} stuck ports`;
}
