import { createRequire } from 'node:module';
import type Koffi from 'koffi';
import { EvtchnError } from '../errors/evtchn-error.js';

/** A function of the C library, called on the thread that calls it. Arguments and result as its declaration says. */
export type NativeFunction = (...args: unknown[]) => number;

let koffi: typeof Koffi | undefined;
/** The C library of this very process, glibc or musl. */
let library: ReturnType<typeof Koffi.load> | undefined;

/** Loaded by the first native call: whoever makes none needs no native library for their platform. */
function loaded(): typeof Koffi {
  koffi ??= createRequire(import.meta.url)('koffi') as typeof Koffi;
  return koffi;
}

/**
 * A function of the C library, found when it is first called.
 * @param declaration - its C prototype, e.g. `int close(int fd)`
 * @returns the function; its first call throws Error if the C library has none of that name
 */
export function libc(declaration: string): NativeFunction {
  let native: NativeFunction | undefined;
  return (...args) => {
    if (native === undefined) {
      library ??= loaded().load(null);
      native = library.func(declaration) as NativeFunction;
    }
    return native(...args);
  };
}

/** `errno` of this thread's last native call, positive. Ask at once: any other call may change it. */
export function lastErrno(): number {
  return loaded().errno();
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
  return loaded().address(memory);
}
