/**
 * Where the two-level event ABI keeps its bits: in the shared info page, laid out as x86-64 lays
 * it out. Mirrors `struct shared_info` and `struct vcpu_info` of Xen's `public/xen.h`, and
 * `public/event_channel.h`. Offsets are bytes from the start of the page (or of the vcpu_info);
 * names with `WORD` count 32-bit words instead, for use with a `Uint32Array` on the same memory.
 *
 * A port has a pending bit and a mask bit. Both arrays are 64 words of 64 bits; bit w of a vCPU's
 * pending selector says that word w has something for it. On a little-endian machine a port's bit
 * in 32-bit words is bit `port & 31` of word `port >> 5`.
 */

/** vCPUs whose vcpu_info lies in the shared info page: 0..31 (`public/arch-x86/xen.h`). */
export const XEN_LEGACY_MAX_VCPUS = 32;

/** Bytes of a `struct vcpu_info`. */
export const VCPU_INFO_SIZE = 64;

/** Byte offset of `evtchn_upcall_pending` (u8) in a vcpu_info: not 0 when an upcall is due. */
export const VCPU_INFO_UPCALL_PENDING_OFFSET = 0;

/** Byte offset of `evtchn_upcall_mask` (u8) in a vcpu_info: not 0 when upcalls are held back. */
export const VCPU_INFO_UPCALL_MASK_OFFSET = 1;

/** Byte offset of `evtchn_pending_sel` (u64) in a vcpu_info: one bit per word of pending bits. */
export const VCPU_INFO_PENDING_SEL_OFFSET = 8;

/** Byte offset of the `vcpu_info` array in the shared info page. */
export const SHARED_INFO_VCPU_INFO_OFFSET = 0;

/** Bits in a word of the two-level ABI: those of `xen_ulong_t`, 64 on x86-64. */
export const BITS_PER_EVTCHN_WORD = 64;

/** Words in each of the two arrays: one per bit of the selector. */
export const EVTCHN_2L_NR_WORDS = BITS_PER_EVTCHN_WORD;

/** Ports of the two-level ABI, 0 included (`public/event_channel.h`). */
export const EVTCHN_2L_NR_CHANNELS = EVTCHN_2L_NR_WORDS * BITS_PER_EVTCHN_WORD;

const EVTCHN_2L_ARRAY_SIZE = EVTCHN_2L_NR_CHANNELS / 8;

/** Byte offset of `evtchn_pending` (64 u64) in the shared info page: 2048. */
export const SHARED_INFO_EVTCHN_PENDING_OFFSET =
  SHARED_INFO_VCPU_INFO_OFFSET + XEN_LEGACY_MAX_VCPUS * VCPU_INFO_SIZE;

/** Byte offset of `evtchn_mask` (64 u64) in the shared info page: 2560. */
export const SHARED_INFO_EVTCHN_MASK_OFFSET =
  SHARED_INFO_EVTCHN_PENDING_OFFSET + EVTCHN_2L_ARRAY_SIZE;

const BYTES_PER_WORD32 = 4;

/** 32-bit words of a vcpu_info: 16. */
export const VCPU_INFO_WORDS = VCPU_INFO_SIZE / BYTES_PER_WORD32;

/** Index of the 32-bit word of a vcpu_info that holds bit 0..31 of the selector; next: 32..63. */
export const VCPU_INFO_PENDING_SEL_WORD = VCPU_INFO_PENDING_SEL_OFFSET / BYTES_PER_WORD32;

/** Index of the 32-bit word of the shared info page with the pending bits of ports 0..31. */
export const SHARED_INFO_EVTCHN_PENDING_WORD = SHARED_INFO_EVTCHN_PENDING_OFFSET / BYTES_PER_WORD32;

/** Index of the 32-bit word of the shared info page with the mask bits of ports 0..31. */
export const SHARED_INFO_EVTCHN_MASK_WORD = SHARED_INFO_EVTCHN_MASK_OFFSET / BYTES_PER_WORD32;

/** 32-bit words in each of the two arrays: 128. */
export const EVTCHN_2L_NR_WORDS32 = EVTCHN_2L_ARRAY_SIZE / BYTES_PER_WORD32;
