import { Command, InvalidArgumentError, Option } from 'commander';
import { RATE_COLUMNS } from '../terminal/rate-columns.js';
import { TerminalSession } from '../terminal/terminal-session.js';
import { addHostOptions, HOST_HELP, type HostFlags, hostChoice } from './host-option.js';
import { standardError } from './standard-streams.js';
import { terminalOutput } from './terminal-output.js';

/** The options as commander reads them. */
interface Flags extends HostFlags {
  readonly interval: number;
  readonly batch?: boolean;
  readonly iterations?: number;
  readonly sort: string;
  readonly filter: string;
}

/** Shortest and longest time between two looks, in seconds. */
const SHORTEST = 0.1;
const LONGEST = 3600;
const MOST_ITERATIONS = 1e9;

const EXAMPLES = `
Examples:
  $ xen-evtchn top                             until q or Ctrl-C; ? shows the keys
  $ xen-evtchn top --sort merged --filter 7:   the ports of domain 7, by merged events
  $ xen-evtchn top --batch -n 3 > rates.txt    three tables, without a terminal

Ends with 0 when it is quit, after the last table, and when the host ends, which it says.
${HOST_HELP}`;

function seconds(text: string): number {
  const number = /^(\d{1,4}(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (number >= SHORTEST && number <= LONGEST) return number;
  throw new InvalidArgumentError(`It must be seconds, ${SHORTEST} to ${LONGEST}.`);
}

function iterations(text: string): number {
  const number = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= MOST_ITERATIONS) return number;
  throw new InvalidArgumentError('It must be how many times, 1 or more.');
}

async function act(flags: Flags, command: Command): Promise<void> {
  const { batch = false, interval, sort, filter } = flags;
  if (!batch && !TerminalSession.possible()) {
    command.error('top needs a terminal to draw on and to read keys from; elsewhere --batch');
  }
  const { openWatchedHost } = await import('../watch/open-watched-host.js');
  const { TopView } = await import('../terminal/top-view.js');
  const { showBatch, showScreen } = await import('./top-loop.js');
  const choice = hostChoice(flags, process.env.XEN_EVTCHN_HOST);
  const host = await openWatchedHost(choice);
  const isThere = () =>
    openWatchedHost(choice).then(
      () => true,
      () => false,
    );
  const { paint } = terminalOutput();
  const view = new TopView({ host: host.name, interval, paint, sort, filter });
  const end = await (batch ? showBatch : showScreen)({ host, isThere }, view, {
    interval: interval * 1000,
    times: flags.iterations ?? Number.POSITIVE_INFINITY,
  });
  if (end !== undefined) standardError(`xen-evtchn: ${end}\n`);
}

/** The command `top`: live rates of every channel. */
export function topCommand(): Command {
  const command = new Command('top').description(
    'Show what goes through every channel of a served host, live.',
  );
  return addHostOptions(command)
    .addOption(
      new Option('--interval <S>', 'seconds between two looks').argParser(seconds).default(1, '1'),
    )
    .addOption(
      new Option('--sort <COLUMN>', 'what to sort by')
        .choices(RATE_COLUMNS.map(({ name }) => name))
        .default('events'),
    )
    .addOption(
      new Option('--filter <TEXT>', 'only ports that match: 7, 7:14, or part of a name').default(
        '',
        'all',
      ),
    )
    .option('--batch', 'plain tables one after the other, for files and pipes')
    .option('-n, --iterations <N>', 'end after so many', iterations)
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action(act);
}
