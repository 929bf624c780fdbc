import type { EventPath, PathStep } from 'xen-evtchn/embedded';

/** What can be seen of an event, and of what events need: each has a mark of its own in the diagram. */
export type MomentKind =
  /** A step of an event's path; see PathStepKind. */
  | PathStep['kind']
  /** A domain came into being, or was destroyed. */
  | 'domain-create'
  | 'domain-destroy'
  /** The device was opened, or closed for the last time. */
  | 'open'
  | 'release'
  /** A port was bound to an open file. */
  | 'bind'
  /** Ports were closed; a peer, if there was one, is alone from now on. */
  | 'channel-close'
  /** A virtual interrupt that nobody bound. */
  | 'virq-lost'
  /** RESET emptied the ring of a file. */
  | 'ring-reset'
  /** What happened here is not known: records were lost, or not kept. */
  | 'missing';

/** Where an event's path is in the history. */
export interface Trail {
  /** The path, which grows as the event goes on. */
  readonly path: EventPath;
  /** Its moments that are kept, in order. */
  readonly moments: Moment[];
}

/** One end of a channel. */
export interface Endpoint {
  readonly domid: number;
  readonly port: number;
}

/** One row of the diagram: one step of an event, or two that one call made, or something that befell what events need. */
export interface Moment {
  /** Where it is in the history: from 0, without gaps. */
  readonly seq: number;
  /** Milliseconds of the host's clock. */
  readonly time: number;
  readonly kind: MomentKind;
  readonly domid: number;
  readonly port?: number | undefined;
  /** The open file it happened to. */
  file?: number | undefined;
  /** Steps of the path of an event: one, or two that followed at once. */
  readonly steps: PathStep[];
  readonly trail?: Trail | undefined;
  /** The other end, where there is one: the sender of an event, the peer of a port that was bound or closed. */
  readonly peer?: (Endpoint & { readonly file?: number | undefined }) | undefined;
  /** Ports that were closed, unread events that were thrown away, records that are missing. */
  count?: number | undefined;
  /** Number of a virtual or a physical interrupt. */
  readonly number?: number | undefined;
}

/** Kinds of a moment: its own, and that of the step that followed at once. */
export function momentKinds(moment: Moment): readonly MomentKind[] {
  return moment.steps.length > 0 ? moment.steps.map((step) => step.kind) : [moment.kind];
}
