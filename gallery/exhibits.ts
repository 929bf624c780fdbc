import type { Exhibit } from './exhibit.js';
import { checkThenWait } from './programs/check-then-wait.js';
import { closingQueued } from './programs/closing-queued.js';
import { deadPeer } from './programs/dead-peer.js';
import { firstEvent } from './programs/first-event.js';
import { indexAfterNotify } from './programs/index-after-notify.js';
import { oneEventPerSend } from './programs/one-event-per-send.js';
import { oneRead } from './programs/one-read.js';
import { spuriousAsData } from './programs/spurious-as-data.js';
import { unmaskBeforeProcessing } from './programs/unmask-before-processing.js';
import { unmaskForgotten } from './programs/unmask-forgotten.js';

/** The gallery, in the order of docs/gallery.md. */
export const EXHIBITS: readonly Exhibit[] = [
  checkThenWait,
  unmaskBeforeProcessing,
  unmaskForgotten,
  oneRead,
  oneEventPerSend,
  indexAfterNotify,
  spuriousAsData,
  firstEvent,
  deadPeer,
  closingQueued,
];
