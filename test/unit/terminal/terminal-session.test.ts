import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type Key, keyName } from '../../../src/terminal/key.js';
import { type TerminalProcess, TerminalSession } from '../../../src/terminal/terminal-session.js';

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';

/** Keys of a terminal. */
class FakeInput extends PassThrough {
  isTTY = true;
  raw = false;

  setRawMode(raw: boolean): void {
    this.raw = raw;
  }
}

/** A screen that keeps what is written on it. */
class FakeOutput extends Writable {
  isTTY = true;
  columns = 40;
  rows = 5;
  text = '';

  constructor() {
    super({ decodeStrings: false });
  }

  override _write(text: string, _: BufferEncoding, done: () => void): void {
    this.text += text;
    done();
  }

  /** What was written since the last time. */
  take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}

/** A process at a terminal, which no signal ends. */
class FakeProcess extends EventEmitter implements TerminalProcess {
  readonly stdin = new FakeInput();
  readonly stdout = new FakeOutput();
  env: Record<string, string> = { TERM: 'xterm' };
  readonly pid = 1234;
  readonly killed: [number, string][] = [];

  kill(pid: number, signal: string): void {
    this.killed.push([pid, signal]);
  }
}

/** A session that is open. */
function opened() {
  const on = new FakeProcess();
  const keys: string[] = [];
  const seen = { redraws: 0 };
  const session = TerminalSession.open(
    {
      onKey: (key: Key) => keys.push(keyName(key)),
      onRedraw: () => {
        seen.redraws++;
      },
    },
    on,
  );
  return { on, keys, seen, session };
}

describe('TerminalSession', () => {
  it('is possible with a terminal on both sides that can be drawn on', () => {
    expect(TerminalSession.possible(new FakeProcess())).toBe(true);
    const noKeys = new FakeProcess();
    noKeys.stdin.isTTY = false;
    expect(TerminalSession.possible(noKeys)).toBe(false);
    const noScreen = new FakeProcess();
    noScreen.stdout.isTTY = false;
    expect(TerminalSession.possible(noScreen)).toBe(false);
    const dumb = new FakeProcess();
    dumb.env = { TERM: 'dumb' };
    expect(TerminalSession.possible(dumb)).toBe(false);
  });

  it('takes the terminal over, and gives it back with no listener left', () => {
    const { on, session } = opened();
    expect(on.stdout.take()).toBe(ENTER);
    expect(on.stdin.raw).toBe(true);
    expect(on.stdin.isPaused()).toBe(false);
    session.close();
    expect(on.stdout.take()).toBe(LEAVE);
    expect(on.stdin.raw).toBe(false);
    expect(on.stdin.isPaused()).toBe(true);
    expect(on.eventNames()).toEqual([]);
    expect(on.stdin.listenerCount('keypress')).toBe(0);
    expect(on.stdout.listenerCount('resize')).toBe(0);
  });

  it('has the size of the terminal, and the usual one where it knows none', () => {
    const { on, session } = opened();
    expect(session.size).toEqual({ width: 40, height: 5 });
    on.stdout.columns = 0;
    on.stdout.rows = 0;
    expect(session.size).toEqual({ width: 80, height: 24 });
  });

  it('draws what changed, and everything once the screen is not known', () => {
    const { on, session } = opened();
    session.draw(['one', 'two']);
    const all = on.stdout.take().slice(ENTER.length);
    session.draw(['one', 'three']);
    expect(on.stdout.take()).not.toContain('one');
    session.forget();
    session.draw(['one', 'two']);
    expect(on.stdout.take()).toBe(all);
  });

  it('draws no more than fits', () => {
    const { on, session } = opened();
    on.stdout.rows = 1;
    session.draw(['one', 'two']);
    expect(on.stdout.take()).not.toContain('two');
  });

  it('tells of keys, until it is closed', () => {
    const { on, keys, session } = opened();
    on.stdin.emit('data', Buffer.from('q\x1b[A\x03'));
    session.close();
    on.stdin.emit('data', Buffer.from('x'));
    expect(keys).toEqual(['q', 'up', 'C-c']);
  });

  it('has the frame drawn at another size', () => {
    const { on, seen } = opened();
    on.stdout.emit('resize');
    expect(seen.redraws).toBe(1);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])(
    'gives the terminal back before it ends by %s',
    (signal) => {
      const { on } = opened();
      on.emit(signal);
      expect(on.stdout.take()).toBe(ENTER + LEAVE);
      expect(on.stdin.raw).toBe(false);
      // Nothing listens any more, so that the signal ends the process now.
      expect(on.eventNames()).toEqual([]);
      expect(on.killed).toEqual([[1234, signal]]);
    },
  );

  it('suspends all that was started with it', () => {
    const { on, session } = opened();
    session.suspend();
    expect(on.killed).toEqual([[0, 'SIGTSTP']]);
  });

  it('gives the terminal back while it is stopped, and draws everything when it goes on', () => {
    const { on, seen, session } = opened();
    session.draw(['one']);
    const all = on.stdout.take();
    on.emit('SIGTSTP');
    expect(on.stdout.take()).toBe(LEAVE);
    expect(on.stdin.raw).toBe(false);
    expect(on.killed).toEqual([[1234, 'SIGSTOP']]);
    on.emit('SIGCONT');
    expect(on.stdin.raw).toBe(true);
    expect(seen.redraws).toBe(1);
    session.draw(['one']);
    expect(on.stdout.take()).toBe(all);
  });

  it.each(['uncaughtExceptionMonitor', 'exit'])('gives the terminal back at %s', (event) => {
    const { on } = opened();
    on.emit(event);
    expect(on.stdout.take()).toBe(ENTER + LEAVE);
    expect(on.stdin.raw).toBe(false);
  });

  it('does not mind a terminal that is gone, even after its end', () => {
    const { on, session } = opened();
    session.close();
    expect(on.stdin.emit('error', new Error('read EIO'))).toBe(true);
    expect(on.stdout.emit('error', new Error('write EIO'))).toBe(true);
  });
});
