import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileC } from '../../c/compile.js';

/** The C program that runs a case, and its parts. */
const MAIN = 'test/conformance/served/evtrun/evtrun.c';
const PARTS = [
  'files',
  'ioctls',
  'jobs',
  'memory',
  'names',
  'polling',
  'processes',
  'pump',
  'reading',
  'relations',
  'rest',
  'signals',
  'steps',
  'symbols',
  'text',
  'vfs',
  'writing',
  'xen',
].map((name) => `test/conformance/served/evtrun/${name}.c`);

/** How long a case may take, in seconds, unless EVTRUN_LIMIT_S says otherwise; the program ends it then. */
const LIMIT_S = 90;
/** How much longer the program itself may take before it is ended, in milliseconds. */
const PATIENCE_MS = 60_000;

/** What a case printed. */
export interface Printed {
  readonly output: string;
  /** What went wrong with the program itself; empty if nothing did. */
  readonly trouble: string;
}

/** Runs a case against a device. */
export type CaseProgram = (caseFile: string, device: string) => Promise<Printed>;

/** Compiles the C program, unless it was. @returns its path @throws Error if that cannot be done here */
export function compileCaseProgram(): string {
  return compileC(MAIN, { sources: PARTS, static: true });
}

/**
 * The C program as a function.
 * @param folder - for its output: in a file, since what it leaves running in the worst case would keep a pipe open
 */
export function caseProgram(program: string, folder: string): CaseProgram {
  return async (caseFile, device) => {
    const [outputFile, errorFile] = [join(folder, 'output'), join(folder, 'errors')];
    const ending = await run(program, [caseFile, device], outputFile, errorFile);
    const errors = readFileSync(errorFile, 'utf8');
    return { output: readFileSync(outputFile, 'utf8'), trouble: ending + errors };
  };
}

/** @returns how it ended, if that is wrong; else nothing */
async function run(program: string, args: string[], output: string, errors: string) {
  const streams = [openSync(output, 'w'), openSync(errors, 'w')];
  try {
    const child = spawn(program, args, { stdio: ['ignore', ...streams] });
    const limit = Number(process.env.EVTRUN_LIMIT_S ?? LIMIT_S) * 1000 + PATIENCE_MS;
    const timer = setTimeout(() => child.kill('SIGKILL'), limit);
    return await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        // 1 is a case that was killed or hung, which is among what it printed.
        if (signal !== null) resolve(`the runner was ended by ${signal}\n`);
        else resolve(code === 0 || code === 1 ? '' : `the runner ended with ${code}\n`);
      });
    });
  } finally {
    for (const stream of streams) closeSync(stream);
  }
}
