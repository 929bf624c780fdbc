import { Command } from 'commander';
import { FAULT_KEYS } from '../faults/fault-key.js';
import { FAULT_MIXES } from '../faults/fault-mixes.js';
import { FAULTS, type Fault } from '../faults/faults.js';
import type { Paint } from '../terminal/style.js';
import { READABLE_WIDTH, wrap } from '../terminal/wrap.js';
import { standardOutputLines } from './standard-streams.js';
import { terminalOutput } from './terminal-output.js';

const EXAMPLES = `
Examples:
  $ xen-evtchn faults                                  all of them
  $ xen-evtchn run --faults ci --seed 7 ./test         a mix
  $ xen-evtchn run --faults delay:ms=5..50:port=14,eintr:process=back:nth=3 ./test
  $ xen-evtchn faults --json                           for programs`;

/** Lines of a text below a heading, in the columns there are. */
function paragraph(text: string, width: number | undefined, indent: number): string[] {
  const room = width === undefined ? Number.POSITIVE_INFINITY : Math.min(width, READABLE_WIDTH);
  const margin = ' '.repeat(indent);
  return wrap(text, room - indent).map((line) => margin + line);
}

function faultLines(fault: Fault, width: number | undefined, paint: Paint): string[] {
  const { name, summary, legal, occasion, keys } = fault;
  return [
    paint('bold', name),
    ...paragraph(summary, width, 2),
    ...paragraph(`Why a real host may: ${legal}`, width, 2),
    ...paragraph(`When: ${occasion}.`, width, 2),
    ...paragraph(`Keys: ${keys.join(', ')}.`, width, 2),
    '',
  ];
}

/** All faults, keys and mixes, in lines. @param width - columns of the terminal; undefined: a paragraph is a line */
export function faultsText(width: number | undefined, paint: Paint): string[] {
  const mixes = FAULT_MIXES.flatMap(({ name, description, spec }) => [
    paint('bold', name),
    ...paragraph(description, width, 2),
    ...paragraph(spec, width, 2),
  ]);
  const keys = Object.entries(FAULT_KEYS).flatMap(([key, { values, meaning }]) =>
    paragraph(`${paint('bold', key)}: ${meaning} (${values})`, width, 2),
  );
  return [
    ...paragraph(
      'SPEC: NAME[:KEY=VALUE]... or a mix, or several of them with commas between.',
      width,
      0,
    ),
    '',
    ...[...FAULTS.values()].flatMap((fault) => faultLines(fault, width, paint)),
    'Keys:',
    ...keys,
    '',
    'Mixes:',
    '',
    ...mixes,
  ];
}

/** The same for programs. */
function faultsJson(): string {
  const faults = [...FAULTS.values()];
  return JSON.stringify({ version: 1, faults, keys: FAULT_KEYS, mixes: FAULT_MIXES }, undefined, 2);
}

async function act({ json = false }: { readonly json?: boolean }): Promise<void> {
  const { width, paint } = terminalOutput();
  await standardOutputLines(json ? [faultsJson()] : faultsText(width, paint));
}

/** The command `faults`: what `--faults` of other commands takes. */
export function faultsCommand(): Command {
  return new Command('faults')
    .description('List the faults that a host can show, and why a real one may show them.')
    .option('--json', 'for programs')
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action(act);
}
