import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { ListenAddress } from '../http/listen-address.js';
import { deviceAccess } from '../run/device-access.js';
import { UsageError } from '../run/usage-error.js';
import { defaultPlace } from '../serve/default-place.js';
import type { ServeOptions } from '../serve/serve.js';
import { StopRequest } from '../serve/stop-request.js';
import { addFaultOptions, askedFaults, chosenSeedText, type FaultFlags } from './fault-options.js';
import { listenAddress } from './listen-address.js';
import { cuseDirectory, descriptor, domid, domidList, fileMode } from './option-values.js';
import { standardError, standardOutput } from './standard-streams.js';

/** The options as commander reads them. */
interface Flags extends FaultFlags {
  readonly at?: string;
  readonly domains: readonly number[];
  readonly devXen?: number;
  readonly readyFd?: number;
  readonly cuse?: string | true;
  readonly allowOther?: boolean;
  readonly mode?: number;
  readonly metrics?: ListenAddress;
}

/** Where the character devices are below /dev, unless the command line says it. */
const CUSE_DIRECTORY = 'xen-evtchn';

const EXAMPLES = `
Examples:
  $ xen-evtchn serve                               domain 0, at the default place
  $ xen-evtchn serve --at /srv/xen --domains 0,1   domains 0 and 1
  $ xen-evtchn run --host /srv/xen --domain 1 ./front-end
  $ mkdir /srv/xen/7; rmdir /srv/xen/7             make and destroy domain 7 meanwhile
  $ sudo xen-evtchn serve --dev-xen 0              /dev/xen/evtchn for the whole machine
  $ sudo xen-evtchn serve --cuse --domains 0,1     /dev/xen-evtchn/0 and 1, character devices
  $ xen-evtchn serve --metrics 9464                http://127.0.0.1:9464/metrics, for Prometheus
  $ xen-evtchn serve --faults ci --seed 7          with faults; the file "faults" in DIR lists them
  $ xen-evtchn serve --ready-fd 3 3>ready          "ready" is written when it is

SIGTERM, SIGINT and SIGHUP unmount it and end with 0; a second one ends at once. The place is
DIR, or /run/xen-evtchn for root and $XDG_RUNTIME_DIR/xen-evtchn for others.`;

const say = (line: string): void => standardError(`xen-evtchn: ${line}\n`);

/** Reads where metrics are to be had: as where a page is, and `:PORT`. @throws InvalidArgumentError */
function metricsAddress(text: string): ListenAddress {
  return listenAddress(text.replace(/^:(?=\d+$)/, ''));
}

/** Where a host is served if nobody says. @throws CommanderError if there is no such place */
function place(command: Command): string {
  return defaultPlace() ?? command.error('there is no XDG_RUNTIME_DIR: say where with --at DIR');
}

function wanted(flags: Flags, command: Command): ServeOptions {
  if (flags.at === '') command.error("option '--at <DIR>' needs a directory");
  const { domains, devXen, metrics } = flags;
  const all = devXen === undefined || domains.includes(devXen) ? domains : [...domains, devXen];
  const at = resolve(flags.at ?? place(command));
  const cuse = flags.cuse === true ? CUSE_DIRECTORY : flags.cuse;
  return {
    at,
    domains: all,
    devXen,
    cuse,
    metrics,
    faults: faults(flags, command),
    ...deviceAccess(flags),
  };
}

/** The faults that are asked for; a seed that was left to chance is told. */
function faults(flags: Flags, command: Command): ServeOptions['faults'] {
  try {
    const asked = askedFaults(flags);
    if (asked?.chosen === true) say(chosenSeedText(asked.request));
    return asked?.request;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return command.error(error.message);
  }
}

/** Checks what the options say about this process. */
async function checkDescriptor(fd: number | undefined, command: Command): Promise<void> {
  if (fd === undefined) return;
  const { wrongDescriptor } = await import('../serve/ready-descriptor.js');
  const wrong = wrongDescriptor(fd);
  if (wrong !== undefined) command.error(`option '--ready-fd <FD>': ${wrong}`);
}

/** Serves, with the means of this machine. */
async function serveHere(options: ServeOptions, readyFd: number | undefined, stop: StopRequest) {
  const { serve } = await import('../serve/serve.js');
  const { chooseMounter } = await import('../serve/mounter.js');
  const { HostServer } = await import('../server/host-server.js');
  await serve(options, {
    mounter: chooseMounter(),
    startHost: (host) => HostServer.start({ ...host, onWarning: say }),
    stop,
    audience: {
      print: (line) => standardOutput(`${line}\n`),
      say,
      readyFd,
      notifySocket: process.env.NOTIFY_SOCKET,
    },
  });
}

/** Serves until a signal comes; from the first moment on that is no failure. */
async function act(flags: Flags, command: Command): Promise<void> {
  const stop = new StopRequest(() => {
    say('ending at once');
    process.exit(1);
  });
  stop.listen();
  try {
    const options = wanted(flags, command);
    await checkDescriptor(flags.readyFd, command);
    await serveHere(options, flags.readyFd, stop);
  } finally {
    stop.ignore();
  }
}

/** The command `serve`: a Xen host in a directory, until it is stopped. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('Serve a Xen host in a directory until it is stopped.')
    .option('--at <DIR>', 'where: an empty directory, made if it is missing')
    .addOption(
      new Option('--domains <LIST>', 'the domains to begin with')
        .argParser(domidList)
        .default([0], '0'),
    )
    .option('--dev-xen <N>', "show a domain's device at /dev/xen/evtchn of this machine", domid)
    .option(
      '--cuse [NAME]',
      'give each of these domains a character device /dev/NAME/N too (NAME: xen-evtchn)',
      cuseDirectory,
    )
    .option(
      '--metrics <ADDRESS>',
      'metrics for Prometheus over HTTP: ADDRESS:PORT, or PORT of 127.0.0.1',
      metricsAddress,
    )
    .option('--ready-fd <FD>', 'write "ready" there when it is served', descriptor)
    .option('--allow-other', 'let other users in; their programs need a server of root')
    .option(
      '--mode <MODE>',
      'permissions of the devices (0600; 0666 with --allow-other)',
      fileMode,
    );
  return addFaultOptions(command)
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action((flags: Flags, command: Command) => act(flags, command));
}
