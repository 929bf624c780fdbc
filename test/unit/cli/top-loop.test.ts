import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { showBatch, showScreen } from '../../../src/cli/top-loop.js';
import { plain } from '../../../src/terminal/style.js';
import type { TerminalProcess } from '../../../src/terminal/terminal-session.js';
import { TopView } from '../../../src/terminal/top-view.js';
import type { WatchedHost } from '../../../src/watch/watched-host.js';
import { connectedPair } from '../terminal/watched-host.js';

/** A host that can be looked at so often. */
function hostOf(looks: number): WatchedHost {
  const { world } = connectedPair();
  let left = looks;
  const host: Pick<WatchedHost, 'name' | 'snapshot'> = {
    name: 'host',
    snapshot: async () => {
      if (left-- === 0) throw new Error('it cannot be read');
      world.clock.advance(1000);
      return world.snapshot();
    },
  };
  return host as WatchedHost;
}

/** What the batches print, and how they end. */
async function batches(host: WatchedHost, isThere: boolean, times: number) {
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
    printed += text;
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  });
  const view = new TopView({ host: 'host', interval: 1, paint: plain, sort: 'port', filter: '' });
  try {
    const of = { host, isThere: async () => isThere };
    const end = await showBatch(of, view, { interval: 0, times });
    return { end, tables: printed.split('\n\n').filter((table) => table !== '') };
  } finally {
    write.mockRestore();
  }
}

it('prints as many tables as asked for', async () => {
  const { end, tables } = await batches(hostOf(100), true, 3);
  expect(end).toBeUndefined();
  expect(tables).toHaveLength(3);
  expect(tables[0]).toMatch(/^host: 2 domains/);
});

it('says that the host has ended when it has', async () => {
  const { end, tables } = await batches(hostOf(3), false, 9);
  expect(end).toBe('the host has ended: it cannot be read');
  expect(tables).toHaveLength(2);
});

it('fails when the host is there still', async () => {
  await expect(batches(hostOf(3), true, 9)).rejects.toThrow('it cannot be read');
});

it('fails when there is nothing to look at from the first', async () => {
  await expect(batches(hostOf(0), false, 9)).rejects.toThrow('it cannot be read');
});

/** The screen of a terminal; types the next of the keys after each frame. */
class TypingScreen extends Writable {
  readonly columns = 100;
  readonly rows = 8;
  readonly frames: string[] = [];
  entered = false;
  readonly #type: (keys: string) => void;
  readonly #keys: string[];

  constructor(keys: readonly string[], type: (keys: string) => void) {
    super({ decodeStrings: false });
    this.#keys = [...keys];
    this.#type = type;
  }

  override _write(text: string, _: BufferEncoding, done: () => void): void {
    if (text.includes('\x1b[?1049h')) this.entered = true;
    else if (text.includes('\x1b[?1049l')) this.entered = false;
    else this.#take(text);
    done();
  }

  #take(frame: string): void {
    this.frames.push(frame);
    const next = this.#keys.shift();
    if (next !== undefined) this.#type(next);
  }
}

/** A process at a terminal where one key after the other is hit. */
class TypingProcess extends EventEmitter implements TerminalProcess {
  readonly stdin = Object.assign(new PassThrough(), { setRawMode: () => {} });
  readonly stdout: TypingScreen;
  readonly env = {};
  readonly pid = 1234;
  readonly killed: [number, string][] = [];

  constructor(...keys: string[]) {
    super();
    this.stdout = new TypingScreen(keys, (key) => this.stdin.write(key));
  }

  kill(pid: number, signal: string): void {
    this.killed.push([pid, signal]);
    this.stdin.write('q');
  }
}

const LONG = 3_600_000;

describe('showScreen', () => {
  const newView = () =>
    new TopView({ host: 'host', interval: 1, paint: plain, sort: 'port', filter: '' });

  async function shown(host: WatchedHost, terminal: TypingProcess, interval: number, times = 99) {
    const of = { host, isThere: async () => false };
    return showScreen(of, newView(), { interval, times }, terminal);
  }

  it('draws anew so many times, and gives the terminal back', async () => {
    const terminal = new TypingProcess();
    const snapshot = vi.fn(hostOf(100).snapshot);
    const host = { name: 'host', snapshot } as Partial<WatchedHost> as WatchedHost;
    expect(await shown(host, terminal, 0, 2)).toBeUndefined();
    expect(snapshot).toHaveBeenCalledTimes(3);
    expect(terminal.stdout.frames[0]).toContain('host: 2 domains');
    expect(terminal.stdout.entered).toBe(false);
    expect(terminal.eventNames()).toEqual([]);
  });

  it.each(['q', '\x03'])('ends at once with %j, in the middle of a pause', async (key) => {
    const terminal = new TypingProcess(key);
    expect(await shown(hostOf(100), terminal, LONG)).toBeUndefined();
    expect(terminal.stdout.frames).toHaveLength(1);
    expect(terminal.stdout.entered).toBe(false);
  });

  it('ends when somebody quits while the host does not answer', async () => {
    const terminal = new TypingProcess();
    const { snapshot } = hostOf(1);
    const never = new Promise<never>(() => {});
    let looks = 0;
    const host: Partial<WatchedHost> = {
      snapshot: () => {
        if (looks++ === 0) return snapshot();
        terminal.stdin.write('q');
        return never;
      },
    };
    expect(await shown(host as WatchedHost, terminal, 0)).toBeUndefined();
    expect(looks).toBe(2);
  });

  it('draws every line again with Ctrl-L', async () => {
    const terminal = new TypingProcess('\x0c', 'q');
    await shown(hostOf(100), terminal, LONG);
    const [first, again] = terminal.stdout.frames;
    expect(again).toBe(first);
  });

  it('draws what a key changes only', async () => {
    const terminal = new TypingProcess('/', '\x03');
    await shown(hostOf(100), terminal, LONG);
    expect(terminal.stdout.frames).toHaveLength(2);
    expect(terminal.stdout.frames[1]).toContain('filter: _');
    expect(terminal.stdout.frames[1]).not.toContain('2 domains');
  });

  it('suspends all that was started with it with Ctrl-Z', async () => {
    const terminal = new TypingProcess('\x1a');
    await shown(hostOf(100), terminal, LONG);
    expect(terminal.killed).toEqual([[0, 'SIGTSTP']]);
  });

  it('says that the host has ended, with the terminal given back', async () => {
    const terminal = new TypingProcess();
    const end = await shown(hostOf(2), terminal, 0);
    expect(end).toBe('the host has ended: it cannot be read');
    expect(terminal.stdout.entered).toBe(false);
  });

  it('leaves the terminal alone when there is nothing to look at', async () => {
    const terminal = new TypingProcess();
    await expect(shown(hostOf(0), terminal, 0)).rejects.toThrow('it cannot be read');
    expect(terminal.stdout.frames).toEqual([]);
    expect(terminal.eventNames()).toEqual([]);
  });
});
