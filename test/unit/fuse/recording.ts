import { readFileSync } from 'node:fs';

/** One look into a program's memory that was recorded. */
export interface RecordedLook {
  readonly pid: number;
  readonly address: bigint;
  readonly count: number;
  /** What was found; undefined for a fault. */
  readonly bytes: Uint8Array | undefined;
}

/** A request that was recorded, with all that followed from it before the next one. */
export interface RecordedRequest {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly looks: readonly RecordedLook[];
  /** In hexadecimal. */
  readonly replies: readonly string[];
}

/** Reads a file of `recorded/`. */
export function readRecording(name: string): RecordedRequest[] {
  const text = readFileSync(new URL(`./recorded/${name}`, import.meta.url), 'utf8');
  const requests: { name: string; bytes: Uint8Array; looks: RecordedLook[]; replies: string[] }[] =
    [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [word = '', ...rest] = line.trim().split(' ');
    if (!line.startsWith(' ')) {
      requests.push({ name: word, bytes: fromHex(rest[0]!), looks: [], replies: [] });
    } else if (word === 'reply') {
      requests.at(-1)!.replies.push(rest[0]!);
    } else {
      const [pid, address, count, bytes] = rest;
      requests.at(-1)!.looks.push({
        pid: Number(pid),
        address: BigInt(address!),
        count: Number(count),
        bytes: bytes === 'fault' ? undefined : fromHex(bytes!),
      });
    }
  }
  return requests;
}

/** Bytes in hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Bytes from hexadecimal. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
