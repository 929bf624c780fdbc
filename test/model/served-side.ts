/** Errnos a call may end with that are told apart here. */
export const EINTR = -4;
export const EAGAIN = -11;

/** What a call came to: its result, or an errno; `waits` for a read that has nothing yet. */
export type CallResult = number | readonly number[] | 'waits';

/** What happened beside the answer of a call, or long after it. */
export type Happening =
  /** A read that waited is over: the ports it got, or an errno. */
  | { readonly read: number; readonly result: CallResult }
  /** Those who poll an open file are to look again. */
  | { readonly woken: number };

/**
 * A host and open files of its devices, as programs use them. Domains, files and reads go by numbers of the caller's choice;
 * results are as of system calls.
 */
export interface ServedSide {
  makeDomain(domid: number): CallResult;
  destroyDomain(domid: number): CallResult;
  open(file: number, domid: number): CallResult;
  close(file: number): CallResult;
  /** @param argument - the bytes it points to; undefined for a pointer to nothing */
  ioctl(file: number, command: number, argument: Uint8Array | undefined): CallResult;
  /** @param read - by what it is known should it wait */
  read(file: number, read: number, bytes: number, nonBlocking: boolean): CallResult;
  write(file: number, data: Uint8Array): CallResult;
  /** @param wait - somebody will */
  poll(file: number, wait: boolean): CallResult;
  /** A signal for who waits in a read. */
  interrupt(read: number): void;
  raiseVirq(domid: number, virq: number): void;
  passTime(milliseconds: number): void;
  /** Poll bits of an open file, with nothing asked of anybody. */
  look(file: number): number;
  /** Reads that wait. */
  waiting(): number[];
  /** What happened since this was asked last. */
  happenings(): Happening[];
}
