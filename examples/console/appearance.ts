import { existsSync, watch } from 'node:fs';
import { dirname } from 'node:path';

/** Waits until there is a file at a path, in a folder that is there. @throws (rejects) the signal's reason */
export async function appearance(path: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      watcher.close();
      signal.removeEventListener('abort', onAbort);
    };
    const onAbort = (): void => {
      stop();
      reject(signal.reason);
    };
    const look = (): void => {
      if (!existsSync(path)) return;
      stop();
      resolve();
    };
    // Watched first, then looked at: a file that comes in between is seen by both.
    const watcher = watch(dirname(path), look);
    watcher.on('error', (error) => {
      stop();
      reject(error);
    });
    signal.addEventListener('abort', onAbort);
    look();
  });
}
