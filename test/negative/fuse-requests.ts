import { FATTR, OP, ROOT } from '../unit/fuse/fuse-header.js';
import * as fuse from '../unit/fuse/fuse-request.js';
import { words } from '../unit/fuse/fuse-struct.js';
import { NOTIFY, O_RDWR } from '../unit/fuse/served-device.js';
import type { FuseWorld } from './fuse-world.js';

/** One kind of request, in its right form. */
export interface FuseCase {
  readonly name: string;
  readonly make: (world: FuseWorld) => fuse.FuseRequest;
  /** FUSE has no reply to it. */
  readonly silent?: boolean;
  /** Nothing of its body is looked at, so nothing is missed when it is not there. */
  readonly bodiless?: boolean;
  /** What it answers when it is cut off; EINVAL unless given. */
  readonly whenCut?: readonly number[];
}

const EPERM = -1;
const EIO = -5;
const EBADF = -9;
const ENODEV = -19;
const EINVAL = -22;
const ENOTTY = -25;
const ENOSYS = -38;
/** What a request answers that names no open file, or not all of one. */
export const REFUSED: readonly number[] = [EINVAL];

/** Every kind of request that does something here, and some that are always refused. */
export const FUSE_CASES: readonly FuseCase[] = [
  { name: 'LOOKUP', make: () => fuse.lookup(ROOT, 'server') },
  {
    name: 'FORGET',
    make: ({ back }) => fuse.forget(back.node, 1),
    silent: true,
  },
  {
    name: 'BATCH_FORGET',
    make: ({ back, front }) =>
      fuse.batchForget([
        [back.node, 1],
        [front.node, 1],
      ]),
    silent: true,
  },
  { name: 'GETATTR', make: ({ back }) => fuse.getattr(back.node), bodiless: true },
  {
    name: 'SETATTR',
    make: ({ back }) => {
      const valid = FATTR.MODE | FATTR.UID | FATTR.GID;
      return fuse.setattr(back.node, { valid, mode: 0o666, uid: 3, gid: 4 });
    },
  },
  { name: 'MKDIR', make: () => fuse.mkdir(ROOT, '123') },
  { name: 'RMDIR', make: () => fuse.rmdir(ROOT, '7') },
  { name: 'OPEN of a device', make: ({ back }) => fuse.open(back.node, O_RDWR) },
  { name: 'OPEN of a text', make: ({ text }) => fuse.open(text.node, 0) },
  { name: 'OPENDIR', make: () => fuse.opendir(ROOT), bodiless: true },
  { name: 'READDIR', make: () => fuse.readdir(ROOT, 0, 4096) },
  { name: 'RELEASEDIR', make: () => fuse.releasedir(ROOT), bodiless: true },
  { name: 'READ of a device', make: ({ back }) => fuse.read(back, 4096, O_RDWR) },
  { name: 'READ that would wait', make: ({ front }) => fuse.read(front, 4096, O_RDWR) },
  { name: 'READ of a text', make: ({ text }) => fuse.read(text, 4096) },
  {
    name: 'WRITE',
    make: ({ back, backPort }) => fuse.write(back, words(backPort, 1, 2, 3)),
    whenCut: [EBADF, EINVAL],
  },
  {
    name: 'WRITE to a text',
    make: ({ text }) => fuse.write(text, words(1)),
    whenCut: [EBADF, EINVAL],
  },
  {
    name: 'WRITE to a control',
    // A VIRQ that nobody has bound: done whole, it changes nothing that is looked at.
    make: ({ control }) => fuse.write(control, Uint8Array.of(0x32, 0x33), 1),
    whenCut: [EBADF, EINVAL],
  },
  { name: 'READ of the trace', make: ({ trace }) => fuse.read(trace, 4096) },
  {
    name: 'IOCTL',
    whenCut: [ENOTTY],
    make: ({ kernel, back, backPort }) => {
      kernel.programs.put(100, 4096n, words(backPort));
      return { ...fuse.ioctl(back, NOTIFY, 4096), pid: 100 };
    },
  },
  { name: 'POLL of a device', make: ({ back }) => fuse.poll(back, 99n, true) },
  { name: 'POLL of a text', make: ({ text }) => fuse.poll(text, 99n, true) },
  { name: 'RELEASE of a device', make: ({ back }) => fuse.release(back), whenCut: [EBADF] },
  { name: 'RELEASE of a text', make: ({ text }) => fuse.release(text), whenCut: [EBADF] },
  { name: 'INTERRUPT', make: ({ parked }) => fuse.interrupt(parked), silent: true },
  { name: 'STATFS', make: () => fuse.statfs(), bodiless: true },
  { name: 'DESTROY', make: () => fuse.bare(OP.DESTROY), bodiless: true },
  {
    name: 'NOTIFY_REPLY',
    make: () => fuse.request(OP.NOTIFY_REPLY, ROOT, new Uint8Array(40)),
    silent: true,
    bodiless: true,
  },
  { name: 'INIT', make: () => fuse.init(7, 45), whenCut: [EIO] },
  { name: 'FSYNC', make: ({ back }) => fuse.fsync(back) },
  { name: 'FALLOCATE', make: ({ back }) => fuse.fallocate(back), whenCut: [ENODEV] },
  { name: 'FLUSH', make: ({ back }) => fuse.flush(back), whenCut: [ENOSYS] },
  { name: 'CREATE', make: () => fuse.create(ROOT, 'new'), whenCut: [EPERM] },
];
