import type { Evtchn } from 'xen-evtchn';
import { ConsoleEnd } from './console-end.js';
import { BACK_STATE, FRONT_STATE, IN, OUT, PORT } from './console-page.js';
import type { SharedMemory } from './shared-memory.js';

/** The front end of a console, the guest's: says something, and takes what is typed. */
export class FrontEnd extends ConsoleEnd {
  /**
   * Connects to the port that the back end has made.
   * @param evtchn - of any kind; it stays the caller's to close
   * @param memory - which a back end has made ready
   * @param backDomid - the back end's domain
   * @throws EvtchnError as Evtchn.bindInterdomain
   */
  constructor(evtchn: Evtchn, memory: SharedMemory, backDomid: number) {
    const port = evtchn.bindInterdomain(backDomid, memory.load(PORT));
    super(evtchn.channel(port), memory, { from: IN, to: OUT, own: FRONT_STATE, peer: BACK_STATE });
  }
}
