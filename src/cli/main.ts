#!/usr/bin/env node
import { packageVersion } from '../server/package-version.js';
import { type LazyCommand, runCommandLine } from './command-line.js';
import { standardError, standardOutput } from './standard-streams.js';

const commands: readonly LazyCommand[] = [
  {
    name: 'run',
    load: async () => (await import('./run-command.js')).runCommand(),
    failure: 125,
  },
  {
    name: 'serve',
    load: async () => (await import('./serve-command.js')).serveCommand(),
    failure: 1,
  },
  {
    name: 'stress',
    load: async () => (await import('./stress-command.js')).stressCommand(),
    failure: 125,
  },
  {
    name: 'faults',
    load: async () => (await import('./faults-command.js')).faultsCommand(),
    failure: 1,
  },
  {
    name: 'ls',
    load: async () => (await import('./ls-command.js')).lsCommand(),
    failure: 1,
  },
  {
    name: 'why',
    load: async () => (await import('./why-command.js')).whyCommand(),
    failure: 1,
  },
  {
    name: 'top',
    load: async () => (await import('./top-command.js')).topCommand(),
    failure: 1,
  },
  {
    name: 'trace',
    load: async () => (await import('./trace-command.js')).traceCommand(),
    failure: 1,
  },
  {
    name: 'replay',
    load: async () => (await import('./replay-command.js')).replayCommand(),
    failure: 3,
  },
  {
    name: 'notify',
    load: async () => (await import('./notify-command.js')).notifyCommand(),
    failure: 1,
  },
  {
    name: 'virq',
    load: async () => (await import('./virq-command.js')).virqCommand(),
    failure: 1,
  },
  {
    name: 'inspect',
    load: async () => (await import('./inspect-command.js')).inspectCommand(),
    failure: 1,
  },
  {
    name: 'doctor',
    load: async () => (await import('./doctor-command.js')).doctorCommand(),
    failure: 1,
  },
  {
    name: 'completion',
    load: async () => (await import('./completion-command.js')).completionCommand(),
    failure: 1,
  },
  {
    name: '__complete',
    load: async () => (await import('./complete-command.js')).completeCommand(commands),
    failure: 1,
    hidden: true,
  },
];

const status = await runCommandLine(
  {
    commands,
    version: packageVersion(),
    output: { out: standardOutput, err: standardError },
    debug: process.env.XEN_EVTCHN_DEBUG === '1',
  },
  process.argv.slice(2),
);
if (status !== undefined) process.exitCode = status;
