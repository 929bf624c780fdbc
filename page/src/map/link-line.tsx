import type { JSX } from 'preact';
import type { PlacedLink } from './map-layout.js';

/** How wide a line with so many events per second is, in pixels: one and a half more for each tenfold. */
export function linkWidth(events: number): number {
  return 1.5 + 1.5 * Math.log10(1 + events);
}

/** The line of all channels between two domains. */
export function LinkLine({
  placed: { link, path },
  open,
}: {
  readonly placed: PlacedLink;
  readonly open: boolean;
}): JSX.Element {
  const classes = ['link'];
  if (link.unbound === link.channels.length) classes.push('is-unbound');
  if (link.events > 0) classes.push('is-busy');
  if (link.stuck > 0) classes.push('is-stuck');
  if (open) classes.push('is-open');
  const width = linkWidth(link.events);
  return (
    <>
      {/* Keeps lines apart that cross, or run beside one another. */}
      <path class="link-edge" d={path} stroke-width={width + 2.5} />
      <path class={classes.join(' ')} d={path} stroke-width={width} />
    </>
  );
}
