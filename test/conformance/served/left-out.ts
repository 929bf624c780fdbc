import { readFileSync } from 'node:fs';
import type { Case } from '../case-folder.js';
import { stepLines } from '../script.js';

/** Whether this process may become another user: one that its user namespace knows. */
function mayBecome(user: number): boolean {
  if (process.getuid?.() !== 0) return false;
  return readFileSync('/proc/self/uid_map', 'utf8')
    .split('\n')
    .some((line) => {
      const [first, , count] = line.trim().split(/\s+/).map(Number);
      return first! <= user && user < first! + count!;
    });
}

/** Users a case wants to be. */
function usersOf(text: string): number[] {
  return stepLines(text).flatMap((line) => {
    const user = /(?:^|[\s:;])setuid (\d+)/.exec(line)?.[1];
    return user === undefined ? [] : [Number(user)];
  });
}

/** Why a case is not run against a served device; undefined if it is. */
export function whyNotServed(test: Case): string | undefined {
  if (test.tags.has('@real-only')) return 'tagged @real-only: needs the hypercalls of a real Xen';
  if (test.tags.has('@2l')) return 'tagged @2l: a served host uses FIFO';
  if (test.recording === undefined) return 'no recording of it';
  const user = usersOf(test.text).find((one) => !mayBecome(one));
  return user === undefined ? undefined : `becomes user ${user}, which needs root`;
}
