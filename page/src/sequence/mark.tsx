import type { JSX } from 'preact';
import type { MarkShape } from './row-shape.js';

/** Outlines in a square from -6 to 6. Each kind differs from all others without its colour. */
const OUTLINES: Readonly<Record<MarkShape, string>> = {
  pending: 'M0-3.5a3.5 3.5 0 1 0 .01 0z',
  masked: 'M0-5a5 5 0 1 0 .01 0zM-5 0H5',
  queued: 'M0-5a5 5 0 1 0 .01 0z',
  merged: 'M-2.5-4a4 4 0 1 0 .01 0zM2.5-4a4 4 0 1 0 .01 0z',
  overflow: 'M-5-5L5 5M5-5L-5 5',
  read: 'M-5.5-4.5H5.5L0 5.5z',
  enabled: 'M0-5.5L5.5 0L0 5.5L-5.5 0z',
  deferred: 'M-4.5-5.5H4.5L-4.5 5.5H4.5z',
  unmasked: 'M-5.5 .5L-1.5 4.5L5.5-4.5',
  dropped: 'M0-5.5a5.5 5.5 0 1 0 .01 0zM-4 4L4-4',
  closed: 'M-5-5H5V5H-5zM-5-5L5 5M5-5L-5 5',
  handled: 'M0-3.5a3.5 3.5 0 1 0 .01 0z',
  'domain-create': 'M0-6V6M-6 0H6',
  'domain-destroy': 'M-6-6L6 6M6-6L-6 6M-6-6H6M-6 6H6',
  open: 'M-6-4H6M0-4V5',
  release: 'M-6 4H6M0-5V4',
  bind: 'M-5-5H5V5H-5zM-1.5 0H1.5',
  'channel-close': 'M-5-5H5V5H-5zM-5 5L5-5',
  'virq-lost': 'M1-6L-4 1H4L-1 6',
  'ring-reset': 'M4-4A5.5 5.5 0 1 0 5.5 1M4.5-6.5V-3.5H1.5',
  missing: 'M-6 2C-4-4-2-4 0 0S4 4 6-2',
};

/** A mark of the diagram, around the origin. Its class gives it its colour, and says whether it is filled. */
export function Mark(props: {
  readonly shape: MarkShape;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}): JSX.Element {
  const { shape, x, y, scale } = props;
  const transform = `translate(${x} ${y})${scale === 1 ? '' : ` scale(${scale})`}`;
  return <path class={`mark kind-${shape}`} d={OUTLINES[shape]} transform={transform} />;
}
