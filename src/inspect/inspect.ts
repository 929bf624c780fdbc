import type { WatchedHost } from '../watch/watched-host.js';
import { hostGone } from './host-life.js';
import { InspectServer } from './inspect-server.js';
import type { PageFiles } from './page-files.js';

/** What to show, where and to whom. */
export interface InspectOptions {
  readonly files: PageFiles;
  /** The host that is shown; undefined for the page that has one in itself. */
  readonly host?: WatchedHost | undefined;
  /** The page may change the host. */
  readonly control: boolean;
  readonly version: string;
  readonly address: string;
  /** 0 for one that is free. */
  readonly port: number;
  /** Others than programs of this machine can connect there. */
  readonly exposed: boolean;
}

/** Who is told what, and what ends it. */
export interface InspectSurroundings {
  /** Prints a line for programs: the address. */
  readonly print: (line: string) => void;
  /** Says a line to people. */
  readonly say: (line: string) => void;
  /** Shows an address in a browser; undefined where that was not asked for. */
  readonly open?: ((url: string) => void) | undefined;
  /** Resolves when it is to end. */
  readonly stopped: Promise<void>;
}

/**
 * Serves the page until it is stopped or its host ends, and says which.
 * @throws (rejects) Error when it cannot listen
 */
export async function inspect(
  options: InspectOptions,
  { print, say, open, stopped }: InspectSurroundings,
): Promise<void> {
  const server = await InspectServer.start(options);
  if (options.exposed) say(warning(options));
  print(server.url);
  say(subject(options));
  open?.(server.url);
  const over = new AbortController();
  const ends: Promise<string | undefined>[] = [stopped.then(() => undefined), server.hostEnded];
  if (options.host !== undefined) ends.push(hostGone(options.host, over.signal));
  const why = await Promise.race(ends);
  over.abort();
  if (why !== undefined) say(why);
  await server.close(why ?? 'xen-evtchn inspect was stopped');
}

function subject({ host, control }: InspectOptions): string {
  if (host === undefined)
    return 'the playground, with a host of its own in the page; Ctrl-C ends it';
  const rights = control ? 'which the page may change' : 'to look at only';
  return `${host.name}, ${rights}; Ctrl-C ends it`;
}

function warning({ address, control }: InspectOptions): string {
  const what = control ? 'see and change' : 'see';
  return `warning: ${address} is open to other machines, and nothing is encrypted: who gets hold of the address below can ${what} this host`;
}
