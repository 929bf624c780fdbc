import type { JSX } from 'preact';
import type { PlacedLink } from './map-layout.js';

/** How wide a line with so many events per second is, in pixels: a pixel more for each tripling. */
export function linkWidth(events: number): number {
  return Math.min(13, 1.5 + Math.log(1 + events) / Math.log(3));
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
  return <path class={classes.join(' ')} d={path} stroke-width={linkWidth(link.events)} />;
}
