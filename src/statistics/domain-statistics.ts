import { NR_VIRQS } from '../abi/virq.js';
import { TRACE_SCHEDOP_POLL } from '../trace/hypercall-names.js';
import { ClosedPorts } from './closed-ports.js';
import { Counters } from './counters.js';
import { FileStatistics } from './file-statistics.js';
import { PortStatistics } from './port-statistics.js';

/** What is counted of one domain. Times are milliseconds of the host's clock, NaN for never. */
export class DomainStatistics {
  readonly domid: number;
  /** When it was made; NaN if that was not seen. */
  readonly createdAt: number;
  readonly totals: Counters = new Counters();
  readonly ports: PortStatistics = new PortStatistics();
  readonly closed: ClosedPorts = new ClosedPorts();
  /** Hypercalls by operation: `EVTCHNOP_*`, and `TRACE_SCHEDOP_POLL`. */
  readonly hypercalls: Float64Array = new Float64Array(TRACE_SCHEDOP_POLL + 1);
  /** How often each VIRQ was raised while nobody had it bound. */
  readonly lostVirqs: Float64Array = new Float64Array(NR_VIRQS);
  /** When that happened last. */
  readonly lostVirqAt: Float64Array = new Float64Array(NR_VIRQS).fill(Number.NaN);
  readonly #files = new Map<number, FileStatistics>();

  constructor(domid: number, createdAt: number) {
    this.domid = domid;
    this.createdAt = createdAt;
  }

  /** What is known of an open file; undefined if nothing is. */
  file(number: number): FileStatistics | undefined {
    return this.#files.get(number);
  }

  /** As {@link file}, and begun if nothing is known. */
  knownFile(number: number): FileStatistics {
    return this.#files.get(number) ?? this.addFile(new FileStatistics(number, '', 0, Number.NaN));
  }

  addFile(file: FileStatistics): FileStatistics {
    this.#files.set(file.file, file);
    return file;
  }

  /** The file was released. */
  removeFile(number: number): void {
    this.#files.delete(number);
  }
}
