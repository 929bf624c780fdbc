/**
 * Checks a file against the Trace Event Format and against what Perfetto's importer of it needs, written without a look at
 * what writes the file.
 *
 * Of the format ("JSON Array Format", B, E, i, s, f and M events): every event has its fields, of their types; B and E of a
 * thread nest, in the order of their times. Of Perfetto's importer: events are sorted by time, those of one time as they
 * stand; pids and tids are 32-bit numbers; pid 0 is the idle process; a thread is named by its tid alone, so tids must not
 * be shared; an arrow is known by its id, category and name, starts and ends at the slice that is open on the thread just
 * then (for ends with `bp: e`), and ends where one has started.
 */

/** What is in a file. */
export interface ChromeTrace {
  /** Names of processes by their pid, and of threads by their tid. */
  readonly processes: ReadonlyMap<number, string>;
  readonly threads: ReadonlyMap<number, string>;
  /** In the order they began, with the end if there is one. */
  readonly slices: readonly ChromeSlice[];
  readonly instants: readonly ChromeInstant[];
  readonly arrows: readonly ChromeArrow[];
  /** Arrows that start and end nowhere. */
  readonly loose: number;
}

/** A slice of a thread. */
export interface ChromeSlice {
  readonly name: string;
  readonly tid: number;
  readonly from: number;
  to: number | undefined;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A moment. */
export interface ChromeInstant {
  readonly name: string;
  readonly tid: number;
  readonly at: number;
  readonly scope: string;
}

/** An arrow from slice to slice. */
export interface ChromeArrow {
  readonly from: ChromeSlice;
  readonly to: ChromeSlice;
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isNumber32: Check = (value) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffffffff;
const isTime: Check = (value) => Number.isFinite(value) && (value as number) >= 0;
const isObject: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const PLACE = { ph: isText, pid: isNumber32, tid: isNumber32 };
const TIMED = { ...PLACE, ts: isTime };
const NAMED = { ...TIMED, name: isText, cat: isText };
const ARROW = { ...NAMED, id: isNumber32 };
const FIELDS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  M: { ...PLACE, name: isText, args: isObject },
  B: { ...NAMED },
  E: { ...TIMED },
  i: { ...NAMED, s: (value) => ['t', 'p', 'g'].includes(value as string) },
  s: { ...ARROW },
  f: { ...ARROW, bp: (value) => value === 'e' },
};
const MAY_HAVE: Readonly<Record<string, readonly string[]>> = {
  B: ['args'],
  E: ['args'],
  i: ['args'],
};

/**
 * Reads a file.
 * @param cut - its end may be missing: the `]`, the last event or a part of it, and the ends of slices
 * @throws Error that names the first event that is wrong
 */
export function readChromeTrace(text: string, cut = false): ChromeTrace {
  const events = cut ? parseCut(text) : (JSON.parse(text) as unknown);
  if (!Array.isArray(events)) throw new Error('not an array');
  const checker = new Checker();
  for (const [index, event] of events.entries()) checker.fields(event, index);
  const timed = (events as Fields[]).filter(({ ph }) => ph !== 'M');
  // Array.prototype.sort is stable.
  for (const event of timed.sort((a, b) => (a.ts as number) - (b.ts as number))) {
    checker.happens(event);
  }
  return checker.end(cut);
}

/** As viewers do with an array that has no end: whole events count. */
function parseCut(text: string): unknown {
  let end = text.length;
  while (end > 0) {
    const part = text.slice(0, end).trimEnd();
    try {
      return JSON.parse(part.endsWith(']') ? part : `${part}]`);
    } catch {
      // Cut inside an event: without it.
      end = text.lastIndexOf('},', end - 1) + 1;
    }
  }
  return [];
}

class Checker {
  readonly #processes = new Map<number, string>();
  readonly #threads = new Map<number, string>();
  readonly #pids = new Map<number, number>();
  readonly #lastTimes = new Map<number, number>();
  readonly #open = new Map<number, ChromeSlice[]>();
  readonly #starts = new Map<string, ChromeSlice>();
  readonly #ended = new Set<string>();
  readonly #slices: ChromeSlice[] = [];
  readonly #instants: ChromeInstant[] = [];
  readonly #arrows: ChromeArrow[] = [];

