import { EACCES, EFBIG, EINVAL, EISCONN, ENOSPC, ENOSYS, ENOTCONN, ESRCH } from '../abi/errno.js';
import { IOCTL_EVTCHN_BIND_INTERDOMAIN } from '../abi/ioctl.js';

/** What a reader can do about an error of the device. */
const ADVICE: ReadonlyMap<number, string> = new Map([
  [EACCES, 'the handle is restricted to one domain: bind before restrict(), or open another'],
  [EFBIG, 'events were lost: reset(), then unmask every port and look at what each stands for'],
  [EISCONN, 'this handle holds the port already'],
  [ENOSPC, 'the domain is out of ports: unbind some, or give it a higher maxEvtchnPort'],
  [ENOSYS, 'this kernel does not know the call'],
  [ENOTCONN, 'the port is not bound by this handle'],
  [ESRCH, 'there is no such domain'],
]);

/**
 * What can be done about an error.
 * @param errno - positive
 * @param command - the ioctl that failed, if it was one
 */
export function adviceFor(errno: number, command?: number): string | undefined {
  if (errno === EINVAL && command === IOCTL_EVTCHN_BIND_INTERDOMAIN) {
    return 'the remote port must exist, be unbound, and be meant for this domain';
  }
  return ADVICE.get(errno);
}
