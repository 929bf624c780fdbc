import { ManualClock } from '../../src/clock/manual-clock.js';
import type { HostDomain } from '../../src/host/host-domain.js';
import { XenHost } from '../../src/host/xen-host.js';
import type { EventAbi } from '../../src/hypervisor/port-ops.js';
import type { TraceSink } from '../../src/trace/trace-sink.js';
import type { File } from '../../src/vfs/file.js';

/**
 * A booted host as the recorded one was: domain 0 with one vCPU, its kernel and the device. Time is virtual: it moves only
 * when everybody waits.
 */
export class Machine {
  readonly clock: ManualClock = new ManualClock();
  readonly host: XenHost;
  readonly dom0: HostDomain;
  /** Who has flock(2)ed the device node. */
  lockOwner: File | undefined = undefined;

  /** @param trace - where records of all that happens go, the boot included */
  constructor(abi: EventAbi, trace?: TraceSink) {
    this.host = new XenHost({ clock: this.clock, trace });
    this.dom0 = this.host.createDomain({ domid: 0, abi });
  }

  /**
   * Lets everything run until the work is done, moving time on whenever all that runs waits.
   * @param limit - how long it may take, in milliseconds of the clock
   * @returns false if it never ends: nobody has anything to wait for, or the limit is over
   */
  async finishes(work: Promise<void>, limit: number): Promise<boolean> {
    const end = this.clock.now() + limit;
    let done = false;
    const finished = work.finally(() => {
      done = true;
    });
    // Whoever awaits the result below sees a failure; until then it is nobody's.
    finished.catch(() => {});
    for (;;) {
      await everybodyWaits();
      if (done) {
        await finished;
        return true;
      }
      const next = this.clock.nextAt;
      if (next === undefined || next > end) return false;
      this.clock.advanceToNext();
    }
  }
}

/** Nothing in a machine waits for anything but promises, so at the next turn of the event loop all that can run has run. */
function everybodyWaits(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