  /** An event by itself, in the order of the file. */
  fields(event: unknown, index: number): void {
    const fail = (what: string) => {
      throw new Error(`event ${index}: ${what}: ${JSON.stringify(event)}`);
    };
    if (!isObject(event)) fail('not an object');
    const fields = event as Fields;
    const ph = fields.ph as string;
    const checks = FIELDS[ph];
    if (checks === undefined)
      throw new Error(`event ${index}: not a kind of event that is known: ${ph}`);
    for (const [name, check] of Object.entries(checks)) {
      if (!check(fields[name])) fail(`'${name}' is missing or wrong`);
    }
    for (const name of Object.keys(fields)) {
      if (!(name in checks) && !MAY_HAVE[ph]?.includes(name)) fail(`'${name}' is too much`);
    }
    if ('args' in fields && !isObject(fields.args)) fail("'args' is not an object");
    const { pid, tid, ts } = fields as { pid: number; tid: number; ts: number };
    if (pid === 0) fail('pid 0 is the idle process');
    const other = this.#pids.get(tid);
    if (other !== undefined && other !== pid) fail(`thread ${tid} is of process ${other} too`);
    this.#pids.set(tid, pid);
    if (ph === 'M') {
      this.#metadata(fields, fail);
      return;
    }
    if (!this.#processes.has(pid)) fail('its process has no name yet');
    if (!this.#threads.has(tid)) fail('its thread has no name yet');
    if (ph !== 'i' || fields.s === 't') {
      if (ts < (this.#lastTimes.get(tid) ?? 0)) fail('before another event of its thread');
      this.#lastTimes.set(tid, ts);
    }
  }

  #metadata({ name, pid, tid, args }: Fields, fail: (what: string) => void): void {
    const value = args as { name?: unknown; sort_index?: unknown };
    if (name === 'thread_sort_index') {
      if (!Number.isInteger(value.sort_index)) fail('no index to sort by');
      return;
    }
    if (!isText(value.name)) fail('no name');
    if (name === 'process_name') this.#processes.set(pid as number, value.name as string);
    else if (name === 'thread_name') this.#threads.set(tid as number, value.name as string);
    else fail('not a kind of metadata that is known');
  }

  /** An event among the others, in the order of time. */
  happens(event: Fields): void {
    const { ph, name, cat, id, ts, tid, s } = event as {
      readonly [field: string]: string;
    } & { readonly id: number; readonly ts: number; readonly tid: number };
    const wrong = (what: string) => new Error(`${what}: ${JSON.stringify(event)}`);
    const open = this.#open.get(tid) ?? [];
    this.#open.set(tid, open);
    const slice = open.at(-1);
    const arrow = `${cat} ${name} ${id}`;
    switch (ph) {
      case 'B': {
        const args = (event.args ?? {}) as Fields;
        const begun: ChromeSlice = { name: name!, tid, from: ts, to: undefined, args };
        this.#slices.push(begun);
        open.push(begun);
        break;
      }
      case 'E':
        if (slice === undefined) throw wrong('nothing is open that could end');
        slice.to = ts;
        open.pop();
        break;
      case 's':
        if (slice === undefined) throw wrong('an arrow that starts at no slice');
        if (this.#starts.has(arrow)) throw wrong('an arrow that starts twice');
        this.#starts.set(arrow, slice);
        break;
      case 'f': {
        const from = this.#starts.get(arrow);
        if (slice === undefined) throw wrong('an arrow that ends at no slice');
        if (from === undefined) throw wrong('an arrow that ends before it starts');
        if (this.#ended.has(arrow)) throw wrong('an arrow that ends twice');
        this.#ended.add(arrow);
        this.#arrows.push({ from, to: slice });
        break;
      }
      default:
        this.#instants.push({ name: name!, tid, at: ts, scope: s! });
    }
  }

  end(cut: boolean): ChromeTrace {
    const left = [...this.#open.values()].flat();
    if (left.length > 0 && !cut) throw new Error(`a slice never ends: ${JSON.stringify(left[0])}`);
    return {
      processes: this.#processes,
      threads: this.#threads,
      slices: this.#slices,
      instants: this.#instants,
      arrows: this.#arrows,
      loose: this.#starts.size - this.#ended.size,
    };
  }
}
