import { libc, succeeded } from './libc.js';

const nativeCapget = libc('int capget(void *header, void *data)');
const nativeCapset = libc('int capset(void *header, const void *data)');

/** `_LINUX_CAPABILITY_VERSION_3` (linux/capability.h): two blocks of effective, permitted and inheritable bits. */
const VERSION = 0x20080522;
const EFFECTIVE = 0;
const INHERITABLE = 2;
const BLOCK_WORDS = 3;

/** The right to change the root directory, and to enter mount namespaces (setns(2)). */
export const CAP_SYS_CHROOT = 18;
/** The right to mount, among others (linux/capability.h). */
export const CAP_SYS_ADMIN = 21;

function header(): Uint32Array {
  return Uint32Array.of(VERSION, 0);
}

/** The sets of the calling thread, capget(2). */
function capabilities(): Uint32Array {
  const data = new Uint32Array(2 * BLOCK_WORDS);
  succeeded('capget', nativeCapget(header(), data));
  return data;
}

/** Whether the calling thread has a capability in force, in its own user namespace. */
export function hasCapability(capability: number): boolean {
  const word = capabilities()[(capability >> 5) * BLOCK_WORDS + EFFECTIVE]!;
  return ((word >>> (capability & 31)) & 1) === 1;
}

/**
 * Empties the calling thread's inheritable set, and with it the ambient set (capabilities(7)): a program that it starts as
 * an ordinary user has no capabilities. The thread keeps its own.
 * @throws EvtchnError with the errno of capset(2)
 */
export function clearInheritableCapabilities(): void {
  const data = capabilities();
  data[INHERITABLE] = 0;
  data[BLOCK_WORDS + INHERITABLE] = 0;
  succeeded('capset', nativeCapset(header(), data));
}
