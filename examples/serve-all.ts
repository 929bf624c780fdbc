import { type Evtchn, EvtchnError } from 'xen-evtchn';

/**
 * Looks at every port that has an event, until the handle is closed. After an overflow, when nobody knows which ports had
 * one, it looks at all of them.
 * @param ports - all ports of the handle that can have events; may grow meanwhile
 * @param look - does what there is to do for a port; that may be nothing
 */
export async function serveAll(
  evtchn: Evtchn,
  ports: readonly number[],
  look: (port: number) => void,
): Promise<void> {
  for (;;) {
    try {
      // Each turn of the loop unmasks its port when it is left, however it is left.
      for await (const port of evtchn) look(port);
      return;
    } catch (error) {
      if (!(error instanceof EvtchnError && error.code === 'EFBIG')) throw error;
      evtchn.reset();
      // Before looking: what comes from now on sends an event, what came before is seen.
      evtchn.unmask(ports);
      for (const port of ports) look(port);
    }
  }
}
