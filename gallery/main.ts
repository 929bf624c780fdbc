// npm run gallery: finds the bugs of the broken programs, and nothing in the corrected ones, and writes a table of
// docs/gallery.md. The table goes to stdout, progress to stderr.
import { readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../bench/arguments.js';
import { PAIRS } from '../bench/gallery/served/pair.js';
import { FULL_EFFORT, type ServedRow, servedRows } from '../bench/gallery/served.js';
import type { Table } from '../bench/report/report.js';
import { tableText } from '../bench/report/text.js';
import { projectFile } from '../bench/results-file.js';
import { FULL, QUICK } from './effort.js';
import { EXHIBITS } from './exhibits.js';
import { ExhibitError, type Figures, measure } from './measure.js';
import { type Options, parseOptions, USAGE } from './options.js';
import { pageWith, pageWithServed } from './page.js';
import { labTable, servedTable } from './tables.js';

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

async function gallery(options: Options): Promise<void> {
  if (options.served) await servedGallery(options);
  else await labGallery(options);
}

/** The programs in TypeScript. */
async function labGallery({ only, json, check }: Options): Promise<void> {
  const figures: Figures[] = [];
  for (const exhibit of EXHIBITS.filter(({ name }) => chosen(only, name))) {
    process.stderr.write(`gallery: ${exhibit.name}\n`);
    figures.push(await measure(exhibit, check ? QUICK : FULL));
  }
  print(json, figures, labTable(figures, FULL));
  if (only.length > 0) return;
  const before = readFileSync(projectFile(PAGE), 'utf8');
  const after = pageWith(before, figures, FULL);
  if (!check) write(after);
  else if (after !== before) {
    throw new ExhibitError(`${PAGE} is not what comes out: npm run gallery writes it`);
  }
}

/** The programs in C. */
async function servedGallery({ only, json }: Options): Promise<void> {
  const rows: ServedRow[] = [];
  for (const pair of PAIRS.filter(({ name }) => chosen(only, name))) {
    process.stderr.write(`gallery: ${pair.name}.c\n`);
    for await (const row of servedRows(FULL_EFFORT, [pair])) rows.push(row);
  }
  print(json, rows, servedTable(rows));
  if (only.length > 0) return;
  write(pageWithServed(readFileSync(projectFile(PAGE), 'utf8'), rows));
}

function chosen(only: readonly string[], name: string): boolean {
  return only.length === 0 || only.includes(name);
}

function print(json: boolean, figures: readonly object[], table: Table): void {
  process.stdout.write(json ? `${JSON.stringify(figures, null, 1)}\n` : tableText(table));
}

function write(page: string): void {
  writeFileSync(projectFile(PAGE), page);
  process.stderr.write(`gallery: wrote ${PAGE}\n`);
}
