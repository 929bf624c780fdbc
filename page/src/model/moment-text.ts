import type { Lifelines } from './lifelines.js';
import { lifelineKey } from './lifelines.js';
import type { Endpoint, Moment, MomentKind } from './moment.js';
import { count, duration } from './time-text.js';

/** What each kind is called beside its mark, and in filters. */
export const KIND_NAMES: Readonly<Record<MomentKind, string>> = {
  pending: 'pending',
  merged: 'merged',
  queued: 'queued',
  overflow: 'overflow',
  read: 'read',
  enabled: 'enabled',
  deferred: 'deferred',
  unmasked: 'unmasked',
  dropped: 'dropped',
  closed: 'port closed',
  handled: 'handled',
  'domain-create': 'domain created',
  'domain-destroy': 'domain destroyed',
  open: 'opened',
  release: 'released',
  bind: 'bound',
  'channel-close': 'closed',
  'virq-lost': 'VIRQ lost',
  'ring-reset': 'reset',
  missing: 'missing',
};

/** Name of an open file, for people: `qemu 1234`, or its number where its process is not known. */
export function fileName(lifelines: Lifelines, domid: number, file: number): string {
  const { comm, pid } = lifelines.get(lifelineKey(domid, file)) ?? {};
  if (comm === undefined) return `file ${file}`;
  return pid === undefined || pid === 0 ? comm : `${comm} ${pid}`;
}

/** What made an event pending when it was no send: `VIRQ 1`, `bind`, `fault`; undefined for a send. */
export function causeText(moment: Moment): string | undefined {
  switch (moment.trail?.path.cause) {
    case 'virq':
      return moment.number === undefined ? 'VIRQ' : `VIRQ ${moment.number}`;
    case 'bind':
      return 'bind';
    case 'fault':
      return 'fault';
    case 'unknown':
      return 'from before';
    case 'other':
      return moment.number === undefined ? 'interrupt' : `pirq ${moment.number}`;
    default:
      return undefined;
  }
}

/** One sentence for a moment, as screen readers read it and text filters search it. */
export function momentText(moment: Moment, lifelines: Lifelines): string {
  const { domid, port, file, peer, count: amount = 0 } = moment;
  const at = port === undefined ? `domain ${domid}` : `domain ${domid} port ${port}`;
  const by = file === undefined ? '' : fileName(lifelines, domid, file);
  const from =
    peer &&
    `${endpoint(peer)}${peer.file ? ` (${fileName(lifelines, peer.domid, peer.file)})` : ''}`;
  switch (moment.kind) {
    case 'pending':
    case 'merged':
      return `${sent(moment, from)} to ${at}${arrived(moment, by)}`;
    case 'queued':
      return `${at}: queued for ${by}`;
    case 'overflow':
      return `${at}: overflow, ring of ${by} is full`;
    case 'read':
      return `${at}: read by ${by}`;
    case 'enabled':
      return `${at}: ${steps(moment)} by ${by}`;
    case 'deferred':
      return `${at}: deferred, the late EOI waits`;
    case 'unmasked':
      return `${at}: unmasked`;
    case 'dropped':
      return `${at}: dropped by a reset of ${by}, unread`;
    case 'closed':
      return `${at}: port closed with an event on its way`;
    case 'handled':
      return `${at}: handled by the kernel`;
    case 'domain-create':
      return `domain ${domid} created`;
    case 'domain-destroy':
      return `domain ${domid} destroyed`;
    case 'open':
      return `domain ${domid}: device opened by ${by}`;
    case 'release':
      return `domain ${domid}: device released by ${by}`;
    case 'bind':
      return `${at}: bound by ${by}${from === undefined ? '' : ` to ${from}`}`;
    case 'channel-close':
      if (amount > 1) return `domain ${domid}: ${count(amount, 'port')} closed`;
      return `${at}: closed${from === undefined ? '' : `, peer ${from} is alone`}`;
    case 'virq-lost':
      return `domain ${domid}: VIRQ ${moment.number} lost, nobody bound it`;
    case 'ring-reset':
      return `domain ${domid}: reset by ${by}, ${count(amount, 'unread event')} dropped`;
    case 'missing':
      return `${count(amount, 'record')} missing here`;
  }
}

/** A sentence of how long nothing happened. */
export function gapText(milliseconds: number): string {
  return `${duration(milliseconds)} without an event`;
}

function endpoint({ domid, port }: Endpoint): string {
  return `domain ${domid} port ${port}`;
}

function sent(moment: Moment, from: string | undefined): string {
  return from === undefined ? (causeText(moment) ?? 'event') : `sent from ${from}`;
}

function arrived(moment: Moment, by: string): string {
  if (moment.kind === 'merged') return ': merged into the pending event';
  const [first, second] = moment.steps;
  if (second?.kind === 'queued') return `: queued for ${by}`;
  if (second?.kind === 'overflow') return `: overflow, ring of ${by} is full`;
  return first?.masked === true ? ': pending, the port is masked' : ': pending';
}

function steps(moment: Moment): string {
  return moment.steps.map((step) => step.kind).join(' and ');
}
