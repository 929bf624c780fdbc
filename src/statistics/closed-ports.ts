import type { FileStatistics } from './file-statistics.js';

/** How many are remembered. */
export const CLOSED_PORTS = 32;

/** A port that was closed. */
export interface ClosedPort {
  readonly port: number;
  /** In milliseconds of the host's clock. */
  readonly at: number;
  /** The open file that held it. */
  readonly file: FileStatistics | undefined;
}

/** The ports of one domain that were closed last, each once. */
export class ClosedPorts {
  /** Oldest first. */
  private readonly ports = new Int32Array(CLOSED_PORTS);
  private readonly times = new Float64Array(CLOSED_PORTS);
  private readonly files: (FileStatistics | undefined)[] = new Array(CLOSED_PORTS).fill(undefined);
  private count = 0;

  /** A port was closed; by whom, {@link heldBy} tells. */
  add(port: number, at: number): void {
    const before = this.ports.subarray(0, this.count).indexOf(port);
    if (before >= 0) this.drop(before);
    else if (this.count === CLOSED_PORTS) this.drop(0);
    this.ports[this.count] = port;
    this.times[this.count] = at;
    this.files[this.count] = undefined;
    this.count++;
  }

  /** The file that held a port gave it up: if the port was the last to be closed, that file closed it. */
  heldBy(port: number, file: FileStatistics): void {
    const last = this.count - 1;
    if (last >= 0 && this.ports[last] === port) this.files[last] ??= file;
  }

  /** Youngest first. Whether a port was opened again since is not looked at. */
  list(): ClosedPort[] {
    const list: ClosedPort[] = [];
    for (let index = this.count - 1; index >= 0; index--) {
      list.push({ port: this.ports[index]!, at: this.times[index]!, file: this.files[index] });
    }
    return list;
  }

  private drop(index: number): void {
    this.ports.copyWithin(index, index + 1, this.count);
    this.times.copyWithin(index, index + 1, this.count);
    this.files.copyWithin(index, index + 1, this.count);
    this.count--;
  }
}
