/** log2 of {@link PAGE_SIZE}, on x86. Mirrors `asm/page_types.h` (Linux), `asm/page.h` (Xen). */
export const PAGE_SHIFT = 12;

/** Bytes in a page of memory, on x86: 4096. */
export const PAGE_SIZE = 1 << PAGE_SHIFT;
