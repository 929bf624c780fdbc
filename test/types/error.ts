// Checked by the compiler, never run: what a program may know of an error.
import { expectTypeOf } from 'vitest';
import { EvtchnError } from 'xen-evtchn';

/** An error has the fields of Node's own. */
export function fields(error: EvtchnError): void {
  expectTypeOf(error).toExtend<Error>();
  expectTypeOf(error).toExtend<NodeJS.ErrnoException>();
  expectTypeOf(error.name).toEqualTypeOf<string>();
  expectTypeOf(error.code).toEqualTypeOf<string>();
  expectTypeOf(error.errno).toEqualTypeOf<number>();
  expectTypeOf(error.syscall).toEqualTypeOf<string>();
  // @ts-expect-error -- readonly
  error.code = 'EBADF';
  // @ts-expect-error -- readonly
  error.errno = -9;
}

/** What is caught is an error of the device if it is made by its class. */
export function caught(error: unknown): void {
  // @ts-expect-error -- it may be anything
  expectTypeOf(error.code).toEqualTypeOf<string>();
  if (error instanceof EvtchnError) expectTypeOf(error).toEqualTypeOf<EvtchnError>();
}
