import { constants } from 'node:os';
import { libc, succeeded } from './libc.js';

const pthreadSelf = libc('unsigned long pthread_self()');
const pthreadKill = libc('int pthread_kill(unsigned long thread, int signal)');
const pthreadSigmask = libc('int pthread_sigmask(int how, const void *set, void *old)');
const sigemptyset = libc('int sigemptyset(void *set)');
const sigaddset = libc('int sigaddset(void *set, int signal)');
const siginterrupt = libc('int siginterrupt(int signal, int flag)');

/** A signal that nobody else has a use for: it tells of urgent data on sockets, to those who asked for it. */
const SIGNAL = 'SIGURG';
const { [SIGNAL]: NUMBER } = constants.signals;
/** `how` of pthread_sigmask(3), asm-generic/signal-defs.h. */
const SIG_UNBLOCK = 1;
/** Room for a `sigset_t` of any C library. */
const SIGSET_BYTES = 128;

/** Names a thread of this process to {@link ThreadInterrupter} (`pthread_t`). */
export type ThreadHandle = number;

/**
 * Makes the calling thread one that can be interrupted, whatever signals its parents had blocked.
 * @returns its handle, which must not be used when the thread has ended
 */
export function interruptibleThread(): ThreadHandle {
  const set = new Uint8Array(SIGSET_BYTES);
  sigemptyset(set);
  sigaddset(set, NUMBER);
  pthreadSigmask(SIG_UNBLOCK, set, null);
  return pthreadSelf();
}

/**
 * Gets threads out of system calls that block: those then fail with EINTR. Made of a signal with a handler that does nothing.
 * To be used by the main thread only.
 */
export class ThreadInterrupter {
  readonly #nothing = (): void => {};

  /** @throws EvtchnError if the C library refuses, which no known one does */
  constructor() {
    process.on(SIGNAL, this.#nothing);
    // Node has interrupted calls begun anew (SA_RESTART), which is just what must not be.
    succeeded('siginterrupt', siginterrupt(NUMBER, 1));
  }

  /** Interrupts what the thread waits in. One that is only about to wait is not: repeat it until the thread has heard. */
  interrupt(thread: ThreadHandle): void {
    pthreadKill(thread, NUMBER);
  }

  /** Interrupts no more. */
  dispose(): void {
    process.off(SIGNAL, this.#nothing);
  }
}
