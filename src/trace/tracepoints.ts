import type { TraceProbe } from './probe.js';
import { SharedProbe } from './shared-probe.js';

/**
 * The tracepoints of one host. Everything that can be traced looks at {@link Tracepoints.probe} first and calls it only when
 * there is one: with nothing attached a tracepoint costs one load and one compare.
 */
export class Tracepoints {
  /** What is called; undefined (the start) while nothing is attached. */
  probe: TraceProbe | undefined = undefined;
  /** Called when the first probe is attached and when the last one is detached; set by the hypervisor. */
  onChange: (tracing: boolean) => void = nobody;
  readonly #attached: TraceProbe[] = [];

  /** Has a probe called from now on, after those attached before. Not from inside a probe. */
  attach(probe: TraceProbe): void {
    this.#attached.push(probe);
    this.#update();
    if (this.#attached.length === 1) this.onChange(true);
  }

  /** Undoes one {@link attach}; nothing for a probe that is not attached. Not from inside a probe. */
  detach(probe: TraceProbe): void {
    const index = this.#attached.indexOf(probe);
    if (index < 0) return;
    this.#attached.splice(index, 1);
    this.#update();
    if (this.#attached.length === 0) this.onChange(false);
  }

  #update(): void {
    const [first, ...others] = this.#attached;
    this.probe =
      first === undefined || others.length === 0 ? first : new SharedProbe([first, ...others]);
  }
}

function nobody(): void {}
