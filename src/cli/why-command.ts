import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { Verdict } from '../snapshot/explanation.js';
import { addHostOptions, HOST_HELP, type HostFlags, hostChoice, hostWords } from './host-option.js';
import { domid } from './option-values.js';
import { standardOutputLines } from './standard-streams.js';
import { terminalOutput } from './terminal-output.js';

/** The options as commander reads them. */
interface Flags extends HostFlags {
  readonly domain: number;
  readonly json?: boolean;
}

/** Exit status for a port that will not go on by itself: neither a failure nor wrong usage. */
const STATUS_STUCK = 3;
/** Exit status for a port that is not there. */
const STATUS_ABSENT = 4;

/** What is said of ports that are not there. */
const ABSENT: ReadonlySet<Verdict> = new Set([
  'no-domain',
  'domain-destroyed',
  'port-beyond-limit',
  'port-closed',
  'port-not-open',
]);

const EXAMPLES = `
Examples:
  $ xen-evtchn why 14                  port 14 of domain 0
  $ xen-evtchn why 9 --domain 7
  $ xen-evtchn why 9 --domain 7 || echo "it hangs"

Ends with 0 if the port is well or only waits, 3 if it is stuck: something waits there that will not
go on by itself; 4 if there is no such port; 1 if the host cannot be asked, 2 for wrong usage.
${HOST_HELP}`;

/** The largest port that a 32-bit number can be. */
const LAST_PORT = 0xffff_ffff;

function portNumber(text: string): number {
  const number = /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : Number.NaN;
  if (number <= LAST_PORT) return number;
  throw new InvalidArgumentError('It must be the number of a port.');
}

async function act(port: number, flags: Flags): Promise<void> {
  const { domain: domid } = flags;
  const { openWatchedHost } = await import('../watch/open-watched-host.js');
  const { explain } = await import('../snapshot/explain.js');
  const { portOwners } = await import('../watch/port-owners.js');
  const { explanationText } = await import('../terminal/explanation-text.js');
  const host = await openWatchedHost(hostChoice(flags, process.env.XEN_EVTCHN_HOST));
  const snapshot = await host.snapshot();
  const explained = explain(snapshot, domid, port);
  // Commands are given so that they can be pasted as they are.
  const advice = explained.advice.map((line) =>
    line.startsWith('xen-evtchn ') ? line + hostWords(flags) : line,
  );
  const explanation = { ...explained, advice };
  const owners = portOwners(snapshot, domid, port, host.directory);
  const { isTerminal, width, paint } = terminalOutput();
  const domain = snapshot.domains.find((each) => each.domid === domid);
  const lines =
    flags.json === true
      ? [JSON.stringify({ ...explanation, owners }, undefined, isTerminal ? 2 : undefined)]
      : explanationText(
          {
            ...explanation,
            domain,
            processes: owners.map(({ sentence }) => sentence),
          },
          width,
          paint,
        );
  await standardOutputLines(lines);
  if (explanation.stuck) process.exitCode = STATUS_STUCK;
  else if (ABSENT.has(explanation.verdict)) process.exitCode = STATUS_ABSENT;
}

/** The command `why`: why nothing happens on a port. */
export function whyCommand(): Command {
  const command = new Command('why')
    .description('Tell why a port is as it is, and what to do if nothing happens on it.')
    .addArgument(new Argument('<PORT>', 'the port').argParser(portNumber))
    .addOption(
      new Option('--domain <N>', 'the domain it is a port of').argParser(domid).default(0, '0'),
    );
  return addHostOptions(command)
    .option('--json', 'for programs')
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action(act);
}
