import type { JSX } from 'preact';
import type { ChannelSnapshot } from 'xen-evtchn/embedded';
import { CONDITION_WORDS, type Condition } from './condition.js';
import { Glyph } from './glyph.js';

const STATES: readonly (readonly [ChannelSnapshot['state'], string])[] = [
  ['interdomain', 'interdomain'],
  ['unbound', 'unbound'],
  ['virq', 'VIRQ'],
  ['ipi', 'IPI'],
  ['pirq', 'physical IRQ'],
];

/** What shapes, colours and signs of the map mean. */
export function Legend(): JSX.Element {
  return (
    <section class="map-legend" aria-label="What the marks mean">
      {STATES.map(([state, words]) => (
        <Entry key={state} words={words} state={state} condition="ready" />
      ))}
      {(Object.keys(CONDITION_WORDS) as Condition[]).map((condition) => (
        <Entry
          key={condition}
          words={CONDITION_WORDS[condition]}
          state="interdomain"
          condition={condition}
        />
      ))}
      <Entry words="and pending in Xen" state="interdomain" condition="read" pending />
      <Entry words="stuck" state="interdomain" condition="read" stuck />
      <span class="map-legend-entry">
        <svg width={34} height={18} aria-hidden="true">
          <path class="link is-busy" d="M1 9H10" stroke-width={1.5} />
          <path class="link is-busy" d="M12 9H21" stroke-width={5} />
          <path class="link is-busy" d="M23 9H32" stroke-width={8} />
        </svg>
        more events a second
      </span>
    </section>
  );
}

function Entry({
  words,
  state,
  condition,
  pending = false,
  stuck = false,
}: {
  readonly words: string;
  readonly state: ChannelSnapshot['state'];
  readonly condition: Condition;
  readonly pending?: boolean;
  readonly stuck?: boolean;
}): JSX.Element {
  return (
    <span class="map-legend-entry">
      <svg width={20} height={20} viewBox="-10 -10 20 20" aria-hidden="true">
        <Glyph {...{ state, condition, pending, stuck }} size={11} />
      </svg>
      {words}
    </span>
  );
}
