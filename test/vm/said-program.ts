import { spawn } from 'node:child_process';
import type { Say } from './group.js';

/** How a program ended whose lines were passed on. */
export interface Said {
  /** Exit code; null if a signal ended it. */
  readonly code: number | null;
  /** Its last line. */
  readonly last: string;
}

/** Runs a program of Node's to its end and says what it says. @throws (rejects) Error if it cannot be started */
export async function sayProgram(
  args: readonly string[],
  say: Say,
  environment: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  let rest = '';
  let last = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) say(line);
    last = lines.at(-1) ?? last;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, last };
}
