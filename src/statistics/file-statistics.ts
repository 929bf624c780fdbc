/** What is known of one open file beyond what the driver keeps. Times are milliseconds of the host's clock, NaN for never. */
export class FileStatistics {
  /** Its number in the host. */
  readonly file: number;
  /** Name of the process that opened it; empty if that was not seen. */
  readonly comm: string;
  /** Number of that process; 0 where there is none, or it was not seen. */
  readonly pid: number;
  openedAt: number;
  /** Last read that gave a port. */
  lastReadAt: number = Number.NaN;
  /** Last write. */
  lastWriteAt: number = Number.NaN;
  /** When its ring overflowed; NaN unless an overflow is in force. */
  overflowedAt: number = Number.NaN;
  /** Events that met its full ring, since it overflowed. */
  overflows = 0;

  /** @param openedAt - NaN if that was not seen */
  constructor(file: number, comm: string, pid: number, openedAt: number) {
    this.file = file;
    this.comm = comm;
    this.pid = pid;
    this.openedAt = openedAt;
  }

  /** An event met its full ring. */
  overflow(now: number): void {
    if (this.overflows++ === 0) this.overflowedAt = now;
  }

  /** Its ring was reset. */
  reset(): void {
    this.overflowedAt = Number.NaN;
    this.overflows = 0;
  }
}
