import type { TraceRecord } from './trace-record.js';

/**
 * Where trace records go. Called synchronously in the middle of what it reports, so it must not call back into the host.
 */
export interface TraceSink {
  /** Takes one record; records come in the order in which things happened. */
  record(record: TraceRecord): void;
}

/** `Omit` that keeps the members of a union apart. */
type WithoutTime<R> = R extends TraceRecord ? Omit<R, 'time'> : never;

/**
 * The tracepoints of one host. Everything that can be traced looks at {@link Tracepoints.sink} first and builds a record
 * only when there is one: without a sink a tracepoint costs one load and one compare.
 */
export class Tracepoints {
  private current: TraceSink | undefined = undefined;
  /** Called when tracing starts or stops; set by the hypervisor. */
  onChange: (tracing: boolean) => void = () => {};
  readonly #now: () => number;

  /**
   * @param now - the host's clock, in milliseconds; read only while there is a sink
   */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Where records go; undefined (the start) traces nothing. */
  get sink(): TraceSink | undefined {
    return this.current;
  }

  set sink(sink: TraceSink | undefined) {
    const was = this.current !== undefined;
    this.current = sink;
    if (was !== (sink !== undefined)) this.onChange(!was);
  }

  /** Stamps a record with the time and hands it to the sink, if there is one. */
  emit(record: WithoutTime<TraceRecord>): void {
    this.sink?.record({ time: this.#now(), ...record } as TraceRecord);
  }
}
