import { describe, expect, it } from 'vitest';
import { concat, encode } from './fuse-struct.js';
import { KernelSide, type Message } from './kernel-side.js';
import { fromHex, readRecording, toHex } from './recording.js';

/** `fuse_attr.atime` in a `fuse_attr_out` or `fuse_entry_out` behind a header. */
const ATTR_OUT_TIME = 16 + 16 + 24;
const ENTRY_OUT_TIME = 16 + 40 + 24;

function messageHex({ unique, error, body }: Message): string {
  return toHex(concat(encode('out_header', { len: 16 + body.length, error, unique }), body));
}

/** Seconds since 1970 that a reply shows, by a look at its bytes. */
function secondsAt(reply: string, offset: number): number {
  return Number(new DataView(fromHex(reply).buffer).getBigUint64(offset, true));
}

describe('a session that was recorded with Linux 6.18', () => {
  it('is answered byte for byte as it was, and reads the same memory', () => {
    const recording = readRecording('linux-6.18.txt');
    const replyTo = (name: string) => recording.find((each) => each.name === name)!.replies[0]!;
    const textRead = recording.find(
      ({ name, replies }) => name === 'READ' && replies.join().length > 1000,
    )!;
    const words = Buffer.from(fromHex(textRead.replies[0]!).slice(16)).toString('latin1');
    const text = (name: string, mode: number) =>
      ({ name, mode, kind: 'text', text: () => words }) as const;
    let seconds = secondsAt(replyTo('GETATTR'), ATTR_OUT_TIME);
    const kernel = new KernelSide({
      agreed: false,
      domains: [0],
      tree: {
        owner: { uid: 0, gid: 0 },
        seconds: () => seconds,
        // What was there when it was recorded; what the texts say is another test's business.
        rootFiles: [text('server', 0o444)],
        domainFiles: () => [text('channels', 0o400), text('files', 0o400)],
      },
    });
    seconds = secondsAt(replyTo('MKDIR'), ENTRY_OUT_TIME);
    for (const { name, bytes, looks, replies } of recording) {
      for (const look of looks) {
        if (look.bytes !== undefined) kernel.programs.put(look.pid, look.address, look.bytes);
      }
      expect(kernel.feed(bytes)).toBe(true);
      expect({ name, replies: kernel.messages().map(messageHex) }).toEqual({ name, replies });
      const expected = looks.map(({ pid, address, count }) => ({ pid, address, count }));
      expect({ name, looks: kernel.programs.looks.splice(0) }).toEqual({ name, looks: expected });
    }
    expect(kernel.waiting).toEqual([]);
    expect([...kernel.session.devices.open()]).toEqual([]);
  });
});
