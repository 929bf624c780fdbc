import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { XenHost } from '../host/xen-host.js';
import { closeDescriptor } from '../native/descriptor.js';
import { interruptibleThread } from '../native/thread-interrupt.js';
import type { ChannelEvents } from './channel-events.js';
import { cuseChannel } from './cuse-channel.js';
import { fuseChannel } from './fuse-channel.js';
import { ServedHost } from './served-host.js';
import { ServingLoop } from './serving-loop.js';
import type { ServingOptions, ThreadMessage } from './thread-message.js';
import { ThreadState } from './thread-state.js';
import { TurnClock } from './turn-clock.js';

function tell(message: ThreadMessage): void {
  parentPort!.postMessage(message);
}

/** What channels tell, for the main thread; which hears that all is ready when the last one is. */
function channelEvents(channels: number): ChannelEvents {
  let waiting = channels;
  return {
    ready() {
      waiting--;
      if (waiting === 0) tell({ type: 'ready' });
    },
    refused: (reason) => tell({ type: 'refused', reason }),
    replyRefused: ({ code }) => tell({ type: 'reply-refused', code }),
    denied: (pid, errno) => tell({ type: 'denied', pid, errno }),
  };
}

/** The thread that serves a host. It is a thread of its own since it waits in system calls, and not in Node's event loop. */
function serve(options: ServingOptions): void {
  const { fuse, cuse, domains, wakeup } = options;
  const state = new ThreadState(options.state);
  try {
    const clock = new TurnClock(() => performance.now());
    const served = new ServedHost(new XenHost({ clock }), options);
    for (const domid of domains) served.host.createDomain({ domid });
    const settle = () => served.settle();
    const loop = new ServingLoop(clock, wakeup, settle);
    const events = channelEvents(cuse.length + (fuse === undefined ? 0 : 1));
    if (fuse !== undefined) loop.add(fuseChannel(fuse, options, served, events));
    const devices = new Map(
      cuse.map((device) => [cuseChannel(device, served, events), device] as const),
    );
    for (const channel of devices.keys()) loop.add(channel);
    state.setHandle(interruptibleThread());
    const gone = loop.run();
    const device = [...devices].find(([channel]) => channel === gone)?.[1];
    if (device !== undefined) {
      events.refused(`the kernel took the CUSE device ${device.name} away`);
    }
  } finally {
    for (const { fd } of cuse) closeDescriptor(fd);
    if (fuse !== undefined) closeDescriptor(fuse);
    state.setOver();
  }
}

serve(workerData as ServingOptions);
