import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { runCommandLine } from '../../../src/cli/command-line.js';
import { completionCommand } from '../../../src/cli/completion-command.js';
import { faultsCommand } from '../../../src/cli/faults-command.js';
import { notifyCommand } from '../../../src/cli/notify-command.js';
import { serveCommand } from '../../../src/cli/serve-command.js';
import { stressCommand } from '../../../src/cli/stress-command.js';
import { traceCommand } from '../../../src/cli/trace-command.js';
import { virqCommand } from '../../../src/cli/virq-command.js';

/** What a command says to wrong usage, in its one line. */
async function refusal(make: () => Command, args: readonly string[]): Promise<string> {
  let err = '';
  const output = {
    out: () => {},
    err: (text: string) => {
      err += text;
    },
  };
  const name = make().name();
  const commands = [{ name, load: async () => make(), failure: 1 }];
  const line = { commands, version: '1.2.3', output, debug: false };
  expect(await runCommandLine(line, [name, ...args])).toBe(2);
  expect(err).toMatch(new RegExp(`^xen-evtchn: [^\\n]*[;?] see xen-evtchn ${name} --help\\n$`));
  return err;
}

it.each([
  [[], "missing required argument 'PORT'"],
  [['0'], '1 to 131071'],
  [['131072'], '1 to 131071'],
  [['9', '10'], 'too many arguments'],
  [['9', '--domain', 'x'], '0 to 32751'],
  [['9', '--host', ''], 'the directory of a served host'],
  [['9', '--host', 'a', '--pid', '1'], 'cannot be used with'],
  [['9', '--pid', 'x'], 'the number of a process'],
  [['9', '--incoming=1'], "'--incoming"],
])('notify refuses %j', async (args, words) => {
  expect(await refusal(notifyCommand, args)).toContain(words);
});

it.each([
  [[], "missing required argument 'VIRQ'"],
  [['24'], '0 to 23, or a name such as TIMER'],
  [['TIMERS'], '0 to 23, or a name such as TIMER'],
  [['01'], '0 to 23, or a name such as TIMER'],
  [['TIMER', '--vcpu', '8192'], '0 to 8191'],
  [['TIMER', '--vcpu', '-1'], '0 to 8191'],
  [['DOM_EXC', '--vcpu', '1'], 'VIRQ_DOM_EXC is not per vCPU: it is raised on vCPU 0 only'],
])('virq refuses %j', async (args, words) => {
  expect(await refusal(virqCommand, args)).toContain(words);
});

it.each([
  [['14'], 'too many arguments'],
  [['--domain', '40000'], '0 to 32751'],
  [['--port', '0'], '1 to 131071'],
  [['--process', ''], 'the name or number of a process'],
  [['--only', 'everything'], 'events, calls, channels'],
  [['--format', 'xml'], 'text, json, chrome'],
  [['-o', ''], 'needs a file'],
  [['-o', 'a.json', '--only', 'events'], 'a chrome trace has whole paths'],
  [['--format', 'chrome', '--only', 'events'], 'a chrome trace has whole paths'],
  [['--duration', '0'], 'a number of seconds'],
  [['--duration', '1e3'], 'a number of seconds'],
  [['--duration', '99999999'], 'a number of seconds'],
  [['--count', '0'], '1 or more'],
  [['--count', '-1'], '1 or more'],
])('trace refuses %j', async (args, words) => {
  expect(await refusal(traceCommand, args)).toContain(words);
});

it.each([
  [[], "missing required argument 'SHELL'"],
  [['tcsh'], 'bash, zsh, fish'],
  [['bash', 'zsh'], 'too many arguments'],
])('completion refuses %j', async (args, words) => {
  expect(await refusal(completionCommand, args)).toContain(words);
});

it.each([
  [[], 'no program to run'],
  [['--runs', '0', 'a'], 'It must be a number, 1 to 1000000'],
  [['--runs', '1000001', 'a'], 'It must be a number, 1 to 1000000'],
  [['--jobs', 'all', 'a'], 'It must be a number, 1 to 1000000'],
  [['--faults', 'cii', 'a'], "there is no fault 'cii'"],
  [['--faults', 'delay:rate=2', 'a'], 'xen-evtchn faults explains them'],
  [['--seed', '4294967295', '--runs', '2', 'a'], 'go beyond the last seed, 4294967295'],
  [['--timeout', '0', 'a'], 'a time such as 10s, 500ms or 2m'],
  [['--save', '', 'a'], '--save needs a directory'],
  [['--json', '', 'a'], '--json needs a file'],
  [['--file', 'a', 'b'], 'either --file or a program'],
  [['a', ':::'], 'no program after ":::"'],
  [['--only', '1', 'a'], "unknown option '--only'"],
  [['--host', 'a', 'b'], "unknown option '--host'"],
])('stress refuses %j', async (args, words) => {
  expect(await refusal(stressCommand, args)).toContain(words);
});

it.each([
  [['--seed', '3'], '--seed is for --faults SPEC'],
  [['--only', '3'], '--only is for --faults SPEC'],
  [['--faults', 'ci', '--only', '3'], '--only needs --seed N'],
  [['--faults', 'ci,'], 'a fault is missing'],
])('serve refuses %j', async (args, words) => {
  expect(await refusal(serveCommand, args)).toContain(words);
});

it('faults takes no arguments', async () => {
  expect(await refusal(faultsCommand, ['ci'])).toContain('too many arguments');
});
