import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { whyNoCompiler } from '../../test/c/compile.js';

/** What measuring needs: each says what is wrong and how to mend it, or undefined. */
const NEEDED: readonly (() => string | undefined)[] = [
  () => (process.getuid?.() === 0 ? undefined : 'not root, which mounts and namespaces need'),
  () =>
    wrong(
      () => closeSync(openSync('/dev/fuse', 'r+')),
      'modprobe fuse; in a container --device /dev/fuse --cap-add SYS_ADMIN',
    ),
  whyNoCompiler,
  () =>
    wrong(
      () => runQuietly('unshare', '--mount', '--pid', '--fork', '--mount-proc', 'true'),
      'unshare is part of util-linux; in a container --cap-add SYS_ADMIN',
    ),
  () => wrong(() => runQuietly('taskset', '--version'), 'taskset is part of util-linux'),
];

/** Why nothing can be measured on this machine; empty if it can. */
export function missingMeans(): string[] {
  return NEEDED.map((why) => why()).filter((why) => why !== undefined);
}

function wrong(attempt: () => void, advice: string): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return `${(error as Error).message.split('\n')[0]} (${advice})`;
  }
}

function runQuietly(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: 'ignore' });
}
