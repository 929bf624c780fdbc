import { PAGE_SIZE } from './page.js';

/**
 * The FIFO event ABI: one 32-bit event word per port, in pages the guest gives to Xen, and one
 * control block per vCPU with the heads of its queues. Mirrors Xen's `public/event_channel.h`;
 * the number of array pages is from its `event_fifo.c`.
 */

/** Bit number in an event word: the event has been raised and not been taken. */
export const EVTCHN_FIFO_PENDING = 31;

/** Bit number in an event word: do not link this port into a queue. */
export const EVTCHN_FIFO_MASKED = 30;

/** Bit number in an event word: the port stands in a queue. */
export const EVTCHN_FIFO_LINKED = 29;

/** Bit number in an event word: Xen is changing the word; the guest must not unmask meanwhile. */
export const EVTCHN_FIFO_BUSY = 28;

/** Low bits of an event word that name the next port of the queue; 0 ends it. */
export const EVTCHN_FIFO_LINK_BITS = 17;

/** The link bits as a mask: 0x1FFFF. */
export const EVTCHN_FIFO_LINK_MASK = (1 << EVTCHN_FIFO_LINK_BITS) - 1;

/** Ports of the FIFO ABI, 0 included: 131072. */
export const EVTCHN_FIFO_NR_CHANNELS = 1 << EVTCHN_FIFO_LINK_BITS;

/** The priority served first. */
export const EVTCHN_FIFO_PRIORITY_MAX = 0;

/** The priority a new port has. */
export const EVTCHN_FIFO_PRIORITY_DEFAULT = 7;

/** The priority served last; a larger number is EINVAL. */
export const EVTCHN_FIFO_PRIORITY_MIN = 15;

/** Queues of a vCPU, one per priority. */
export const EVTCHN_FIFO_MAX_QUEUES = EVTCHN_FIFO_PRIORITY_MIN + 1;

const BYTES_PER_EVENT_WORD = 4;

/** Event words in a page of the event array: 1024. */
export const EVTCHN_FIFO_EVENT_WORDS_PER_PAGE = PAGE_SIZE / BYTES_PER_EVENT_WORD;

/** Pages an event array can have: 128. One more is ENOSPC. */
export const EVTCHN_FIFO_MAX_EVENT_ARRAY_PAGES =
  EVTCHN_FIFO_NR_CHANNELS / EVTCHN_FIFO_EVENT_WORDS_PER_PAGE;

/** Byte offset in a control block of `ready` (u32): one bit per queue that is not empty. */
export const EVTCHN_FIFO_CONTROL_BLOCK_READY_OFFSET = 0;

/** Byte offset in a control block of the reserved u32 after `ready`. */
export const EVTCHN_FIFO_CONTROL_BLOCK_RESERVED_OFFSET = 4;

/** Byte offset in a control block of `head` (16 u32): the first port of each queue. */
export const EVTCHN_FIFO_CONTROL_BLOCK_HEAD_OFFSET = 8;

/** Bytes of a control block: 72. It lies in one page, at a multiple of the alignment. */
export const EVTCHN_FIFO_CONTROL_BLOCK_SIZE =
  EVTCHN_FIFO_CONTROL_BLOCK_HEAD_OFFSET + EVTCHN_FIFO_MAX_QUEUES * BYTES_PER_EVENT_WORD;

/** What the offset of a control block in its page must be a multiple of, in bytes. */
export const EVTCHN_FIFO_CONTROL_BLOCK_ALIGN = 8;
