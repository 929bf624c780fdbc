import type { Evtchn } from 'xen-evtchn';
import { ConsoleEnd } from './console-end.js';
import { BACK_STATE, FRONT_STATE, IN, OUT, PORT } from './console-page.js';
import type { SharedMemory } from './shared-memory.js';

/** The back end of a console: takes what the guest says, and puts in what is typed. */
export class BackEnd extends ConsoleEnd {
  /**
   * Makes a port for the front end, and says in the memory which.
   * @param evtchn - of any kind; it stays the caller's to close
   * @param memory - of CONSOLE_SIZE bytes, all 0
   * @param frontDomid - the domain that may connect
   * @throws EvtchnError as Evtchn.bindUnboundPort
   */
  constructor(evtchn: Evtchn, memory: SharedMemory, frontDomid: number) {
    const port = evtchn.bindUnboundPort(frontDomid);
    super(evtchn.channel(port), memory, { from: OUT, to: IN, own: BACK_STATE, peer: FRONT_STATE });
    memory.store(PORT, port);
  }
}
