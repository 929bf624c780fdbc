import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { exitAtOnce } from '../native/process.js';
import { deviceAccess } from '../run/device-access.js';
import { DOMAIN_RANGE, parseDomain } from '../run/domain-number.js';
import { STATUS_FAILED, STATUS_USAGE } from '../run/exit-status.js';
import { errorText, tell } from '../run/message.js';
import type { Program } from '../run/program.js';
import type { RunRequest } from '../run/run.js';
import { UsageError } from '../run/usage-error.js';

/** The argument between the programs of one command line. */
const SEPARATOR = ':::';

const EXAMPLES = `
Examples:
  xen-evtchn run ./backend                       a private Xen host, domain 0
  xen-evtchn run --domain 7 -- ./frontend -v     as domain 7
  xen-evtchn run --domain 0 ./back ::: --domain 1 ./front
                                                 two programs, two domains, one host
  xen-evtchn run --file programs.yaml            the same from a file:
                                                   programs:
                                                     - {domain: 0, command: [./back]}
                                                     - {domain: 1, command: [./front]}
  xen-evtchn run --host /run/xen-evtchn --domain 3 ./frontend
                                                 joins a host that is served

The exit status is the program's: 128+N if signal N killed it, 127 not found, 126 not executable,
125 if xen-evtchn could not do its part. With several programs it is that of the first that fails;
the others then get SIGTERM, and SIGKILL after 5 seconds.`;

interface RunOptions {
  readonly domain?: number;
  readonly host?: string;
  readonly file?: string;
  readonly cuse?: boolean;
  readonly allowOther?: boolean;
  readonly mode?: number;
}

function domainArgument(text: string): number {
  const domain = parseDomain(text);
  if (domain === undefined) throw new InvalidArgumentError(`It must be ${DOMAIN_RANGE}.`);
  return domain;
}

function modeArgument(text: string): number {
  if (!/^0?[0-7]{3}$/.test(text)) {
    throw new InvalidArgumentError('It must be permission bits in octal, such as 660.');
  }
  return Number.parseInt(text, 8);
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

function firstProgram(command: readonly string[], domain: number | undefined): Program {
  const [name, ...args] = command;
  if (name === undefined) throw new UsageError('no program to run; see xen-evtchn run --help');
  return { domain: domain ?? 0, command: [name, ...args] };
}

/** A program after a separator: its own --domain, then its command. */
function laterProgram(words: readonly string[]): Program {
  const parser = new Command('run')
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} })
    .helpOption(false)
    .option('--domain <N>', '', domainArgument)
    .argument('[program...]')
    .passThroughOptions();
  try {
    parser.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const known = 'only --domain can be given for each program';
    const reason = error.message.replace(/^error: /, '');
    throw new UsageError(
      `after ${SEPARATOR}: ${error.code === 'commander.unknownOption' ? `${reason}; ${known}` : reason}`,
    );
  }
  if (parser.args.length === 0) throw new UsageError(`no program after ${SEPARATOR}`);
  return firstProgram(parser.args, parser.opts<RunOptions>().domain);
}

async function programs(
  words: readonly string[],
  options: RunOptions,
): Promise<RunRequest['programs']> {
  if (options.file === undefined) {
    const [first = [], ...later] = segments(words);
    return [firstProgram(first, options.domain), ...later.map(laterProgram)];
  }
  if (words.length > 0) throw new UsageError('either --file or a program, not both');
  if (options.domain !== undefined)
    throw new UsageError("--file names each program's domain itself");
  const { readPrograms } = await import('../run/program-file.js');
  return readPrograms(options.file);
}

/** What the command line and the environment ask for. @throws UsageError */
async function request(words: readonly string[], options: RunOptions): Promise<RunRequest> {
  const host = options.host ?? (process.env.XEN_EVTCHN_HOST || undefined);
  if (host === '') throw new UsageError('--host needs the directory of a served host');
  if (host !== undefined && (options.allowOther === true || options.mode !== undefined)) {
    throw new UsageError(
      `--allow-other and --mode are for a private host; who may use the one at ${host} is up to its xen-evtchn serve`,
    );
  }
  return {
    programs: await programs(words, options),
    cuse: options.cuse ?? false,
    access: deviceAccess(options),
    ...(host === undefined ? {} : { host }),
  };
}

/** Does it, and ends the process with the exit status. */
async function perform(words: string[], options: RunOptions, command: Command): Promise<never> {
  try {
    const asked = await request(words, options);
    const { run } = await import('../run/run.js');
    exitAtOnce(await run(asked));
  } catch (error) {
    if (error instanceof UsageError) {
      command.error(`error: ${error.message}`, { exitCode: STATUS_USAGE });
    }
    tell(errorText(error));
    exitAtOnce(STATUS_FAILED);
  }
}

/** The subcommand `run`. Its program must have {@link Command.enablePositionalOptions}. */
export function runCommand(): Command {
  return new Command('run')
    .summary('run programs that see a /dev/xen/evtchn')
    .description(
      'Run programs that see a /dev/xen/evtchn: of a Xen host that lives as long as they do, or of one that is served.',
    )
    .usage(`[options] [--] PROGRAM [ARGS...] [${SEPARATOR} [--domain N] PROGRAM [ARGS...]]...`)
    .argument('[program...]')
    .option('--domain <N>', 'the domain whose device the program sees (default: 0)', domainArgument)
    .option('--host <DIR>', 'join the host served at DIR (default: $XEN_EVTCHN_HOST, if set)')
    .option('--file <FILE>', 'run the programs that a YAML or JSON file lists')
    .option('--cuse', 'a character device, by CUSE; needs root')
    .option('--allow-other', 'let programs of other users open the device')
    .option('--mode <MODE>', 'permissions of the device, in octal (default: 600)', modeArgument)
    .passThroughOptions()
    .addHelpText('after', EXAMPLES)
    .action(perform);
}
