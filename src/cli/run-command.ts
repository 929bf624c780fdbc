import { Command } from 'commander';
import { errorText } from '../errors/error-text.js';
import { exitAtOnce } from '../native/process.js';
import { STATUS_FAILED, STATUS_USAGE } from '../run/exit-status.js';
import { tell } from '../run/message.js';
import type { RunRequest } from '../run/run.js';
import { UsageError } from '../run/usage-error.js';
import { addFaultOptions } from './fault-options.js';
import { countNumber, domid, fileMode, timeSpan } from './option-values.js';
import { type RunOptions, runRequest, SEPARATOR } from './run-request.js';

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
  xen-evtchn run --trace events.json ./test      with a trace of all that happens, for Perfetto
  xen-evtchn run --faults ci --seed 7 ./test     with events late, merged, spurious...: see xen-evtchn faults
  xen-evtchn run --faults ci --seed 7 --bisect ./test
                                                 which of them make it fail

The exit status is the program's: 128+N if signal N killed it, 127 not found, 126 not executable,
125 if xen-evtchn could not do its part. With several programs it is that of the first that fails;
the others then get SIGTERM, and SIGKILL after 5 seconds. With --bisect it is 0 if a set was found,
1 if the program never fails or fails without faults too.`;

/** Looks for the faults that make it fail, and ends as other programs do, with all that was printed. */
async function bisect(
  { programs, faults }: RunRequest,
  words: readonly string[],
  options: RunOptions,
): Promise<void> {
  const { bisectRun } = await import('./bisect-run.js');
  const { tries, timeout } = options;
  const { request } = faults!;
  process.exitCode = await bisectRun({ programs, faults: request, options, words, tries, timeout });
}

/** Does it, and ends the process with the exit status. */
async function perform(words: string[], options: RunOptions, command: Command): Promise<void> {
  try {
    const asked = await runRequest(words, options, process.env.XEN_EVTCHN_HOST);
    if (options.bisect === true) return await bisect(asked, words, options);
    const { run } = await import('../run/run.js');
    exitAtOnce(await run(asked));
  } catch (error) {
    if (error instanceof UsageError) {
      command.error(`error: ${error.message}`, { exitCode: STATUS_USAGE });
    }
    const debug = process.env.XEN_EVTCHN_DEBUG === '1' && error instanceof Error;
    tell(debug ? String(error.stack) : errorText(error));
    exitAtOnce(STATUS_FAILED);
  }
}

/** The subcommand `run`. Its program must have {@link Command.enablePositionalOptions}. */
export function runCommand(): Command {
  const command = new Command('run')
    .summary('Run programs that see a /dev/xen/evtchn.')
    .description(
      'Run programs that see a /dev/xen/evtchn: of a Xen host that lives as long as they do, or of one that is served.',
    )
    .usage(`[options] [--] PROGRAM [ARGS...] [${SEPARATOR} [--domain N] PROGRAM [ARGS...]]...`)
    .argument('[program...]')
    .option('--domain <N>', 'the domain whose device the program sees (default: 0)', domid)
    .option('--host <DIR>', 'join the host served at DIR (default: $XEN_EVTCHN_HOST, if set)')
    .option('--file <FILE>', 'run the programs that a YAML or JSON file lists')
    .option('--trace <FILE>', 'write every step of every event there, as trace does with -o')
    .option('--cuse', 'a character device, by CUSE; needs root')
    .option('--allow-other', 'let programs of other users open the device')
    .option('--mode <MODE>', 'permissions of the device, in octal (default: 600)', fileMode);
  return addFaultOptions(command)
    .option('--fault-log <FILE>', 'write the list of the faults there, and say nothing of them')
    .option('--bisect', 'find the smallest set of faults with which the program fails')
    .option('--tries <N>', 'runs with each set for --bisect (default: 3)', countNumber)
    .option(
      '--timeout <TIME>',
      'a run that takes longer has failed for --bisect (default: 10s)',
      timeSpan,
    )
    .passThroughOptions()
    .addHelpText('after', EXAMPLES)
    .action(perform);
}
