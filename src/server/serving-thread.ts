import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { XenHost } from '../host/xen-host.js';
import { closeDescriptor } from '../native/descriptor.js';
import { interruptibleThread } from '../native/thread-interrupt.js';
import type { Channel } from './channel.js';
import { fuseChannel } from './fuse-channel.js';
import { ServingLoop } from './serving-loop.js';
import type { ServingOptions, ThreadMessage } from './thread-message.js';
import { TurnClock } from './turn-clock.js';

/** The thread that serves a host. It is a thread of its own since it waits in system calls, and not in Node's event loop. */
function serve(options: ServingOptions): void {
  const clock = new TurnClock(() => performance.now());
  const host = new XenHost({ clock });
  for (const domid of options.domains) host.createDomain({ domid });
  const tell = (message: ThreadMessage) => parentPort!.postMessage(message);
  let channel: Channel | undefined;
  try {
    const { session, ...rest } = fuseChannel(options, host, tell);
    channel = rest.channel;
    const settle = () => session.devices.settle();
    const loop = new ServingLoop(clock, options.wakeup, settle);
    loop.add(channel);
    tell({ type: 'started', thread: interruptibleThread() });
    tell({ type: 'ended', how: loop.run() });
  } finally {
    if (channel === undefined) closeDescriptor(options.fuse);
    else channel.close();
  }
}

serve(workerData as ServingOptions);
