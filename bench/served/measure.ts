// What `npm run bench:served` runs in namespaces of its own: measures, and prints. Has the arguments of the command. Ends
// when its input does, since then nobody is there any more to end it.
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { Stage } from '../../src/run/stage.js';
import { UsageError } from '../arguments.js';
import { type Machine, machineText, thisMachine } from '../machine.js';
import { markersOf, replaceFigures, tableMarkdown, verdictsMarkdown } from '../report/markdown.js';
import type { Report, Table, Verdict } from '../report/report.js';
import { tableText, verdictsText } from '../report/text.js';
import { openResults, projectFile } from '../results-file.js';
import { usableCpus } from './cpus.js';
import { type Effort, FULL, QUICK } from './effort.js';
import { GROUPS, type GroupName } from './groups/all.js';
import type { Group } from './groups/group.js';
import { type Options, parseOptions } from './options.js';
import { Testbed } from './testbed.js';

/** What writes the figures of docs/performance.md. */
const COMMAND = 'npm run bench:served -- --page';

process.stdin.on('end', () => process.exit(1)).resume();
try {
  process.exit(await bench(parseOptions(process.argv.slice(2))!));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`bench:served: ${error.message}\n`);
  process.exit(2);
}

async function bench(options: Options): Promise<number> {
  const json = openResults(options.json, '.bench/served.json');
  const machine = thisMachine();
  process.stdout.write(`${machineText(machine)}\n\n`);
  const stage = new Stage();
  const testbed = new Testbed(stage, usableCpus());
  const figures: Partial<Record<GroupName, unknown>> = {};
  const tables: Table[] = [];
  const verdicts: Verdict[] = [];
  for (const name of options.names) {
    const report = await run(name, testbed, options.quick ? QUICK : FULL, figures);
    for (const table of report.tables) process.stdout.write(`${tableText(table)}\n`);
    tables.push(...report.tables);
    verdicts.push(...report.verdicts);
  }
  stage.remove();
  process.stdout.write(verdictsText(verdicts));
  if (options.quick) process.stdout.write('quick: too short to be quoted\n');
  const results = { ...machine, quick: options.quick, verdicts, figures };
  writeSync(json, `${JSON.stringify(results, null, 1)}\n`);
  if (options.page) writePage(machine, tables, verdicts);
  return verdicts.every(({ met }) => met) ? 0 : 1;
}

async function run(
  name: GroupName,
  testbed: Testbed,
  effort: Effort,
  figures: Partial<Record<GroupName, unknown>>,
): Promise<Report> {
  const group = GROUPS[name] as Group<unknown>;
  const progress = (what: string) => process.stderr.write(`bench:served: ${name}: ${what}\n`);
  const found = await group.measure(testbed, effort, progress);
  await testbed.clear();
  figures[name] = found;
  return group.report(found);
}

/** The figures on the page about them. */
function writePage(machine: Machine, tables: readonly Table[], verdicts: readonly Verdict[]): void {
  const taken = `Taken ${machineText(machine)}, by \`${COMMAND}\`. A median, and in parentheses the middle half of the rounds.`;
  const text = [taken, '', verdictsMarkdown(verdicts), ...tables.map(tableMarkdown)].join('\n');
  const page = projectFile('docs/performance.md');
  writeFileSync(page, replaceFigures(readFileSync(page, 'utf8'), markersOf(COMMAND), text));
  process.stderr.write('bench:served: wrote docs/performance.md\n');
}
