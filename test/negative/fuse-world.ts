import { ROOT } from '../unit/fuse/fuse-header.js';
import * as fuse from '../unit/fuse/fuse-request.js';
import { KernelSide } from '../unit/fuse/kernel-side.js';
import { connect, O_NONBLOCK, O_RDWR, ServedDevice, walk } from '../unit/fuse/served-device.js';

/** Domains that only {@link proveAlive} makes. */
const PROOF = [32_001, 32_002] as const;

/** A served host in use: bad requests find something to break. */
export class FuseWorld {
  readonly kernel = new KernelSide();
  readonly back: ServedDevice;
  readonly front: ServedDevice;
  readonly backPort: number;
  readonly frontPort: number;
  readonly text: fuse.OpenedFile;
  readonly control: fuse.OpenedFile;
  readonly trace: fuse.OpenedFile;
  /** A read of the front end's device that waits. */
  readonly parked: bigint;

  constructor() {
    const { kernel } = this;
    this.back = new ServedDevice(kernel, 0, { pid: 100 });
    this.front = new ServedDevice(kernel, 7, { pid: 200 });
    const { port, otherPort } = connect(this.back, 0, this.front, 7);
    this.backPort = port;
    this.frontPort = otherPort;
    this.text = openedFile(kernel, 'server', 0);
    this.control = openedFile(kernel, '7/virq', 1);
    this.trace = openedFile(kernel, 'trace', 0);
    // One event unread, one read and not written back.
    const second = connect(this.back, 0, this.front, 7);
    this.front.notify(second.otherPort);
    this.back.read();
    this.front.notify(otherPort);
    this.front.poll(true);
    this.parked = this.front.startRead();
    kernel.messages();
  }

  /** All that a request could change, as far as anybody could see. */
  state(): unknown {
    const { kernel } = this;
    const files = [...kernel.session.devices.open()].map((handle) => ({
      parked: handle.parked.length,
      polled: handle.pollArmed,
      kh: [handle.pollLow, handle.pollHigh],
      flags: handle.file.flags,
      poll: handle.file.poll(),
      file: { ...ringAndPorts(handle.operations) },
    }));
    const nodes = ['server', 'trace', '0', '0/evtchn', '0/channels', '7', '7/evtchn', '7/virq'].map(
      (path) => {
        const { mode, uid, gid } = kernel.tree.node(this.#find(path))!;
        return { path, mode, uid, gid };
      },
    );
    return {
      domains: [...kernel.host.domains()].map(({ domid }) => domid),
      size: kernel.tree.size,
      waiting: kernel.waiting,
      files,
      nodes,
    };
  }

  /** Finds a node without the kernel being told of it. */
  #find(path: string): number {
    const { tree } = this.kernel;
    let node = tree.node(1)!;
    for (const name of path.split('/')) {
      node = tree.children(node).find((each) => each.name === name)!;
    }
    return node.id;
  }
}

/** A file of the tree that is open. @param flags - `O_*` */
function openedFile(kernel: KernelSide, path: string, flags: number): fuse.OpenedFile {
  const node = walk(kernel, path);
  return { node, fh: kernel.succeed(fuse.open(node, flags)).as('open_out').fh };
}

function ringAndPorts(operations: unknown) {
  const { ring, portCount, restrictDomid } = operations as {
    readonly ring: { readonly count: number; readonly overflow: boolean };
    readonly portCount: number;
    readonly restrictDomid: number;
  };
  return { unread: ring.count, overflow: ring.overflow, portCount, restrictDomid };
}

/**
 * Makes two domains, connects them, sends events there and back with a read that waits, one that is interrupted and a poll,
 * and removes all of it again.
 * @throws Error as soon as anything is not as it should be, or anything is left
 */
export function proveAlive(kernel: KernelSide): void {
  const { size } = kernel.tree;
  const waiting = kernel.waiting.length;
  const folders = PROOF.map((domid) => {
    return kernel.succeed(fuse.mkdir(ROOT, String(domid))).as('entry_out').nodeid;
  });
  const [one, other] = PROOF.map((domid, i) => new ServedDevice(kernel, domid, { pid: 9000 + i }));
  const { port, otherPort } = connect(one!, PROOF[0], other!, PROOF[1]);
  other!.poll(true);
  const read = one!.startRead();
  const cancelled = one!.startRead();
  other!.notify(otherPort);
  one!.write(port);
  one!.notify(port);
  kernel.send(fuse.interrupt(cancelled));
  const came = kernel.messages().map(({ unique, error }) => `${unique} ${error}`);
  const expected = [`${read} 0`, '0 1', `${cancelled} -4`];
  if (came.join() !== expected.join()) throw new Error(`came ${came}, not ${expected}`);
  other!.flags = O_RDWR | O_NONBLOCK;
  const [got] = other!.read() as number[];
  if (got !== otherPort) throw new Error(`read ${got}, not ${otherPort}`);
  other!.write(otherPort);
  one!.release();
  other!.release();
  for (const domid of PROOF) kernel.succeed(fuse.rmdir(ROOT, String(domid)));
  // Each folder was told by MKDIR and by LOOKUP, each device by LOOKUP.
  const nodes = [...folders, ...folders, one!.node, other!.node];
  kernel.send(fuse.batchForget(nodes.map((node) => [node, 1] as const)));
  if (kernel.tree.size !== size) throw new Error(`${kernel.tree.size} nodes, ${size} before`);
  if (kernel.waiting.length !== waiting) throw new Error('somebody waits');
  const rest = kernel.messages();
  if (rest.length > 0) throw new Error(`${rest.length} messages too many`);
}
