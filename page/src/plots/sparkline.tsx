import type { JSX } from 'preact';
import './sparkline.css';
import { sparkPath } from './spark-path.js';

/** A small line over time. */
export function Sparkline({
  values,
  label,
}: {
  readonly values: readonly number[];
  /** Says in words what the line shows. */
  readonly label: string;
}): JSX.Element {
  return (
    <svg
      class="sparkline"
      viewBox="0 0 240 44"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path class="sparkline-ground" d="M0 43.5H240" />
      <path class="sparkline-line" d={sparkPath(values, 240, 43)} />
    </svg>
  );
}
