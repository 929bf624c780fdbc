import { fileURLToPath } from 'node:url';
import { compileC } from '../c/compile.js';
import { compileCaseProgram } from '../conformance/served/case-program.js';

/** The client programs of test/c that are run in the machine. */
const NAMES = [
  'arguments',
  'kills',
  'library-functions',
  'loopback',
  'readiness',
  'sharing',
  'storm',
  'sudden-end',
  'two-domains',
  'waiting',
] as const;

/** Name of a client program. */
export type ClientName = (typeof NAMES)[number];

/** This file is two folders deeper once it is compiled. */
const SOURCES = import.meta.url.includes('/.build/') ? '../../../test/c/' : '../c/';

/** The compiled client program of that name. */
export function clientFile(name: ClientName): string {
  const source = fileURLToPath(new URL(`${SOURCES}${name}.c`, import.meta.url));
  return compileC(source, { libraries: ['xenevtchn', 'xentoolcore', 'pthread'] });
}

/** Compiles all that the machine, which has no compiler, is to run. @throws Error if that cannot be done here */
export function compileAll(): void {
  compileCaseProgram();
  for (const name of NAMES) clientFile(name);
}
