import { open } from 'node:fs/promises';

/** Bytes that are asked for at once: as many as a server gives at once. */
const CHUNK = 1 << 20;

/**
 * Reads a text of a served tree, UTF-8. Its size is not known before: it is 0, as of files in /proc. Node's own `readFile` asks
 * for 64 KiB at a time then, which takes many turns where there are many megabytes.
 * @throws (rejects) the error of the system call
 */
export async function readServedText(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const parts: Buffer[] = [];
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, null);
      if (bytesRead === 0) return Buffer.concat(parts).toString('utf8');
      parts.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    // A host that is gone says so here, too; it was told already.
    await file.close().catch(() => {});
  }
}
