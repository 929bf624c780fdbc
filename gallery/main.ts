// npm run gallery: finds the bugs of the broken programs, and nothing in the corrected ones, and writes the table of
// docs/gallery.md. The table goes to stdout, progress to stderr.
import { readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../bench/arguments.js';
import { tableText } from '../bench/report/text.js';
import { projectFile } from '../bench/results-file.js';
import { FULL, QUICK } from './effort.js';
import { EXHIBITS } from './exhibits.js';
import { ExhibitError, type Figures, measure } from './measure.js';
import { type Options, parseOptions, USAGE } from './options.js';
import { pageWith } from './page.js';
import { labTable } from './tables.js';

const PAGE = 'docs/gallery.md';

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(USAGE);
  else await gallery(options);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof ExhibitError)) throw error;
  process.stderr.write(`gallery: ${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function gallery({ only, json, check }: Options): Promise<void> {
  const figures: Figures[] = [];
  for (const exhibit of EXHIBITS) {
    if (only.length > 0 && !only.includes(exhibit.name)) continue;
    process.stderr.write(`gallery: ${exhibit.name}\n`);
    figures.push(await measure(exhibit, check ? QUICK : FULL));
  }
  if (json) process.stdout.write(`${JSON.stringify(figures, null, 1)}\n`);
  else process.stdout.write(tableText(labTable(figures, FULL)));
  if (only.length > 0) return;
  const file = projectFile(PAGE);
  const before = readFileSync(file, 'utf8');
  const after = pageWith(before, figures, FULL);
  if (!check) {
    writeFileSync(file, after);
    process.stderr.write(`gallery: wrote ${PAGE}\n`);
  } else if (after !== before) {
    throw new ExhibitError(`${PAGE} is not what comes out: npm run gallery writes it`);
  }
}
