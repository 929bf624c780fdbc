import type { World } from './world.js';

/** Something that happens on a host, to be watched. */
export interface Scenario {
  /** For the page's address. */
  readonly id: string;
  readonly title: string;
  /** What happens, and what can be seen of it: a paragraph each. */
  readonly story: readonly string[];
  /** Sets the programs up, in a world in which nothing has happened yet. */
  readonly begin: (world: World) => void;
}
