import type { EventAbi } from '../../src/hypervisor/port-ops.js';
import type { Case } from './case-folder.js';
import { CaseRun } from './case-run.js';
import { unifiedDiff } from './diff.js';
import { HypercallScript } from './hypercall-script.js';
import { whyLeftOut } from './left-out.js';
import { Machine } from './machine.js';

/** How a case came out. */
export type Result = { readonly name: string } & (
  | { readonly outcome: 'passed'; readonly output: string }
  | { readonly outcome: 'failed'; readonly output: string; readonly diff: string }
  | { readonly outcome: 'left out'; readonly reason: string }
);

/** Runs one case on a machine. @returns what it prints */
export async function outputOf(test: Case, machine: Machine): Promise<string> {
  if (test.language === 'device') return new CaseRun(machine).run(test.text);
  return new HypercallScript(machine.dom0.hypercalls).run(test.text);
}

async function judge(test: Case, machine: Machine): Promise<Result> {
  const { name } = test;
  let output: string;
  try {
    output = await outputOf(test, machine);
  } catch (error) {
    const diff = `the embedded device threw: ${error instanceof Error ? error.stack : error}\n`;
    return { name, outcome: 'failed', output: '', diff };
  }
  const diff = unifiedDiff(test.recording!.text, output, `${name} recorded`, `${name} embedded`);
  return diff === ''
    ? { name, outcome: 'passed', output }
    : { name, outcome: 'failed', output, diff };
}

/**
 * Runs cases and compares them with their recordings, each in a host of its own. Those tagged `@big` come last and share
 * one host, as they did when they were recorded: what one of them leaves behind the next one sees.
 * @param wanted - which results are asked for; cases tagged `@big` run all the same where a later one is asked for
 */
export async function* runCases(
  cases: readonly Case[],
  abi: EventAbi,
  wanted: (name: string) => boolean = () => true,
): AsyncGenerator<Result, void> {
  const big = cases.filter(({ tags }) => tags.has('@big'));
  const lastBig = big.findLastIndex(({ name }) => wanted(name));
  const plan = [
    ...cases.filter(({ name, tags }) => !tags.has('@big') && wanted(name)),
    ...big.slice(0, lastBig + 1),
  ];
  let shared: Machine | undefined;
  for (const test of plan) {
    const reason = whyLeftOut(test, abi);
    if (reason !== undefined) {
      if (wanted(test.name)) yield { name: test.name, outcome: 'left out', reason };
      continue;
    }
    const isBig = test.tags.has('@big');
    if (isBig) shared ??= new Machine(abi);
    const result = await judge(test, isBig ? shared! : new Machine(abi));
    if (wanted(test.name)) yield result;
  }
}
