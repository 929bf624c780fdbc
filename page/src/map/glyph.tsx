import { Component, type JSX } from 'preact';
import type { ChannelSnapshot } from 'xen-evtchn/embedded';
import type { Condition } from './condition.js';
import type { Point } from './domain-layout.js';

/** What the mark of a channel shows. */
export interface GlyphProps {
  /** Its shape. */
  readonly state: ChannelSnapshot['state'];
  /** Its colour, and the sign on it. */
  readonly condition: Condition;
  /** An event is pending in Xen; has a dot at its corner, where the condition is another. */
  readonly pending: boolean;
  readonly stuck: boolean;
  /** Its width in pixels. */
  readonly size: number;
}

/** The mark of a channel, about its middle, to be put into an `svg` or `g`. */
export function Glyph({ state, condition, pending, stuck, size }: GlyphProps): JSX.Element {
  const half = size / 2;
  const sign = signPath(condition, half * 0.5);
  return (
    <>
      {stuck && <circle class="glyph-ring" r={half + 3.5} />}
      <path class={`glyph glyph-${state} is-${condition}`} d={shapePath(state, half)} />
      {sign !== '' && <path class={`glyph-sign is-${condition}`} d={sign} />}
      {pending && condition !== 'pending' && (
        <circle
          class="glyph-pending"
          cx={half - 0.5}
          cy={0.5 - half}
          r={Math.max(1.8, half * 0.4)}
        />
      )}
    </>
  );
}

/** A mark on the map. */
export interface CellProps extends GlyphProps {
  /** As `cellKey` has it. */
  readonly id: string;
  readonly at: Point;
  /** What it says to who does not see it. */
  readonly label: string;
  readonly selected: boolean;
  /** The Tab key comes here. */
  readonly tabbable: boolean;
}

/** A channel on the map. Drawn again only when something of it changed: there are thousands. */
export class Cell extends Component<CellProps> {
  override shouldComponentUpdate(next: CellProps): boolean {
    const { at, ...props } = this.props;
    if (at.x !== next.at.x || at.y !== next.at.y) return true;
    return Object.entries(props).some(([name, value]) => value !== next[name as keyof CellProps]);
  }

  override render(): JSX.Element {
    const { id, at, label, selected, tabbable, ...glyph } = this.props;
    return (
      // biome-ignore lint/a11y/useSemanticElements: there are no buttons in SVG
      <g
        class={selected ? 'cell is-selected' : 'cell'}
        transform={`translate(${at.x} ${at.y})`}
        role="button"
        tabindex={tabbable ? 0 : -1}
        aria-label={label}
        aria-pressed={selected}
        data-cell={id}
      >
        <circle class="cell-focus" r={glyph.size / 2 + 3} />
        <Glyph {...glyph} />
      </g>
    );
  }
}

/** The outline that stands for what a channel is bound to. */
function shapePath(state: ChannelSnapshot['state'], half: number): string {
  const whole = 2 * half;
  if (state === 'virq')
    return `M0 ${-half - 0.5}L${half + 0.5} 0L0 ${half + 0.5}L${-half - 0.5} 0Z`;
  if (state === 'ipi') return `M0 ${-half}L${half} ${half - 0.5}H${-half}Z`;
  if (state === 'pirq')
    return `M${-half} 0a${half} ${half} 0 1 0 ${whole} 0a${half} ${half} 0 1 0 ${-whole} 0Z`;
  return `M${-half} ${-half}h${whole}v${whole}h${-whole}Z`;
}

/** The sign for a condition: two bars wait for their unmask, the hands of a clock for a time, a stroke is a mask. */
function signPath(condition: Condition, reach: number): string {
  const both = 2 * reach;
  switch (condition) {
    case 'read':
      return `M${-reach * 0.6} ${-reach}v${both}M${reach * 0.6} ${-reach}v${both}`;
    case 'deferred':
      return `M0 ${-reach}V0H${reach}`;
    case 'masked':
      return `M${-reach} ${reach}L${reach} ${-reach}`;
    case 'overflow':
      return `M${-reach} ${-reach}L${reach} ${reach}M${-reach} ${reach}L${reach} ${-reach}`;
    case 'pending':
      return `M0 ${-reach * 0.2}v${reach * 0.4}`;
    case 'queued':
    case 'ready':
      return '';
  }
}
