import { Command, Option } from 'commander';
import type { ListenAddress } from '../http/listen-address.js';
import { StopRequest } from '../serve/stop-request.js';
import { packageVersion } from '../server/package-version.js';
import { addHostOptions, HOST_HELP, type HostFlags, hostChoice } from './host-option.js';
import { isLoopback, LOOPBACK, listenAddress } from './listen-address.js';
import { standardError, standardOutput } from './standard-streams.js';

/** The options as commander reads them. */
interface Flags extends HostFlags {
  readonly listen: ListenAddress;
  readonly allowControl?: boolean;
  readonly open?: boolean;
  readonly playground?: boolean;
}

const EXAMPLES = `
Examples:
  $ xen-evtchn inspect                      the host served at the default place
  $ xen-evtchn inspect --pid 1234 --open    that of a running "xen-evtchn run", in a browser at once
  $ xen-evtchn inspect --allow-control      with buttons to notify, raise a VIRQ and destroy a domain
  $ xen-evtchn inspect --playground         a host in the page itself, to try things out

Prints the address of the page. It has a token in it: without it there is no access. From another
machine, go through a tunnel (ssh -L 8080:127.0.0.1:8080) to "--listen 127.0.0.1:8080".
${HOST_HELP}`;

const say = (line: string): void => standardError(`xen-evtchn: ${line}\n`);

/** Opens the host that the options mean; none for the playground. */
async function chosenHost(flags: Flags) {
  if (flags.playground) return undefined;
  const { openWatchedHost } = await import('../watch/open-watched-host.js');
  return openWatchedHost(hostChoice(flags, process.env.XEN_EVTCHN_HOST));
}

/** Serves the page until a signal comes or the host ends; from the first moment on a signal is no failure. */
async function act(flags: Flags): Promise<void> {
  const stop = new StopRequest(() => process.exit(1));
  stop.listen();
  try {
    const { browserOpener } = await import('../inspect/browser.js');
    const { readPageFiles } = await import('../inspect/page-files.js');
    const { inspect } = await import('../inspect/inspect.js');
    const options = {
      files: readPageFiles(flags.playground ? 'playground' : 'inspector'),
      host: await chosenHost(flags),
      control: flags.allowControl === true,
      version: packageVersion(),
      exposed: !isLoopback(flags.listen),
      ...flags.listen,
    };
    await inspect(options, {
      print: (line) => standardOutput(`${line}\n`),
      say,
      open: flags.open ? browserOpener(process.env.PATH, say) : undefined,
      stopped: stop.wished,
    });
  } finally {
    stop.ignore();
  }
}

/** The command `inspect`: a page that shows a running host. */
export function inspectCommand(): Command {
  const command = new Command('inspect').description(
    'Show a running host in a browser: every event as it happens, and every channel.',
  );
  return addHostOptions(command)
    .addOption(
      new Option('--listen <ADDRESS>', 'where: ADDRESS, ADDRESS:PORT or PORT')
        .argParser(listenAddress)
        .default(LOOPBACK, '127.0.0.1, a port that is free'),
    )
    .option('--allow-control', 'let the page notify, raise VIRQs and destroy domains')
    .option('--open', 'show it in a browser, by xdg-open')
    .addOption(
      new Option('--playground', 'show the playground, which has a host in itself').conflicts([
        'host',
        'pid',
        'allowControl',
      ]),
    )
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action((flags: Flags) => act(flags));
}
