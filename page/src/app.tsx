import type { JSX } from 'preact';
import type { HostSource } from './source/host-source.js';

/** The page over one host, whatever stands behind it. */
export function App({ source }: { readonly source: HostSource }): JSX.Element {
  return <h1>{source.name}</h1>;
}
