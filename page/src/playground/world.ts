import { type HostDomain, XenHost } from 'xen-evtchn/embedded';
import { Program, type ProgramOptions } from './program.js';
import { WorkClock } from './work-clock.js';

/** A whole host for a scenario to happen on, with the time it happens in. Nothing in it is left to chance. */
export class World {
  readonly clock = new WorkClock();
  readonly host = new XenHost({ clock: this.clock });
  /** Where back ends are. */
  readonly dom0: HostDomain = this.host.createDomain({ domid: 0, vcpus: 2 });

  /** Makes a domain; what its kernel does in booting is nobody's concern here. */
  boot(domid: number): HostDomain {
    return this.host.createDomain({ domid, kernelChannels: false });
  }

  /** Starts a program in a domain. */
  start(domain: HostDomain, comm: string, options: ProgramOptions = {}): Program {
    return new Program(this.clock, domain, comm, options);
  }

  /** Has something done that no program does, so many milliseconds from now. */
  after(milliseconds: number, act: () => void): void {
    this.clock.schedule(this.clock.now() + milliseconds, act);
  }
}
