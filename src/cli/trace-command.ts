import { Command, InvalidArgumentError, Option } from 'commander';
import { exitAtOnce } from '../native/process.js';
import { StopRequest } from '../serve/stop-request.js';
import { RECORD_GROUPS, type RecordGroup } from '../trace-formats/record-groups.js';
import { formatOf, TRACE_FORMATS, type TraceFormatName } from '../watch/trace-file-format.js';
import { addHostOptions, HOST_HELP, type HostFlags, hostChoice } from './host-option.js';
import { domid, portNumber } from './option-values.js';

const EXAMPLES = `
Examples:
  $ xen-evtchn trace                             every step of every event, until Ctrl-C
  $ xen-evtchn trace --domain 7 --port 9         of one channel: both its ends
  $ xen-evtchn trace --process qemu -o qemu.txt  of what a process holds, into a file
  $ xen-evtchn trace -o events.json              for Perfetto: open it at https://ui.perfetto.dev
  $ xen-evtchn trace -o events.jsonl --duration 10

--domain, --port, --process and --only may be given several times. An event has two ends, and is shown
whole if one of them is asked for; who opens and closes the device is always shown. Kinds: events, from
the send to the unmask; calls, the ioctls, reads, writes and hypercalls; channels, what comes and goes.

Formats: text, json (a record a line) and chrome (Chrome's trace format, which Perfetto opens); by the
end of FILE: .json is chrome, .jsonl or .ndjson is json, everything else text. Ends at Ctrl-C, SIGTERM
or with the host, with a line on stderr that tells what it has come to. Records that come faster
than they are written are dropped, counted, and shown where they are missing.
${HOST_HELP}`;

/** The options as commander reads them. */
interface Flags extends HostFlags {
  readonly domain: readonly number[];
  readonly port: readonly number[];
  readonly process: readonly string[];
  readonly only: readonly RecordGroup[];
  readonly output?: string;
  readonly format?: TraceFormatName;
  readonly duration?: number;
  readonly count?: number;
}

/** Collects the values of an option that is given several times. */
function each<Value>(read: (text: string) => Value) {
  return (text: string, before: readonly Value[]): readonly Value[] => [...before, read(text)];
}

/** The longest time a timer of Node takes, in seconds. */
const LONGEST = 0x7fffffff / 1000;

/** Reads a number of seconds above 0, with decimals. @throws InvalidArgumentError */
export function seconds(text: string): number {
  const number = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (number > 0 && number <= LONGEST) return number;
  throw new InvalidArgumentError('It must be a number of seconds, such as 10 or 0.5.');
}

/** Reads a number of records, 1 or more. @throws InvalidArgumentError */
export function recordCount(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number of records, 1 or more.');
}

/** @throws CommanderError for options that exclude each other */
function formatWanted(flags: Flags, command: Command): TraceFormatName {
  if (flags.output === '') command.error("error: option '-o, --output <FILE>' needs a file");
  const name = flags.format ?? formatOf(flags.output);
  if (name === 'chrome' && flags.only.length > 0)
    command.error('error: a chrome trace has whole paths: --only is for text and json');
  return name;
}

async function act(flags: Flags, command: Command): Promise<void> {
  const stop = new StopRequest(() => exitAtOnce(1));
  const { domain: domains, port: ports, process: processes, duration } = flags;
  const request = {
    choice: hostChoice(flags, process.env.XEN_EVTCHN_HOST),
    selection: { domains, ports, processes },
    groups: flags.only,
    format: formatWanted(flags, command),
    path: flags.output,
    duration: duration === undefined ? undefined : duration * 1000,
    count: flags.count,
  };
  const { TraceRun } = await import('./trace-run.js');
  await new TraceRun(request, stop).run();
}

/** An option that may be given several times. */
function repeated<Value>(
  flags: string,
  description: string,
  read: (text: string) => Value,
  choices?: readonly string[],
): Option {
  const option = new Option(flags, description);
  // Before the parser, which it would replace.
  if (choices !== undefined) option.choices(choices);
  return option.default([], 'all').argParser(each(read));
}

/** Reads the name or number of a process. @throws InvalidArgumentError */
function processName(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('It must be the name or number of a process.');
}

/** Reads a group of records. @throws InvalidArgumentError */
function recordGroup(text: string): RecordGroup {
  const group = RECORD_GROUPS.find((name) => name === text);
  if (group !== undefined) return group;
  throw new InvalidArgumentError(`Allowed choices are ${RECORD_GROUPS.join(', ')}.`);
}

/** The command `trace`: every step of every event. */
export function traceCommand(): Command {
  const command = new Command('trace')
    .summary('Show every step of every event, or write it to a file.')
    .description(
      'Show every step of every event on a host that is served, or write them to a file.',
    )
    .addOption(repeated('--domain <N>', 'events received or sent there', domid))
    .addOption(repeated('--port <PORT>', 'channels with this port at one end', portNumber))
    .addOption(
      repeated('--process <NAME|PID>', 'channels that this process holds an end of', processName),
    )
    .addOption(repeated('--only <WHAT>', 'records of this kind', recordGroup, RECORD_GROUPS))
    .option('-o, --output <FILE>', 'where to (default: standard output)')
    .addOption(new Option('--format <FORMAT>', 'how').choices(TRACE_FORMATS))
    .option('--duration <SECONDS>', 'end after this time', seconds)
    .option('--count <RECORDS>', 'end after this many records', recordCount);
  return addHostOptions(command)
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action(act);
}
