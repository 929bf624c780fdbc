// npm run bench: measures the library and says which requirements it meets. Figures go to stdout, progress to stderr.
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { UsageError } from './arguments.js';
import { bindChart, cycleChart } from './charts.js';
import { type Effort, FULL, QUICK } from './effort.js';
import { GROUPS, type GroupName } from './groups/all.js';
import type { Group } from './groups/group.js';
import { type Machine, machineText, thisMachine } from './machine.js';
import { type Options, parseOptions, USAGE } from './options.js';
import { markersOf, replaceFigures, tableMarkdown, verdictsMarkdown } from './report/markdown.js';
import type { Report, Table, Verdict } from './report/report.js';
import { tableText, verdictsText } from './report/text.js';
import { openResults, projectFile } from './results-file.js';

/** What writes the figures of docs/performance.md. */
const COMMAND = 'npm run bench -- --charts';

/** Figures by benchmark; every round of them. */
type Figures = {
  [Name in GroupName]?: (typeof GROUPS)[Name] extends Group<infer Found> ? Found : never;
};

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(USAGE);
  else process.exitCode = await bench(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 2;
}

async function bench(options: Options): Promise<number> {
  const json = openResults(options.json, '.bench/results.json');
  const machine = thisMachine();
  process.stdout.write(`${machineText(machine)}\n\n`);
  const figures: Figures = {};
  const tables: Table[] = [];
  const verdicts: Verdict[] = [];
  for (const name of options.names) {
    const report = await run(name, options.quick ? QUICK : FULL, figures);
    for (const table of report.tables) process.stdout.write(`${tableText(table)}\n`);
    tables.push(...report.tables);
    verdicts.push(...report.verdicts);
  }
  process.stdout.write(verdictsText(verdicts));
  if (options.quick) process.stdout.write('quick: too short to be quoted\n');
  const results = { ...machine, quick: options.quick, verdicts, figures };
  writeSync(json, `${JSON.stringify(results, null, 1)}\n`);
  if (options.charts) writeDocs(machine, figures, tables, verdicts);
  return verdicts.every(({ met }) => met) ? 0 : 1;
}

async function run(name: GroupName, effort: Effort, figures: Figures): Promise<Report> {
  const group = GROUPS[name] as Group<unknown>;
  const found = await group.measure(effort, (what) => {
    process.stderr.write(`bench: ${name}: ${what}\n`);
  });
  Object.assign(figures, { [name]: found });
  return group.report(found);
}

/** The charts, and the figures on the page about them. */
function writeDocs(
  machine: Machine,
  { cycle, burst, bind }: Figures,
  tables: readonly Table[],
  verdicts: readonly Verdict[],
): void {
  writeFileSync(projectFile('docs/performance-cycle.svg'), cycleChart(cycle!, burst!));
  writeFileSync(projectFile('docs/performance-bind.svg'), bindChart(bind!));
  const taken = `Taken ${machineText(machine)}, by \`${COMMAND}\`. A median, and in parentheses the lowest and the highest round.`;
  const text = [taken, '', verdictsMarkdown(verdicts), ...tables.map(tableMarkdown)].join('\n');
  const page = projectFile('docs/performance.md');
  writeFileSync(page, replaceFigures(readFileSync(page, 'utf8'), markersOf(COMMAND), text));
  process.stderr.write('bench: wrote docs/performance.md and its charts\n');
}
