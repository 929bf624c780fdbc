import type { OpenFile } from '../../../src/devices/evtchn/open-file.js';
import type { Waiter } from '../../../src/vfs/wait-queue.js';
import type { Flag, SteppedRun } from './stepped-run.js';

/** What a reader finds and does, in whose terms the rules of waiting are written. */
export interface Reader {
  readonly run: SteppedRun;
  readonly file: OpenFile;
  /** Set by whoever wakes it. */
  readonly woken: Flag;
  /** What its place on the wait queue is called among what steps touch. */
  readonly place: string;
  readonly waiter: Waiter;
  /** A signal is pending for it. */
  interrupted: boolean;
}

/** There are events; which no tracepoint tells of. */
export function readable({ run, file }: Reader): boolean {
  run.reads('ring');
  return file.readable;
}

/** Registers on the wait queue, as one that sleeps unless woken from now on (`prepare_to_wait_event`). */
export function register({ run, file, woken, place, waiter }: Reader): void {
  run.clear(woken);
  run.writes(place);
  file.waitQueue.add(waiter);
}

/** Takes itself off the wait queue (`finish_wait`). */
export function unregister({ run, file, place, waiter }: Reader): void {
  run.writes(place);
  file.waitQueue.remove(waiter);
}

/** What puts an event into the ring and tells of it. */
export interface Interrupted {
  readonly run: SteppedRun;
  readonly file: OpenFile;
  /** Wakes all who wait. */
  wake(): void;
  /** Wakes the first who sleeps, and no other. */
  wakeOne(): void;
  /** Has the rest done at a step of its own, as by another CPU. */
  later(rest: () => void): void;
}

/** Ends with whether to try again; not if a signal is pending and there is nothing. */
type Wait = Generator<Flag | undefined, boolean>;

/**
 * How a reader waits, and how an event is put into the ring and told of.
 *
 * The real ones are those of Linux: `wait_event_interruptible`, each line of it a step of its own; and the driver itself, with
 * its ring and its wait queue.
 */
export interface WakeRule {
  /** How it differs from the real one. */
  readonly differs: string;
  /** Unless given, {@link waitEvent}. */
  readonly wait?: (reader: Reader) => Wait;
  /**
   * Takes the next port; 0 if there is none. Unless given, by the driver's own read.
   * @param woken - the reader has waited before
   */
  readonly take?: (reader: Reader, woken: boolean) => Generator<undefined, number>;
  /** An event came on a port. Unless given, the driver's own handler of the interrupt. */
  readonly interrupt?: (at: Interrupted, port: number) => void;
  /** It wakes the first on the queue alone, so that it matters who that is. */
  readonly exclusive?: boolean;
  /** A reader is interrupted by a signal, once, at any moment. */
  readonly signal?: boolean;
}

/** `wait_event_interruptible(evtchn_wait, ring_cons != ring_prod)`. */
export function* waitEvent(reader: Reader): Wait {
  for (;;) {
    register(reader);
    yield;
    if (readable(reader)) break;
    if (interrupted(reader)) return yield* leave(reader);
    yield reader.woken;
  }
  yield;
  unregister(reader);
  return true;
}

/** The next port by the driver's own read. */
export function* takeByRead({ file }: Reader): Generator<undefined, number> {
  const port = file.readPort();
  yield;
  return port > 0 ? port : 0;
}

function interrupted(reader: Reader): boolean {
  reader.run.reads('signal');
  return reader.interrupted;
}

function* leave(reader: Reader): Wait {
  yield;
  unregister(reader);
  return false;
}

/** As the driver's handler of an interrupt, up to where it wakes readers. @returns entries in the ring, 0 for no room */
function push({ run, file }: Interrupted, port: number): number {
  const { ports, trace, kernel } = file.driver;
  ports.owners[port] = file.number << 1;
  const queued = file.ring.push(port);
  trace.probe?.interrupt(kernel.domain.id, file.number, port, queued);
  run.writes('ring');
  return queued;
}

/** Rules that lose nothing. */
export const REAL: readonly WakeRule[] = [
  { differs: 'not at all' },
  { differs: 'not at all, with a reader that a signal interrupts', signal: true },
  {
    differs: 'in that other CPUs run between the push and the wake-up',
    interrupt(at, port) {
      if (push(at, port) === 1) at.later(() => at.wake());
    },
  },
];

/** Rules that lose events, or read one twice. */
export const BROKEN: readonly WakeRule[] = [
  {
    differs: 'no second try after registering',
    *wait(reader) {
      register(reader);
      yield reader.woken;
      unregister(reader);
      return true;
    },
  },
  {
    differs: 'registers after the second try',
    *wait(reader) {
      if (readable(reader)) return true;
      yield;
      register(reader);
      yield reader.woken;
      unregister(reader);
      return true;
    },
  },
  {
    differs: 'forgets a wake-up that came before it sleeps',
    *wait(reader) {
      register(reader);
      yield;
      while (!readable(reader)) {
        yield;
        reader.run.clear(reader.woken);
        yield reader.woken;
      }
      unregister(reader);
      return true;
    },
  },
  {
    differs: 'wakes only when the ring had entries before',
    interrupt(at, port) {
      if (push(at, port) > 1) at.wake();
    },
  },
  {
    differs: 'wakes before the push',
    interrupt(at, port) {
      at.run.reads('ring');
      if (at.file.ring.count === 0) at.wake();
      at.later(() => push(at, port));
    },
  },
  {
    differs: 'wakes one reader only, and that one may leave for a signal',
    exclusive: true,
    signal: true,
    *wait(reader) {
      for (;;) {
        register(reader);
        yield;
        if (interrupted(reader)) return yield* leave(reader);
        if (readable(reader)) break;
        yield reader.woken;
      }
      yield;
      unregister(reader);
      return true;
    },
    interrupt(at, port) {
      if (push(at, port) === 1) at.wakeOne();
    },
  },
  {
    differs: 'a reader that was woken does not try once more, but takes',
    *take(reader, woken) {
      if (!woken) return yield* takeByRead(reader);
      const port = advance(reader, reader.file.ring.cons);
      yield;
      return port;
    },
  },
  {
    differs: 'readers do not keep each other out while they take',
    *take(reader) {
      const { cons } = reader.file.ring;
      const there = readable(reader);
      yield;
      return there ? advance(reader, cons) : 0;
    },
  },
];

/** Takes the entry at an index. */
function advance(reader: Reader, cons: number): number {
  const { ring } = reader.file;
  reader.run.writes('ring');
  const port = ring.entries[cons & (ring.size - 1)]!;
  ring.cons = (cons + 1) | 0;
  traceTaken(reader);
  if (ring.count < 0) throw new Error('an entry was read that is not there');
  return port;
}

/** As the driver tells of a read of one port. */
function traceTaken({ file }: Reader): void {
  const { trace, kernel } = file.driver;
  trace.probe?.read(kernel.domain.id, file.number, file.ring.entries, file.ring.cons - 1, 4);
}
