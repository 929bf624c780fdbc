import {
  type Markers,
  markersOf,
  replaceFigures,
  tableMarkdown,
} from '../bench/report/markdown.js';
import type { Effort } from './effort.js';
import type { Figures } from './measure.js';
import { labTable } from './tables.js';

/** What writes the table of the programs in TypeScript, and their sequences. */
const COMMAND = 'npm run gallery';

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
