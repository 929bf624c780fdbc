import { markersOf, replaceFigures, tableMarkdown } from '../bench/report/markdown.js';
import type { Effort } from './effort.js';
import type { Figures } from './measure.js';
import { labTable } from './tables.js';

/** What writes the table of the programs in TypeScript. */
const COMMAND = 'npm run gallery';

/** docs/gallery.md with these figures. @throws Error if the page has no place for them */
export function pageWith(page: string, figures: readonly Figures[], effort: Effort): string {
  return replaceFigures(page, markersOf(COMMAND), tableMarkdown(labTable(figures, effort)));
}
