import type { Command } from 'commander';
import { type Arrival, arrivalOf, type ChannelEnd } from '../snapshot/arrival.js';
import type { DomainSnapshot } from '../snapshot/host-snapshot.js';
import type { WatchedHost } from '../watch/watched-host.js';
import { addHostOptions, type HostFlags, hostChoice } from './host-option.js';
import { domid } from './option-values.js';
import { standardOutput } from './standard-streams.js';

/** The options of a command that makes an event happen. */
export interface InjectionFlags extends HostFlags {
  readonly domain: number;
}

/** Adds the options by which it is told where. */
export function addInjectionOptions(command: Command): Command {
  return addHostOptions(command.option('--domain <N>', 'the domain', domid, 0));
}

/** The host that the options mean. */
export async function injectedHost(flags: HostFlags): Promise<WatchedHost> {
  const { openWatchedHost } = await import('../watch/open-watched-host.js');
  return openWatchedHost(hostChoice(flags, process.env.XEN_EVTCHN_HOST));
}

/** A domain as it is now. @throws (rejects) Error for one that is not there */
export async function domainNow(host: WatchedHost, domid: number): Promise<DomainSnapshot> {
  const { domains } = await host.snapshot(domid);
  const domain = domains.find((each) => each.domid === domid);
  if (domain === undefined) throw new Error(`there is no domain ${domid} at ${host.name}`);
  return domain;
}

/**
 * Makes an event happen, and says what it did and what came of it.
 * @param what - what is done
 * @param end - where the event is going
 * @param nowhere - what became of it if that is nowhere
 * @param act - does it
 */
export async function injectAndTell(
  host: WatchedHost,
  what: string,
  end: ChannelEnd | undefined,
  nowhere: string,
  act: () => Promise<void>,
): Promise<void> {
  const arrival = await arrivalAfter(host, end, act);
  standardOutput(`${what}: ${arrival?.text ?? nowhere}\n`);
}

async function arrivalAfter(
  host: WatchedHost,
  end: ChannelEnd | undefined,
  act: () => Promise<void>,
): Promise<Arrival | undefined> {
  if (end === undefined) {
    await act();
    return undefined;
  }
  const before = await host.snapshot(end.domid);
  await act();
  return arrivalOf(before, await host.snapshot(end.domid), end);
}
