import type { Check, Verdict } from './check.js';
import type { Facts } from './facts.js';

/** Everything the doctor says. */
export interface Report {
  readonly version: string;
  readonly facts: Facts;
  readonly checks: readonly Check[];
  readonly verdicts: readonly Verdict[];
}

/** The widest of some texts. */
function width(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}

function checkLines(checks: readonly Check[]): string[] {
  const states = width(checks.map(({ state }) => state));
  const names = width(checks.map(({ name }) => name));
  const blank = ' '.repeat(states + 2 + names + 2);
  return checks.flatMap(({ state, name, found, mend }) => {
    const line = `${state.padEnd(states)}  ${name.padEnd(names)}  ${found}`;
    return mend === undefined ? [line] : [line, `${blank}-> ${mend}`];
  });
}

function verdictLines(verdicts: readonly Verdict[]): string[] {
  const commands = width(verdicts.map(({ command }) => command));
  return verdicts.map(({ command, works, reason }) => {
    const how = works ? `works, ${reason}` : `does not work: ${reason}`;
    return `${`${command}:`.padEnd(commands + 1)} ${how}`;
  });
}

/** The report as lines for a person. */
export function textReport({ version, facts, checks, verdicts }: Report): string {
  const who = facts.user === 0 ? 'root' : `user ${facts.user}`;
  const head = `xen-evtchn ${version} as ${who}`;
  return `${[head, '', ...checkLines(checks), '', ...verdictLines(verdicts)].join('\n')}\n`;
}

/** The report for programs: `{ version, checks, verdicts }`, in JSON. */
export function jsonReport({ version, checks, verdicts }: Report): string {
  return `${JSON.stringify({ version, checks, verdicts }, null, 2)}\n`;
}
