import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ENODEV, type Evtchn } from 'xen-evtchn';
import { attach } from '../../examples/console/attach.js';
import { BufferMemory } from '../../examples/console/buffer-memory.js';
import type { ConsoleEnd } from '../../examples/console/console-end.js';
import { CONSOLE_SIZE, FRONT_STATE, IN, OUT } from '../../examples/console/console-page.js';
import { PeerClosed } from '../../examples/console/peer-closed.js';
import { RingCorrupt } from '../../examples/console/ring-corrupt.js';
import { bytes, consolePair, freshMemory, readAll } from './console-pair.js';

const encode = (string: string) => new TextEncoder().encode(string);
const decode = (array: Uint8Array | undefined) => new TextDecoder().decode(array);

/** Writes all of it in pieces of these lengths, over and over, and ends. */
async function say(end: ConsoleEnd, all: Uint8Array, lengths: readonly number[]): Promise<void> {
  for (let at = 0, turn = 0; at < all.length; turn++) {
    const length = lengths[turn % lengths.length]!;
    await end.write(all.subarray(at, at + length));
    at += length;
  }
  end.end();
}

/** Lets everything happen that can. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await setImmediate();
}

/** Counts the events that a handle sends. */
function notifies(handle: Evtchn): () => number {
  const notify = handle.notify.bind(handle);
  let count = 0;
  handle.notify = (port) => {
    count++;
    notify(port);
  };
  return () => count;
}

describe('a console', () => {
  it('hands over what the guest says, and what is typed', async () => {
    const { back, connect } = consolePair();
    const front = connect();
    const login = back.read();
    await front.write(encode('login: '));
    expect(decode(await login)).toBe('login: ');
    const name = front.read();
    await back.write(encode('root\n'));
    expect(decode(await name)).toBe('root\n');
  });

  it('keeps what was typed before the guest was there', async () => {
    const { back, connect } = consolePair();
    await back.write(encode('early'));
    expect(decode(await connect().read())).toBe('early');
  });

  it('makes whoever writes wait while a ring is full', async () => {
    const { back, connect } = consolePair();
    const front = connect();
    let typed = false;
    const typing = back.write(bytes(IN.size + 1)).then(() => {
      typed = true;
    });
    expect(await Promise.race([typing, Promise.resolve('full')])).toBe('full');
    await settle();
    expect(typed).toBe(false);
    expect(await front.read()).toEqual(bytes(IN.size));
    await typing;
    expect(await front.read()).toEqual(bytes(1, IN.size));
  });

  it.each([
    ['at once', [100_000]],
    ['by pieces', [1000, 3000, 7]],
    ['byte by byte', [1]],
  ])(
    'carries more than its rings hold, both ways at the same time, written %s',
    async (_, lengths) => {
      const { back, connect } = consolePair();
      const front = connect();
      const all = [bytes(20_000), bytes(10_000, 100)] as const;
      const [said, typed] = await Promise.all([
        readAll(back),
        readAll(front),
        say(front, all[0], lengths),
        say(back, all[1], lengths),
      ]);
      expect(said).toEqual(all[0]);
      expect(typed).toEqual(all[1]);
    },
  );

  it('carries every byte once and in order, however it is cut, wherever the indexes are', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 });
    const start = fc.integer({ min: 0xfffff000, max: 0xffffffff });
    const total = fc.nat(12_000);
    await fc.assert(
      fc.asyncProperty(start, total, total, lengths, lengths, async (index, out, typed, a, b) => {
        const memory = freshMemory();
        for (const { cons, prod } of [IN, OUT]) {
          memory.store(cons, index);
          memory.store(prod, index);
        }
        const { back, connect } = consolePair(memory);
        const front = connect();
        const results = await Promise.all([
          readAll(back),
          readAll(front),
          say(front, bytes(out), a),
          say(back, bytes(typed), b),
        ]);
        expect(results.slice(0, 2)).toEqual([bytes(out), bytes(typed)]);
      }),
      { numRuns: 50 },
    );
  });

  it('sends an event for what is put in or taken out, and none for having looked', async () => {
    const { handles, back, connect } = consolePair();
    const front = connect();
    const sent = { back: notifies(handles.back), front: notifies(handles.front) };
    const reading = back.read();
    await front.write(encode('a'));
    await reading;
    // A look that finds nothing, on an event that means nothing.
    const aborted = new AbortController();
    const looks = [back.read(aborted), front.read(aborted)];
    handles.back.notify(back.port);
    await settle();
    expect({ back: sent.back(), front: sent.front() }).toEqual({ back: 2, front: 1 });
    aborted.abort('enough');
    await expect(Promise.allSettled(looks)).resolves.toEqual([
      { status: 'rejected', reason: 'enough' },
      { status: 'rejected', reason: 'enough' },
    ]);
  });
});

