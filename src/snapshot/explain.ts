import { checkInteger } from '../errors/argument.js';
import type { Explanation } from './explanation.js';
import type { HostSnapshot } from './host-snapshot.js';
import { explainAbsentDomain, explainAbsentPort } from './reasons/absence.js';
import { notes } from './reasons/notes.js';
import { PortView } from './reasons/port-view.js';
import { whoWaits } from './reasons/quiet.js';
import { findReasons, firstReason } from './reasons/reasons.js';

/**
 * Why nothing arrives on a port: the first thing in the way of its next event, what else is, what is known of the port and of
 * its peer, the rule behind it, and what to do.
 * @throws RangeError or TypeError for numbers that name no domain or port: `domid` is 0 to 65535, `port` an unsigned 32-bit one
 */
export function explain(snapshot: HostSnapshot, domid: number, port: number): Explanation {
  checkInteger('domid', domid, 0, 0xffff);
  checkInteger('port', port, 0, 0xffffffff);
  const domain = snapshot.domains.find((one) => one.domid === domid);
  if (domain === undefined) {
    return { domid, port, stuck: false, ...explainAbsentDomain(snapshot, domid) };
  }
  const view = PortView.of(snapshot, domain, port);
  if (view === undefined) {
    return { domid, port, stuck: false, ...explainAbsentPort(snapshot, domain, port) };
  }
  const [first, ...others] = findReasons(view);
  const { verdict, stuck, rule, advice } = first;
  const sentences = [first.sentence, ...others.map(({ sentence }) => sentence)];
  const waiting = whoWaits(view);
  // Of an event in the ring it was said already.
  if (waiting !== undefined && view.channel.queued === 0) sentences.push(waiting);
  sentences.push(...notes(view), ...overThere(view));
  return { domid, port, verdict, stuck, sentences, rule, advice };
}

/** What keeps the peer from getting our events, if anything does: it may be why it does not answer. */
function overThere(view: PortView): string[] {
  const { peer } = view;
  if (peer === undefined || peer.channel === view.channel) return [];
  const reason = firstReason(peer);
  return reason.stuck || reason.verdict === 'not-written-back'
    ? [`The other end may wait as well. ${reason.sentence}`]
    : [];
}
