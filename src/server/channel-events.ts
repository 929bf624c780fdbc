import type { EvtchnError } from '../errors/evtchn-error.js';

/** What a channel tells about itself. */
export interface ChannelEvents {
  /** What it serves can be used. */
  readonly ready: () => void;
  /** It cannot serve, and why. */
  readonly refused: (reason: string) => void;
  /** The kernel did not take a reply, which it should have. */
  readonly replyRefused: (error: EvtchnError) => void;
  /** The server may not read the memory of a caller. */
  readonly denied: (pid: number, errno: number) => void;
}
