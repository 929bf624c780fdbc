import { type ExecFileException, execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Trial } from './facts.js';

/** How long it may take, milliseconds; in an emulated machine it takes seconds. */
const LIMIT = 20_000;

/** What is put before the trial for each way of getting the right to mount. */
const WAYS = {
  /** With the rights one has. */
  own: [],
  /** In a user namespace, as `xen-evtchn run` does it for an ordinary user. */
  namespace: ['unshare', '--user', '--map-current-user', '--keep-caps', '--'],
} as const;

/** What went wrong, in one line. */
function reasonOf(error: ExecFileException, said: string): string {
  if (error.code === 'ENOENT') return 'cannot be tried: there is no unshare (package util-linux)';
  if (error.killed === true) return `no result within ${LIMIT / 1000} s`;
  const last = said.trim().split('\n').at(-1);
  return last === undefined || last === '' ? error.message.split('\n')[0]! : last;
}

/** Mounts FUSE in a mount namespace of its own, which ends with the trial: this process sees nothing of it. */
export function tryMount(way: keyof typeof WAYS): Promise<Trial> {
  const program = fileURLToPath(new URL('./trial-program.js', import.meta.url));
  const [command, ...args] = [...WAYS[way], process.execPath, program] as const;
  const options = { timeout: LIMIT, killSignal: 'SIGKILL', cwd: '/' } as const;
  return new Promise((resolve) => {
    execFile(command!, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as Trial);
      else resolve({ mounted: false, reason: reasonOf(error, stderr) });
    });
  });
}
