/**
 * Domain ids with a meaning of their own. A domid is 16 bits wide (`domid_t`); an ordinary domain
 * has 0..0x7FEF, 0 being the first one. Mirrors Xen's `public/xen.h`.
 */

/** The first domid no ordinary domain can have. Same number as {@link DOMID_SELF}. */
export const DOMID_FIRST_RESERVED = 0x7ff0;

/** "The calling domain itself". */
export const DOMID_SELF = 0x7ff0;

/** The owner of I/O memory. */
export const DOMID_IO = 0x7ff1;

/** The owner of those pages of Xen itself that it shares with privileged domains. */
export const DOMID_XEN = 0x7ff2;

/** The owner of pages shared copy-on-write. */
export const DOMID_COW = 0x7ff3;

/** No domain: the owner of a page is not known. */
export const DOMID_INVALID = 0x7ff4;

/** No domain in particular: the callee picks one, or takes all. Only in Xen newer than 4.17. */
export const DOMID_ANY = 0x7ff5;

/** The idle domain. */
export const DOMID_IDLE = 0x7fff;

/** The bits of a `domid_t` that a domid uses. */
export const DOMID_MASK = 0x7fff;
