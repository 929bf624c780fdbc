import { readFile } from 'node:fs/promises';
import { errnoMessage } from '../abi/errno.js';
import { errorText } from '../errors/error-text.js';
import { type RecordedTrace, readJsonLines } from '../trace-formats/json-lines-reader.js';

/**
 * Reads a trace from a file of JSON lines.
 * @throws (rejects) Error that says why the file cannot be read, or which line of it is wrong and how
 */
export async function readTraceFile(path: string): Promise<RecordedTrace> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { errno = 0 } = error as NodeJS.ErrnoException;
    throw new Error(`cannot read ${path}: ${errnoMessage(-errno)}`);
  }
  try {
    return readJsonLines(text);
  } catch (error) {
    throw new Error(`${path} is no trace that can be replayed: ${errorText(error)}`);
  }
}
