import { EAGAIN, ECONNABORTED, EINTR, EINVAL, ENODEV, ENOENT } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import type { Request } from '../fuse/request.js';
import { readDescriptor, setNonBlocking, writeDescriptor } from '../native/descriptor.js';
import { lastErrno } from '../native/libc.js';
import { FUSE_DEVICE } from '../native/mount.js';

/** What handles the requests of a channel: `FuseSession` is one. */
export interface Session {
  readonly request: Request;
  handle(length: number): boolean;
}

/** What a turn of a channel came to. `interrupted`: it waited for a request, and was called away. */
export type ChannelState = 'open' | 'interrupted' | 'gone';

/** A descriptor of /dev/fuse (or /dev/cuse) with its session: reads requests, writes replies. */
export class Channel {
  readonly fd: number;
  private readonly session: Session;
  private readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly device: string;

  /**
   * @param fd - stays the caller's to close
   * @param device - what it is a descriptor of, for errors
   */
  constructor(fd: number, session: Session, device: string = FUSE_DEVICE) {
    this.fd = fd;
    this.device = device;
    this.session = session;
    this.bytes = session.request.bytes;
  }

  /** Says whether a turn waits if there is no request, or does nothing then. */
  setWaiting(waits: boolean): void {
    setNonBlocking(this.fd, !waits);
  }

  /**
   * Reads one request and handles it.
   * @returns `gone` when the file system was unmounted or its connection aborted
   * @throws EvtchnError for any other error of read(2)
   */
  turn(): ChannelState {
    const length = readDescriptor(this.fd, this.bytes, this.bytes.length);
    if (length >= 0) {
      this.session.handle(length);
      return 'open';
    }
    const errno = lastErrno();
    switch (errno) {
      // ENOENT: the request was called off while it was being read.
      case EAGAIN:
      case ENOENT:
        return 'open';
      case EINTR:
        return 'interrupted';
      case ENODEV:
      case ECONNABORTED:
        return 'gone';
      default:
        throw new EvtchnError(`read ${this.device}`, errno);
    }
  }
}

/**
 * Writes replies to a descriptor of /dev/fuse or /dev/cuse.
 * @param onRefused - told of a reply the kernel did not take, which is a fault of this server
 * @param device - what it is a descriptor of, for errors
 */
export function replyWriter(
  fd: number,
  onRefused: (error: EvtchnError) => void,
  device: string = FUSE_DEVICE,
): (bytes: Uint8Array<ArrayBuffer>, length: number) => void {
  return (bytes, length) => {
    if (writeDescriptor(fd, bytes, length) === length) return;
    const errno = lastErrno();
    // ENOENT: whoever asked was killed meanwhile, and the request is gone; ENODEV: so is the mount.
    if (errno === ENOENT || errno === ENODEV || errno === ECONNABORTED) return;
    onRefused(new EvtchnError(`write ${device}`, errno === 0 ? EINVAL : errno));
  };
}
