import koffi from 'koffi';
import { EvtchnError } from '../errors/evtchn-error.js';

/** A function of the C library, called on the thread that calls it. Arguments and result as its declaration says. */
export type NativeFunction = (...args: unknown[]) => number;

/** The C library of this very process, glibc or musl. */
const library = koffi.load(null);

/**
 * Finds a function of the C library.
 * @param declaration - its C prototype, e.g. `int close(int fd)`
 * @throws Error if the C library has none of that name
 */
export function libc(declaration: string): NativeFunction {
  return library.func(declaration) as NativeFunction;
}

/** `errno` of this thread's last native call, positive. Ask at once: any other call may change it. */
export function lastErrno(): number {
  return koffi.errno();
}

/**
 * Passes a result on, unless it says that the call failed.
 * @param syscall - name of the call, for the error
 * @param result - what it answered, negative for a failure that `errno` explains
 * @param advice - what whoever reads the error can do
 * @throws EvtchnError with the call's errno
 */
export function succeeded(syscall: string, result: number, advice?: string): number {
  if (result >= 0) return result;
  throw new EvtchnError(syscall, lastErrno(), advice);
}

/**
 * The address of an array's memory, for structures that point to it. The array must have memory of its own, outside V8's
 * heap (more than 64 bytes), and must be kept while C may use it.
 */
export function addressOf(memory: ArrayBufferView): bigint {
  return koffi.address(memory);
}
