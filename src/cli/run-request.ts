import { Command, CommanderError } from 'commander';
import { deviceAccess } from '../run/device-access.js';
import type { Program } from '../run/program.js';
import type { RunRequest } from '../run/run.js';
import { UsageError } from '../run/usage-error.js';
import { formatOf } from '../watch/trace-file-format.js';
import type { FaultFlags } from './fault-options.js';
import { domid } from './option-values.js';
import { faultsOfRun } from './run-fault-request.js';

/** The argument between the programs of one command line. */
export const SEPARATOR = ':::';

/** The options of `run` as commander reads them. */
export interface RunOptions extends FaultFlags {
  readonly domain?: number;
  readonly host?: string;
  readonly file?: string;
  readonly cuse?: boolean;
  readonly allowOther?: boolean;
  readonly mode?: number;
  readonly trace?: string;
  readonly faultLog?: string;
  readonly bisect?: boolean;
  readonly tries?: number;
  readonly timeout?: number;
}

/** Cuts the words of a command line at its separators. */
function segments(words: readonly string[]): string[][] {
  const cut: string[][] = [[]];
  for (const word of words) {
    if (word === SEPARATOR) cut.push([]);
    else cut.at(-1)!.push(word);
  }
  return cut;
}

function toProgram(command: readonly string[], domain: number | undefined, where: string): Program {
  const [name, ...args] = command;
  if (name === undefined) throw new UsageError(`no program ${where}`);
  return { domain: domain ?? 0, command: [name, ...args] };
}

/** What is wrong with the options of a later program. */
function optionProblem({ code, message }: CommanderError): string {
  const reason = message.replace(/^error: /, '');
  return code === 'commander.unknownOption'
    ? `${reason} (for each program there is only --domain)`
    : reason;
}

/** What stands after a separator, as a command: a program's own --domain, then its command. */
export function laterProgramCommand(): Command {
  return new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .helpOption(false)
    .option('--domain <N>', 'the domain whose device the program sees', domid)
    .argument('[program...]')
    .passThroughOptions();
}

/** A program after a separator. */
function laterProgram(words: readonly string[]): Program {
  const where = `after "${SEPARATOR}"`;
  const parser = laterProgramCommand();
  try {
    parser.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new UsageError(`${where}: ${optionProblem(error)}`);
  }
  return toProgram(parser.args, parser.opts<RunOptions>().domain, where);
}

async function programs(
  words: readonly string[],
  { file, domain }: RunOptions,
): Promise<RunRequest['programs']> {
  if (file === undefined) {
    const [first = [], ...later] = segments(words);
    return [toProgram(first, domain, 'to run'), ...later.map(laterProgram)];
  }
  if (words.length > 0) throw new UsageError('either --file or a program, not both');
  if (domain !== undefined) throw new UsageError("--file names each program's domain itself");
  const { readPrograms } = await import('../run/program-file.js');
  return readPrograms(file);
}

/**
 * What a command line of `run` asks for.
 * @param words - what is left of it after the options
 * @param environmentHost - value of XEN_EVTCHN_HOST; empty is as good as none
 * @throws UsageError
 */
export async function runRequest(
  words: readonly string[],
  options: RunOptions,
  environmentHost: string | undefined,
): Promise<RunRequest> {
  if (options.host === '') throw new UsageError('--host needs the directory of a served host');
  const host = options.host ?? (environmentHost || undefined);
  if (host !== undefined && (options.allowOther === true || options.mode !== undefined)) {
    throw new UsageError(
      `--allow-other and --mode are for a private host; who may use the one at ${host} is for its "serve" to say`,
    );
  }
  if (options.trace === '') throw new UsageError('--trace needs a file');
  if (options.trace !== undefined && options.cuse === true && host === undefined) {
    throw new UsageError(
      '--trace looks into the tree of the host, which a private one has not with --cuse',
    );
  }
  const faults = faultsOfRun(words, options, host);
  return {
    programs: await programs(words, options),
    cuse: options.cuse ?? false,
    access: deviceAccess(options),
    ...(host === undefined ? {} : { host }),
    ...(options.trace === undefined
      ? {}
      : { trace: { path: options.trace, format: formatOf(options.trace) } }),
    ...(faults === undefined ? {} : { faults }),
  };
}
