import { type Command, InvalidArgumentError, Option } from 'commander';
import { shellWord } from '../terminal/shell-words.js';
import type { HostChoice } from '../watch/watched-host.js';

/** The largest number of a process (`PID_MAX_LIMIT`). */
const LAST_PID = 0x400000;

/** What {@link addHostOptions} adds to the options of a command. */
export interface HostFlags {
  readonly host?: string;
  readonly pid?: number;
}

/** How a command says in its examples and help which host it looks at. */
export const HOST_HELP = `Which host: --host DIR or --pid PID, else $XEN_EVTCHN_HOST, else the one served at the default place or
the only one of yours.`;

function directory(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must be the directory of a served host.');
  return text;
}

/** Reads the number of a process. @throws InvalidArgumentError */
export function processNumber(text: string): number {
  const number = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= LAST_PID) return number;
  throw new InvalidArgumentError('It must be the number of a process.');
}

/** Adds the options by which a command is told which served host it is about; they exclude each other. */
export function addHostOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--host <DIR>', 'the host served at DIR (default: $XEN_EVTCHN_HOST, if set)')
        .argParser(directory)
        .conflicts('pid'),
    )
    .addOption(
      new Option('--pid <PID>', 'the host of this "xen-evtchn serve" or "run"').argParser(
        processNumber,
      ),
    );
}

/**
 * Which host these options mean.
 * @param environmentHost - value of XEN_EVTCHN_HOST, which options overrule; empty is as good as none
 */
export function hostChoice(
  { host, pid }: HostFlags,
  environmentHost: string | undefined,
): HostChoice {
  if (pid !== undefined) return { pid };
  const directory = host ?? (environmentHost || undefined);
  return directory === undefined ? {} : { host: directory };
}

/** The options, as they have to be repeated in a command that is about the same host; empty where none was given. */
export function hostWords({ host, pid }: HostFlags): string {
  if (pid !== undefined) return ` --pid ${pid}`;
  if (host === undefined) return '';
  return ` --host ${shellWord(host)}`;
}
