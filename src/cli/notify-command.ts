import { Command } from 'commander';
import { type ChannelEnd, destination, endName } from '../snapshot/arrival.js';
import type { DomainSnapshot } from '../snapshot/host-snapshot.js';
import { HOST_HELP } from './host-option.js';
import {
  addInjectionOptions,
  domainNow,
  type InjectionFlags,
  injectAndTell,
  injectedHost,
} from './injection.js';
import { portNumber } from './option-values.js';

const EXAMPLES = `
Examples:
  $ xen-evtchn notify 9 --domain 7              domain 7 sends on its port 9
  $ xen-evtchn notify 14 --incoming             an event comes in on port 14 of domain 0, as if its
                                                peer had sent
  $ xen-evtchn notify 9 --domain 7 --host /srv/xen

Says in one line what came of it: whether it is queued and for whom, read, merged, masked or lost.
${HOST_HELP}`;

/** The options as commander reads them. */
interface Flags extends InjectionFlags {
  readonly incoming?: boolean;
}

/** @throws Error for a port that is not in use, or that nobody can send on */
function checkPort(domain: DomainSnapshot, end: ChannelEnd, incoming: boolean): void {
  const channel = domain.channels.find(({ port }) => port === end.port);
  const list = `xen-evtchn ls ${end.domid}`;
  if (channel === undefined)
    throw new Error(`dom${end.domid} has no port ${end.port}: ${list} shows those it has`);
  if (incoming) return;
  if (channel.state === 'virq')
    throw new Error(
      `${endName(end)} is a VIRQ's, which nobody sends: raise it with xen-evtchn virq`,
    );
  if (channel.state === 'pirq')
    throw new Error(
      `${endName(end)} is a physical interrupt's, which nobody sends: try --incoming`,
    );
}

async function act(port: number, flags: Flags): Promise<void> {
  const { domain: domid, incoming = false } = flags;
  const host = await injectedHost(flags);
  const domain = await domainNow(host, domid);
  const end = { domid, port };
  checkPort(domain, end, incoming);
  const to = incoming ? end : destination(domain, port);
  const what = incoming ? 'as if its peer had sent' : `sent on ${endName(end)}`;
  await injectAndTell(host, what, to, 'nobody is connected: lost', () =>
    host.notify(domid, port, incoming),
  );
}

/** The command `notify`: an event by hand. */
export function notifyCommand(): Command {
  const command = new Command('notify')
    .summary('Send an event by hand.')
    .description('Send an event by hand on a host that is served, and tell what came of it.')
    .argument('<PORT>', 'the port', portNumber);
  return addInjectionOptions(command)
    .option('--incoming', 'have the event come in on the port, as if its peer had sent')
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action(act);
}
