/** Signal sent for asynchronous I/O when F_SETSIG chose none (asm-generic/signal.h). */
export const SIGIO = 29;

/** `si_code` of a signal the kernel sends without further information (asm-generic/siginfo.h). */
export const SI_KERNEL = 0x80;
