import { Argument, Command, Option } from 'commander';
import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import { addHostOptions, HOST_HELP, type HostFlags, hostChoice, hostWords } from './host-option.js';
import { domid } from './option-values.js';
import { standardOutputLines } from './standard-streams.js';
import { terminalOutput } from './terminal-output.js';

/** The options as commander reads them. */
interface Flags extends HostFlags {
  readonly files?: boolean;
  readonly xen?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ xen-evtchn ls                    every port of every domain
  $ xen-evtchn ls 7 --files          of domain 7, with the open files of its device
  $ xen-evtchn ls --xen              as Xen's debug key "e" has it
  $ xen-evtchn ls --json | jq '.domains[].channels[] | select(.pending)'

"waits for" is what has to come before anything goes on: a reader (the event is in the ring), a
write-back (it was read), a late EOI that was put off, a reset of the ring, a peer. STUCK is what
will not come by itself. ${HOST_HELP}`;

/** The lines that are asked for. */
async function linesOf(snapshot: HostSnapshot, flags: Flags): Promise<Iterable<string>> {
  const { isTerminal, width, paint } = terminalOutput();
  if (flags.json === true) return [JSON.stringify(snapshot, undefined, isTerminal ? 2 : undefined)];
  if (flags.xen === true) {
    const { xenDump } = await import('../terminal/xen-dump.js');
    return xenDump(snapshot);
  }
  const { stuckPorts } = await import('../snapshot/stuck-ports.js');
  const { hostListing } = await import('../terminal/host-listing.js');
  return hostListing(snapshot, {
    files: flags.files ?? false,
    stuck: stuckPorts(snapshot),
    width,
    paint,
    whyOptions: hostWords(flags),
  });
}

async function act(domain: number | undefined, flags: Flags): Promise<void> {
  const { openWatchedHost } = await import('../watch/open-watched-host.js');
  const host = await openWatchedHost(hostChoice(flags, process.env.XEN_EVTCHN_HOST));
  await standardOutputLines(await linesOf(await host.snapshot(domain), flags));
}

/** The command `ls`: what is bound to what, and what it waits for. */
export function lsCommand(): Command {
  const command = new Command('ls')
    .description(
      'List the channels of a served host: what is bound to what, and what it waits for.',
    )
    .addArgument(new Argument('[DOMID]', 'only of this domain').argParser(domid));
  return addHostOptions(command)
    .addOption(new Option('--files', 'the open files of the device too').conflicts(['xen', 'json']))
    .addOption(new Option('--xen', "in the layout of Xen's own dump").conflicts('json'))
    .option('--json', 'everything that is known, for programs')
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action(act);
}