/** Memory in which something happens after a word was loaded, once. */
class EventfulMemory extends BufferMemory {
  #at = -1;
  #happens = (): void => {};

  constructor() {
    super(new ArrayBuffer(CONSOLE_SIZE));
  }

  after(offset: number, happens: () => void): void {
    this.#at = offset;
    this.#happens = happens;
  }

  override load(offset: number): number {
    const word = super.load(offset);
    if (offset === this.#at) {
      this.#at = -1;
      this.#happens();
    }
    return word;
  }
}

describe('what the guest does while the back end looks', () => {
  it.each([
    ['at its state', FRONT_STATE],
    ['into the ring', OUT.prod],
  ])('%s is not missed: text', async (_, offset) => {
    const memory = new EventfulMemory();
    const { back, connect } = consolePair(memory);
    const front = connect();
    memory.after(offset, () => void front.write(encode('late')));
    expect(decode(await back.read())).toBe('late');
  });

  it.each([
    ['at its state', FRONT_STATE],
    ['into the ring', OUT.prod],
  ])('%s is not missed: the end, and the text before it', async (_, offset) => {
    const memory = new EventfulMemory();
    const { back, connect } = consolePair(memory);
    const front = connect();
    memory.after(offset, () => {
      void front.write(encode('last'));
      front.close();
    });
    expect(decode(await readAll(back))).toBe('last');
  });

  it('for room is not missed', async () => {
    const memory = new EventfulMemory();
    const { back, connect } = consolePair(memory);
    const front = connect();
    await back.write(bytes(IN.size));
    memory.after(IN.cons, () => void front.read());
    await back.write(bytes(1));
    expect(await front.read()).toEqual(bytes(1));
  });
});

describe('the end of a console', () => {
  it('is of one direction; the other goes on', async () => {
    const { back, connect } = consolePair();
    const front = connect();
    await front.write(encode('last words'));
    front.end();
    expect(decode(await back.read())).toBe('last words');
    expect(await back.read()).toBeUndefined();
    await back.write(encode('heard'));
    expect(decode(await front.read())).toBe('heard');
  });

  it('is told to who waits for text, for room, and for it', async () => {
    const { back, connect } = consolePair();
    const front = connect();
    const waiting = Promise.allSettled([
      back.read(),
      back.write(bytes(IN.size + 1)),
      back.untilPeerClosed(),
    ]);
    front.close();
    expect(await waiting).toEqual([
      { status: 'fulfilled', value: undefined },
      { status: 'rejected', reason: new PeerClosed() },
      { status: 'fulfilled', value: undefined },
    ]);
    expect(back.peerClosed).toBe(true);
    // Closing twice, and when nobody is there.
    front.close();
    back.close();
  });

  it('comes after all that was said, also when the guest is gone by then', async () => {
    const { handles, back, connect } = consolePair();
    const front = connect();
    await front.write(bytes(OUT.size));
    front.close();
    handles.front.close();
    expect(await readAll(back)).toEqual(bytes(OUT.size));
  });

  it('is an error when the domain is destroyed', async () => {
    const { host, back, connect } = consolePair();
    connect();
    const reading = back.read();
    host.domain(0)!.destroy();
    await expect(reading).rejects.toMatchObject({ errno: -ENODEV });
  });
});

