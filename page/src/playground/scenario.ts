import type { World } from './world.js';

/** Something that happens on a host, to be watched. */
export interface Scenario {
  /** For the page's address. */
  readonly id: string;
  readonly title: string;
  /** What happens, and what can be seen of it: a paragraph each. */
  readonly story: readonly string[];
  /** Events of a tenth of a second that are shown whole; as many as elsewhere unless given. */
  readonly eventsPerBatch?: number;
  /** Sets the programs up, in a world in which nothing has happened yet. */
  readonly begin: (world: World) => void;
}
