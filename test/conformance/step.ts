import type { Handle } from './handle-table.js';
import type { PortSymbols } from './port-symbols.js';
import type { Process } from './process.js';
import type { StepArguments } from './step-arguments.js';
import type { Thread } from './thread.js';

/** One execution of a step. */
export interface StepCall {
  readonly line: string;
  readonly args: StepArguments;
  readonly thread: Thread;
  readonly process: Process;
  readonly symbols: PortSymbols;
}

/** What a step does; what it returns is its result, as it is printed. */
export type Step = (call: StepCall) => string | Promise<string>;

/** Steps by name. */
export type StepTable = Readonly<Record<string, Step>>;

/** A step written wrongly. Its text is the result. */
export class ScriptError extends Error {
  constructor(what?: string) {
    super(what === undefined ? 'SCRIPT-ERROR' : `SCRIPT-ERROR ${what}`);
  }
}

/** The handle a step names. */
export function handleOf({ args, process }: StepCall, index = 1): Handle {
  const handle = process.handles.find(args.word(index));
  if (handle === undefined) throw new ScriptError('no handle');
  return handle;
}

/** A word a step cannot do without. */
export function wordOf({ args }: StepCall, index: number): string {
  const word = args.word(index);
  if (word === undefined) throw new ScriptError();
  return word;
}

/** The port a word stands for. */
export function portOf({ symbols }: StepCall, text: string | undefined): number {
  const port = text === undefined ? undefined : symbols.resolve(text);
  if (port === undefined) throw new ScriptError('port');
  return port;
}
