import { setTimeout } from 'node:timers/promises';
import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import { stuckPorts } from '../snapshot/stuck-ports.js';
import { type TerminalProcess, TerminalSession } from '../terminal/terminal-session.js';
import type { TopView } from '../terminal/top-view.js';
import type { WatchedHost } from '../watch/watched-host.js';
import { standardOutputLines } from './standard-streams.js';

/** A host that may end while it is looked at. */
export interface LookedAt {
  readonly host: WatchedHost;
  /** Whether there is still one where it was. */
  readonly isThere: () => Promise<boolean>;
}

/** How long and how often one looks. */
export interface TopTimes {
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** How often; Infinity for as long as nobody ends it. */
  readonly times: number;
}

/** Looks at a host: the first must succeed, the others find out when it has ended. */
class Looks {
  readonly #of: LookedAt;
  /** Why there are no more; undefined while there may be. */
  end: string | undefined;
  #seen = false;

  constructor(of: LookedAt) {
    this.#of = of;
  }

  /** @returns undefined when the host has ended */
  async next(): Promise<HostSnapshot | undefined> {
    try {
      const snapshot = await this.#of.host.snapshot();
      this.#seen = true;
      return snapshot;
    } catch (error) {
      if (!this.#seen || (await this.#of.isThere())) throw error;
      this.end = `the host has ended: ${(error as Error).message}`;
      return undefined;
    }
  }
}

/**
 * Writes a table after each interval, until they are all written, nobody reads them any more, or the host ends.
 * @returns why it ended before its time; undefined if it did not
 */
export async function showBatch(
  of: LookedAt,
  view: TopView,
  { interval, times }: TopTimes,
): Promise<string | undefined> {
  const looks = new Looks(of);
  let due = performance.now();
  // The first look is what the first table's rates are counted from.
  for (let time = 0; time <= times; time++) {
    const snapshot = await looks.next();
    if (snapshot === undefined) break;
    view.take(snapshot, stuckPorts(snapshot));
    if (time > 0 && !(await standardOutputLines(table(view, time < times)))) break;
    due += interval;
    if (time < times) await setTimeout(Math.max(0, due - performance.now()));
  }
  return looks.end;
}

function* table(view: TopView, more: boolean): Generator<string, void> {
  yield* view.batch();
  if (more) yield '';
}

/** Waits; @returns whether all of it, and was not told to stop */
async function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await setTimeout(milliseconds, undefined, { signal });
    return true;
  } catch (error) {
    if (!signal.aborted) throw error;
    return false;
  }
}

/**
 * Shows the view on the whole screen, until somebody quits, it was drawn anew so many times, or the host ends.
 * @param terminal - what has it: this process unless given
 * @returns why it ended although nobody quit; undefined if somebody did
 */
export async function showScreen(
  of: LookedAt,
  view: TopView,
  { interval, times }: TopTimes,
  terminal: TerminalProcess = process,
): Promise<string | undefined> {
  const looks = new Looks(of);
  const first = await looks.next();
  const quit = new AbortController();
  const quitted = new Promise<undefined>((resolve) => {
    quit.signal.addEventListener('abort', () => resolve(undefined));
  });
  const draw = (): void => {
    const { width, height } = session.size;
    session.draw(view.lines(width, height));
  };
  const session = TerminalSession.open(
    {
      onKey: (key) => {
        const action = view.press(key);
        if (action === 'quit') return quit.abort();
        if (action === 'suspend') return session.suspend();
        if (action === 'redraw') session.forget();
        draw();
      },
      onRedraw: draw,
    },
    terminal,
  );
  try {
    let snapshot = first;
    for (let time = 1; snapshot !== undefined; time++) {
      if (!view.paused) view.take(snapshot, stuckPorts(snapshot));
      draw();
      if (time > times) break;
      if (!(await pause(interval, quit.signal))) break;
      if (!view.paused) snapshot = await Promise.race([looks.next(), quitted]);
    }
  } finally {
    session.close();
  }
  return looks.end;
}
