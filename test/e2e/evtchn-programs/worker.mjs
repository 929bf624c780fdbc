// A worker with a handle of its own: says the port of it, waits as it is told to, and says the ports of events.
import { parentPort, workerData } from 'node:worker_threads';
import { openEvtchn } from 'xen-evtchn';

const { device, peer, what } = workerData;
const here = openEvtchn({ device });
const port = peer === undefined ? here.bindUnboundPort(0) : here.bindInterdomain(0, peer);
if (peer !== undefined) {
  here.read();
  here.unmask(port);
}
parentPort.postMessage({ port });

const waits = {
  /** Answers every event, for ever. */
  echo: async () => {
    for await (const event of here) {
      here.notify(event);
      parentPort.postMessage({ event });
    }
  },
  /** Answers so many events and ends without closing anything. */
  three: async () => {
    for (let count = 0; count < 3; count++) {
      const event = await here.pending();
      here.unmask(event);
      here.notify(event);
      parentPort.postMessage({ event });
    }
  },
  exit: async () => {
    await here.pending();
    here.pending();
    process.exit(3);
  },
  error: async () => {
    await here.pending();
    here.pending();
    setImmediate(() => {
      throw new Error('boom');
    });
  },
};
await waits[what]();
