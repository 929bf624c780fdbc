import { type Command, CommanderError, Command as Program } from 'commander';
import { EvtchnError } from '../errors/evtchn-error.js';
import { STATUS_USAGE } from '../run/exit-status.js';

/** Name of the program, as it speaks of itself. */
const NAME = 'xen-evtchn';

/** Where the program writes to. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** A command that is loaded only when it is needed, for starting must not take time. */
export interface LazyCommand {
  readonly name: string;
  readonly load: () => Promise<Command>;
  /** Exit status when the program itself cannot do what it was asked for. */
  readonly failure: number;
  /** For programs: people are not told of it. */
  readonly hidden?: boolean;
}

/** What there is to run. */
export interface CommandLine {
  readonly commands: readonly LazyCommand[];
  readonly version: string;
  readonly output: Output;
  /** Whether errors are shown with the place in the program where they arose. */
  readonly debug: boolean;
}

const DESCRIPTION = 'The Xen event-channel device /dev/xen/evtchn for any program, without Xen.';

const EXAMPLES = `
Examples:
  $ xen-evtchn run -- ./my-test          a program on a Xen host of its own, as domain 0
  $ xen-evtchn run --domain 3 ./front    the same, as domain 3
  $ xen-evtchn serve --domains 0,1       a host for several programs, until it is stopped
  $ xen-evtchn stress -- ./my-test       many times, each time with other faults
  $ xen-evtchn doctor                    what this machine can do, and how to mend it
  $ xen-evtchn ls                        what is bound to what on a served host, and what it waits for
  $ xen-evtchn why 14 --domain 0         why nothing happens on a port
  $ xen-evtchn top                       what goes through every channel, live
  $ xen-evtchn notify 9 --domain 7       an event by hand, and what comes of it
  $ xen-evtchn trace -o events.json      every step of every event, for Perfetto
  $ xen-evtchn replay events.jsonl       a trace done again, and whether the same comes of it
  $ source <(xen-evtchn completion bash) Tab completes commands, options, domains and ports

Environment:
  XEN_EVTCHN_HOST    the served host that run joins and the others look at, as --host
  XEN_EVTCHN_DEBUG   1: errors are shown with where they arose`;

/** The commander program with the commands that may be needed for these arguments. */
export async function commandProgram(line: CommandLine, args: readonly string[]): Promise<Program> {
  const root = new Program(NAME)
    .description(DESCRIPTION)
    .version(line.version)
    .enablePositionalOptions()
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: line.output.out,
      writeErr: line.output.err,
      outputError: () => {},
    })
    .addHelpText('after', EXAMPLES);
  const named = line.commands.filter(({ name }) => name === args[0]);
  const shown = line.commands.filter(({ hidden = false }) => !hidden);
  for (const { load } of named.length === 0 ? shown : named) {
    root.addCommand((await load()).copyInheritedSettings(root));
  }
  return root;
}

/** `help run` is `run --help`. */
function withoutHelpCommand(args: readonly string[]): readonly string[] {
  if (args[0] !== 'help') return args;
  return args[1] === undefined ? ['--help'] : [args[1], '--help'];
}

/** One line for wrong usage: what is wrong, and where the right usage is. */
function usageLine(message: string, command: LazyCommand | undefined): string {
  const what = message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*\(Did you mean (.*)\?\)/, '; did you mean $1?')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  const help = command === undefined ? `${NAME} --help` : `${NAME} ${command.name} --help`;
  return `${NAME}: ${what}${what.endsWith('?') ? '' : ';'} see ${help}\n`;
}

/** Whether an error was made to be read by a user, and is no mistake of the program such as a TypeError. */
function isExpected(error: unknown): boolean {
  return error instanceof EvtchnError || (error instanceof Error && error.constructor === Error);
}

/** One line for what could not be done. */
function failureLine(error: unknown, debug: boolean): string {
  if (debug && error instanceof Error) return `${NAME}: ${error.stack}\n`;
  const message = error instanceof Error ? error.message : String(error);
  const text = message.replace(/\s*\n\s*/g, ' ');
  if (isExpected(error)) return `${NAME}: ${text}\n`;
  return `${NAME}: internal error, please report it: ${text} (XEN_EVTCHN_DEBUG=1 shows more)\n`;
}

/** What the program ends with after an error, which is shown. */
function failed(error: unknown, command: LazyCommand | undefined, line: CommandLine): number {
  if (!(error instanceof CommanderError)) {
    line.output.err(failureLine(error, line.debug));
    return command?.failure ?? 1;
  }
  // Help and version are "errors" to commander, as they end the program.
  if (error.exitCode === 0) return 0;
  line.output.err(usageLine(error.message, command));
  return STATUS_USAGE;
}

/**
 * Runs the program. Wrong usage and failures are each told in one line.
 * @param given - the arguments behind the program's name
 * @returns the exit status: 2 for wrong usage, the command's own for its failure; otherwise undefined, and what the command
 * has put into `process.exitCode` stands
 */
export async function runCommandLine(
  line: CommandLine,
  given: readonly string[],
): Promise<number | undefined> {
  const asked = withoutHelpCommand(given);
  const command = line.commands.find(({ name }) => name === asked[0]);
  const unknown = command === undefined && asked[0]?.startsWith('-') === false;
  // Not even its --help is anything.
  const args = unknown ? asked.slice(0, 1) : asked;
  if (args.length === 0) {
    const shown = line.commands.filter(({ hidden = false }) => !hidden);
    const names = shown.map(({ name }) => name).join(', ');
    line.output.err(usageLine(`say what to do: ${names}`, undefined));
    return STATUS_USAGE;
  }
  try {
    await (await commandProgram(line, args)).parseAsync(args, { from: 'user' });
    return undefined;
  } catch (error) {
    return failed(error, command, line);
  }
}