describe('a guest that does not keep to the protocol', () => {
  it('cannot have bytes read that it has not put in', async () => {
    const { memory, handles, back, connect } = consolePair();
    const front = connect();
    const reading = back.read();
    memory.store(OUT.prod, OUT.size + 1);
    handles.front.notify(front.port);
    await expect(reading).rejects.toThrow(RingCorrupt);
    back.close();
  });

  it('cannot have bytes written where there is no room', async () => {
    const { memory, handles, back, connect } = consolePair();
    const front = connect();
    const writing = back.write(bytes(IN.size + 1));
    memory.store(IN.cons, IN.size + 1);
    handles.front.notify(front.port);
    await expect(writing).rejects.toThrow('in_prod 1024 is not 0 to 1024 ahead of in_cons 1025');
  });
});

describe('an end attached to a terminal', () => {
  /** Both ends of a console, each with an input and an output. */
  function attachedPair() {
    const pair = consolePair();
    const stop = new AbortController();
    const terminal = () => ({
      input: new PassThrough(),
      output: new PassThrough(),
      signal: stop.signal,
    });
    const terminals = { back: terminal(), front: terminal() };
    const ends = { back: pair.back, front: pair.connect() };
    const done = {
      back: attach(ends.back, terminals.back),
      front: attach(ends.front, terminals.front),
    };
    return { ...pair, stop, terminals, ends, done };
  }

  it('hands text on both ways, and ends when both have ended', async () => {
    const { terminals, done } = attachedPair();
    const typed = 'typed '.repeat(1000);
    const said = 'said '.repeat(1000);
    terminals.back.input.end(typed);
    terminals.front.input.end(said);
    await Promise.all([done.back, done.front]);
    expect(await text(terminals.back.output.end())).toBe(said);
    expect(await text(terminals.front.output.end())).toBe(typed);
  });

  it('waits for who reads its output', async () => {
    const { memory, terminals, done } = attachedPair();
    const said = 'said '.repeat(50_000);
    terminals.front.input.end(said);
    const full = () => memory.load(OUT.prod) - memory.load(OUT.cons);
    await vi.waitFor(() => expect(full()).toBe(OUT.size));
    await settle();
    // The rest has not been asked for: streams hold what they hold, and the ring is full.
    expect(memory.load(OUT.cons)).toBeLessThan(said.length - OUT.size);
    expect(full()).toBe(OUT.size);
    const heard = text(terminals.back.output);
    terminals.back.input.end();
    await Promise.all([done.back, done.front]);
    terminals.back.output.end();
    expect(await heard).toBe(said);
  });

  it('ends when the other end is closed, though its input has not ended', async () => {
    const { terminals, ends, done } = attachedPair();
    terminals.front.input.write('unfinished');
    const shown = String(
      await new Promise((resolve) => terminals.back.output.once('data', resolve)),
    );
    ends.front.close();
    await done.back;
    expect(shown).toBe('unfinished');
    await expect(done.front).rejects.toMatchObject({ code: 'ECANCELED' });
  });

  it('ends when it is asked to', async () => {
    const { stop, done } = attachedPair();
    stop.abort();
    const [back, front] = await Promise.allSettled([done.back, done.front]);
    expect([back.status, front.status]).toEqual(['rejected', 'rejected']);
  });

  it.each(['input', 'output'] as const)('ends when its %s fails', async (stream) => {
    const { terminals, done, ends } = attachedPair();
    const failure = new Error('the disk is full');
    terminals.back[stream].destroy(failure);
    await expect(done.back).rejects.toThrow(failure);
    ends.back.close();
    await done.front;
  });
});
