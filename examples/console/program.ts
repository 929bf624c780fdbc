import { type Evtchn, openEvtchn } from 'xen-evtchn';
import { attach } from './attach.js';
import type { ConsoleEnd } from './console-end.js';

/** What a program is called with. */
export interface Call {
  readonly evtchn: Evtchn;
  /** Path of the file that is the memory. */
  readonly path: string;
  /** Domain of the other end. */
  readonly peerDomid: number;
  /** Aborts when the program is asked to end. */
  readonly signal: AbortSignal;
}

/** Attaches an end of a console to standard input and output. The end is closed afterwards. */
export async function attachProgram(end: ConsoleEnd, signal: AbortSignal): Promise<void> {
  try {
    await attach(end, { input: process.stdin, output: process.stdout, signal });
  } finally {
    end.close();
  }
}

/**
 * Runs a program that is called with FILE and DOMAIN. Sets the exit status: 0 when it has done its work or was asked to end
 * by SIGINT or SIGTERM, 1 if it failed, 2 for wrong usage.
 * @param peer - what the domain of the other end is called
 */
export async function runProgram(
  name: string,
  peer: string,
  program: (call: Call) => Promise<void>,
): Promise<void> {
  const [path, domain, ...more] = process.argv.slice(2);
  if (path === undefined || !/^\d+$/.test(domain ?? '') || more.length > 0) {
    process.stderr.write(`usage: ${name} FILE ${peer}\n`);
    process.exitCode = 2;
    return;
  }
  const asked = new AbortController();
  const stop = (): void => asked.abort();
  // Once: a second signal ends the program at once.
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const evtchn = openEvtchn();
    try {
      await program({ evtchn, path, peerDomid: Number(domain), signal: asked.signal });
    } finally {
      evtchn.close();
    }
  } catch (error) {
    if (asked.signal.aborted) return;
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
