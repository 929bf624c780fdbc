import { EACCES, EINVAL, ENODEV, ENOENT, ENOTCONN, ENOTTY, ENXIO, EPERM } from '../abi/errno.js';
import { O_NONBLOCK, O_RDWR } from '../abi/fcntl.js';
import { IOCTL_EVTCHN_NOTIFY } from '../abi/ioctl.js';
import type { Evtchn } from '../client/evtchn.js';
import { openEvtchn as openEmbedded } from '../client/open-evtchn.js';
import type { OpenEvtchnOptions } from '../client/open-options.js';
import { checkInteger, checkOneOf, checkOptions, checkString } from '../errors/argument.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { EVTCHN_PATH } from '../host/host-domain.js';
import { setNonBlocking } from '../native/descriptor.js';
import { closeFile, openFile } from '../native/file-descriptor.js';
import { ioctlWords } from '../native/ioctl.js';
import { lastErrno } from '../native/libc.js';
import { checkSignal } from '../vfs/abort-signal.js';
import { DeviceEvtchn } from './device-evtchn.js';

/** A port that no domain has. */
const NO_PORT = new Uint32Array([0xffffffff]);
/** The largest descriptor. */
const FD_MAX = 0x7fffffff;

/** What a reader can do about an error of open(2). */
function openAdvice(path: string, errno: number): string | undefined {
  switch (errno) {
    case ENOENT:
      return `no ${path} here: \`xen-evtchn run\` gives a program one; on a Xen host, load the module xen-evtchn`;
    case EACCES:
    case EPERM:
      return `${path} is not yours to open: run as root, or have root give you the file, or open it and pass the descriptor on`;
    case ENXIO:
    case ENODEV:
      return `there is no device behind ${path}: is this a Xen host, or the domain destroyed?`;
    default:
      return path;
  }
}

/** Refuses what is no event-channel device, by sending an event that it cannot send: few others answer that so. */
function checkDevice(fd: number, name: string): void {
  const errno = ioctlWords(fd, IOCTL_EVTCHN_NOTIFY, NO_PORT) < 0 ? lastErrno() : ENOTTY;
  if (errno === ENOTCONN) return;
  const advice = errno === ENOTTY || errno === EINVAL ? `${name} is no event-channel device` : name;
  throw new EvtchnError('ioctl', errno, advice);
}

function openPath(path = EVTCHN_PATH): number {
  checkString('options.device', path);
  const fd = openFile(path, O_RDWR | O_NONBLOCK, (errno) => openAdvice(path, errno));
  try {
    checkDevice(fd, path);
  } catch (error) {
    closeFile(fd);
    throw error;
  }
  return fd;
}

function takeOver(fd: number): number {
  checkInteger('options.fd', fd, 0, FD_MAX);
  checkDevice(fd, `descriptor ${fd}`);
  setNonBlocking(fd, true);
  return fd;
}

/**
 * Opens an event-channel device: a file (`xenevtchn_open`), a descriptor that is open already (`xenevtchn_fdopen`), or that of
 * an embedded domain. /dev/xen/evtchn unless the options say otherwise.
 *
 * ```ts
 * const evtchn = openEvtchn();
 * const port = evtchn.bindUnboundPort(7);
 * for await (const event of evtchn) if (event === port) evtchn.notify(port);
 * ```
 *
 * @returns a handle; nothing of a descriptor is changed or closed if it throws
 * @throws EvtchnError ENOENT where there is no such file, EACCES where it may not be opened, ENXIO or ENODEV without a device
 * behind it, ENOTTY for another device or a file, EBADF for a descriptor that is not open; as {@link HostDomain.openEvtchn} for a
 * domain
 * @throws TypeError or RangeError for wrong options, and for two of `device`, `fd` and `domain`
 * @throws the signal's reason if it is aborted already
 */
export function openEvtchn(options: OpenEvtchnOptions = {}): Evtchn {
  checkOptions('options', options);
  const { device, fd, domain, signal } = options;
  const ways = Object.entries({ device, fd, domain }).filter(([, way]) => way !== undefined);
  checkOneOf(ways.map(([name]) => name));
  if (domain !== undefined) return openEmbedded(options);
  checkSignal('options.signal', signal);
  if (signal?.aborted) throw signal.reason;
  return new DeviceEvtchn(fd === undefined ? openPath(device) : takeOver(fd), signal);
}
