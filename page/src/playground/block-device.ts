import type { HostDomain } from 'xen-evtchn/embedded';
import { BackEnd } from '../../../demo/back-end.js';
import type { BlockResponse } from '../../../demo/block-protocol.js';
import { Disk } from '../../../demo/disk.js';
import { FrontEnd } from '../../../demo/front-end.js';
import { SharedRing } from '../../../demo/shared-ring.js';
import type { Program } from './program.js';
import type { World } from './world.js';

/** Slots of the ring. */
const SLOTS = 8;
const SECTORS = 16;

/** A block device between domain 0 and another: two programs and the ring that they share. */
export class BlockDevice {
  readonly backProgram: Program;
  readonly frontProgram: Program;
  readonly back: BackEnd;
  readonly front: FrontEnd;
  #sector = 0;

  /** Connects them; both wait for events from now on. */
  constructor(world: World, domain: HostDomain) {
    const memory = new ArrayBuffer(SharedRing.bytesFor(SLOTS));
    const disk = new Disk(SECTORS);
    this.backProgram = world.start(world.dom0, 'blkback');
    this.back = new BackEnd(this.backProgram.evtchn, {
      frontendDomid: domain.domid,
      ring: new SharedRing(memory),
      serve: (request) => disk.serve(request),
    });
    this.frontProgram = world.start(domain, 'blkfront');
    this.front = new FrontEnd(this.frontProgram.evtchn, {
      backendDomid: 0,
      backendPort: this.back.port,
      ring: new SharedRing(memory),
    });
    this.backProgram.loop(() => this.back.handleEvent());
    this.frontProgram.loop(() => this.#answers());
  }

  /** The front end writes to so many sectors with one push; fewer when the ring is full. */
  request(count = 1): void {
    for (let i = 0; i < count && this.front.free > 0; i++) {
      this.#sector = (this.#sector + 1) % SECTORS;
      this.front.submit({ operation: 'write', sector: this.#sector, value: i });
    }
    this.front.push();
  }

  #answers(): readonly BlockResponse[] | undefined {
    return this.front.handleEvent();
  }
}
