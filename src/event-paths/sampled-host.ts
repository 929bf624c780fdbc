import type { UpcallRecord } from '../trace/trace-record.js';
import { RingContents, type RingEntry } from './ring-contents.js';

/** Which events of a port are shown. */
export class SampledPort {
  /** The event that is pending on it is shown. */
  pending = false;
  /** The event that keeps it masked is shown. */
  service = false;
  /** The last event sent on it is shown, and its ioctl not seen yet. */
  sending = false;
  /** The last batch in which an event of it was shown. */
  shownIn = 0;
}

/** An event in the ring of an open file. */
export interface SampledEntry extends RingEntry {
  readonly shown: boolean;
}

/** Which events in the ring of an open file are shown, and of what a write has re-enabled so far. */
export class SampledFile {
  readonly ring: RingContents<SampledEntry> = new RingContents();
  /** The write under way re-enabled ports; some of them of shown events. */
  wrote = false;
  wroteShown = false;
}

/** What a sampler keeps of a domain. */
export class SampledDomain {
  readonly ports: Map<number, SampledPort> = new Map();
  readonly files: Map<number, SampledFile> = new Map();
  /** The upcall under way, and where it goes when an event in it is shown; -1 if it need not. */
  upcall: UpcallRecord | undefined = undefined;
  upcallAt = -1;

  port(port: number): SampledPort {
    let sampled = this.ports.get(port);
    if (sampled === undefined) {
      sampled = new SampledPort();
      this.ports.set(port, sampled);
    }
    return sampled;
  }

  file(file: number): SampledFile {
    let sampled = this.files.get(file);
    if (sampled === undefined) {
      sampled = new SampledFile();
      this.files.set(file, sampled);
    }
    return sampled;
  }
}
