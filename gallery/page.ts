import type { ServedRow } from '../bench/gallery/served.js';
import {
  type Markers,
  markersOf,
  replaceFigures,
  tableMarkdown,
} from '../bench/report/markdown.js';
import type { Effort } from './effort.js';
import type { Figures } from './measure.js';
import { labTable, servedTable } from './tables.js';

/** What writes the table of the programs in TypeScript, and their sequences. */
const COMMAND = 'npm run gallery';
/** What writes the table of those in C. */
const SERVED_COMMAND = 'npm run gallery -- --served';

function sequenceMarkers(name: string): Markers {
  return {
    begin: `<!-- sequence of ${name}: written by ${COMMAND} -->`,
    end: `<!-- end of the sequence of ${name} -->`,
  };
}

/** A link to the section of that heading. */
function linkTo(heading: string): string {
  const anchor = heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
  return `[${heading}](#${anchor})`;
}

/** docs/gallery.md with these figures. @throws Error if the page has no place for them */
export function pageWith(page: string, figures: readonly Figures[], effort: Effort): string {
  const table = labTable(figures, effort);
  const rows = table.rows.map(([title, ...cells]) => [linkTo(title!), ...cells]);
  let text = replaceFigures(page, markersOf(COMMAND), tableMarkdown({ ...table, rows }));
  for (const { name, sequence } of figures) {
    text = replaceFigures(text, sequenceMarkers(name), `\`\`\`\n${sequence}\n\`\`\``);
  }
  return text;
}

/** docs/gallery.md with these rows of the programs in C. @throws Error if the page has no place for them */
export function pageWithServed(page: string, rows: readonly ServedRow[]): string {
  const table = servedTable(rows);
  const code = table.rows.map(([bug, spec, ...cells]) => [bug!, `\`${spec}\``, ...cells]);
  return replaceFigures(page, markersOf(SERVED_COMMAND), tableMarkdown({ ...table, rows: code }));
}
