import { join } from 'node:path';
import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import { stuckPorts } from '../snapshot/stuck-ports.js';
import { type FaultList, parseFaultList } from '../watch/fault-list.js';
import { openWatchedHost } from '../watch/open-watched-host.js';
import { ownerOf } from '../watch/owner.js';
import { ownerSentence } from '../watch/owner-sentence.js';
import { readServedText } from '../watch/read-served-text.js';

/** What is to be seen of a run that does not end. */
export interface HangAccount {
  /** Why it hangs, as far as its host and its processes tell: a sentence or two each. */
  readonly sentences: readonly string[];
  /** The faults that were injected by then; undefined if the host does not tell. */
  readonly faults: FaultList | undefined;
}

/** Ports and processes that are told of: the first show what it is. */
const MOST = 8;

function firstOf(sentences: readonly string[]): string[] {
  const more = sentences.length - MOST;
  return [...sentences.slice(0, MOST), ...(more > 0 ? [`... and ${more} more.`] : [])];
}

/** What is stuck on a host, and what the processes do that have its devices open. */
function sentencesOf(snapshot: HostSnapshot, directory: string | undefined): string[] {
  const stuck = stuckPorts(snapshot).map(
    ({ domid, port, sentence }) => `Port ${port} of domain ${domid}: ${sentence}`,
  );
  const processes = snapshot.domains.flatMap(({ domid, files }) => {
    const device = directory && join(directory, String(domid), 'evtchn');
    return files
      .filter((file) => file.process.pid > 0)
      .map((file) => `Domain ${domid}: ${ownerSentence(ownerOf(file, files, snapshot, device))}`);
  });
  const ports =
    stuck.length > 0
      ? firstOf(stuck)
      : ['No port is stuck: every event that was sent has been taken, or is still to be read.'];
  return [...ports, ...firstOf([...new Set(processes)])];
}

/**
 * Looks at the host of a run that does not end, before it is ended.
 * @param pid - process of `xen-evtchn run`
 * @returns never rejects: where nothing is to be seen, the sentence says why
 */
export async function hangAccount(pid: number): Promise<HangAccount> {
  try {
    const host = await openWatchedHost({ pid });
    const sentences = sentencesOf(await host.snapshot(), host.directory);
    const text = host.directory && (await readServedText(join(host.directory, 'faults')));
    return { sentences, faults: parseFaultList(text ?? '') };
  } catch (error) {
    return {
      sentences: [`Its host cannot be asked: ${(error as Error).message}`],
      faults: undefined,
    };
  }
}
