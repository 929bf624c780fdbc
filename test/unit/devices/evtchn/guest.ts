import { O_NONBLOCK, O_RDWR } from '../../../../src/abi/fcntl.js';
import { ManualClock } from '../../../../src/clock/manual-clock.js';
import type { EvtchnDriver } from '../../../../src/devices/evtchn/driver.js';
import type { OpenFile } from '../../../../src/devices/evtchn/open-file.js';
import type { GuestOptions, HostDomain } from '../../../../src/host/host-domain.js';
import { XenHost } from '../../../../src/host/xen-host.js';
import type { TraceRecord } from '../../../../src/trace/trace-record.js';
import type { File } from '../../../../src/vfs/file.js';
import { ProgramMemory } from '../../vfs/program-memory.js';

/** A program in a domain, at the level of system calls: its memory, and its open files. */
export class Guest {
  readonly host: XenHost;
  readonly clock = new ManualClock();
  readonly domain: HostDomain;
  readonly memory = new ProgramMemory();

  constructor(options: GuestOptions = {}) {
    this.host = new XenHost({ clock: this.clock });
    this.domain = this.host.createDomain({ domid: 0, kernelChannels: false, ...options });
  }

  get driver(): EvtchnDriver {
    return this.domain.driver!;
  }

  open(flags: number = O_RDWR | O_NONBLOCK): File {
    return this.domain.open({ flags, comm: 'test' });
  }

  /** The driver's half of an open file. */
  device(file: File): OpenFile {
    return file.operations as OpenFile;
  }

  /** ioctl with an argument of words. */
  ioctl(file: File, command: number, ...words: number[]): number {
    return file.ioctl(command, this.memory, this.memory.store(...words));
  }

  /** read of up to so many ports. @returns the ports, or the negative errno */
  read(file: File, max = 1024): number[] | number {
    const rc = file.read(this.memory, this.memory.base, max * 4);
    return rc < 0 ? rc : this.memory.words(rc / 4);
  }

  /** write of ports. @returns bytes or a negative errno */
  write(file: File, ...ports: number[]): number {
    return file.write(this.memory, this.memory.store(...ports), ports.length * 4);
  }

  /** Starts to note trace records of some types. */
  trace(...types: TraceRecord['type'][]): TraceRecord[] {
    const records: TraceRecord[] = [];
    this.host.trace = {
      record: (record) => {
        if (types.includes(record.type)) records.push(record);
      },
    };
    return records;
  }
}
