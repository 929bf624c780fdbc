import type { AbortSignalLike, Evtchn, EvtchnKind } from 'xen-evtchn';

/** A device that the behaviours are tried on: that of one domain, whose channels lead back to itself. */
export interface Subject {
  /** What it is, for people. */
  readonly name: string;
  /** Path of its file, if it is one; known once it was opened. */
  readonly place?: string | undefined;
  /** What its handles call themselves. */
  readonly kind: EvtchnKind;
  /** Whether its kernel has IOCTL_EVTCHN_BIND_STATIC; undefined if only the kernel knows. */
  readonly bindStatic?: boolean;

  /** Opens a handle, which stands for a program of its own. */
  open(options?: { readonly signal?: AbortSignalLike }): Evtchn;

  /** Called once, when all behaviours were tried and all handles are closed. */
  cleanup(): void | Promise<void>;
}
