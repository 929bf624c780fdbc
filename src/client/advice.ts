import {
  EACCES,
  EBUSY,
  EEXIST,
  EFBIG,
  EINVAL,
  EISCONN,
  ENOSPC,
  ENOSYS,
  ENOTCONN,
  ESRCH,
} from '../abi/errno.js';
import {
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
} from '../abi/ioctl.js';

/** What a reader can do about an error of the device. */
const ADVICE: ReadonlyMap<number, string> = new Map([
  [EACCES, 'the handle is restricted to one domain: bind before restrict(), or open another'],
  [EBUSY, 'another handle holds the port'],
  [EEXIST, 'the domain has this virtual interrupt bound: by another handle, or by its kernel'],
  [EFBIG, 'events were lost: reset(), then unmask every port and look at what each stands for'],
  [EISCONN, 'this handle holds the port already'],
  [ENOSPC, 'the domain is out of ports: unbind some, or give it a higher maxEvtchnPort'],
  [ENOSYS, 'this kernel does not know the call'],
  [ENOTCONN, 'the port is not bound by this handle'],
  [ESRCH, 'there is no such domain'],
]);

/** What an EINVAL means, which is something else for each ioctl. */
const INVALID: ReadonlyMap<number, string> = new Map([
  [
    IOCTL_EVTCHN_BIND_INTERDOMAIN,
    'the remote port must exist, be unbound, and be meant for this domain',
  ],
  [IOCTL_EVTCHN_BIND_VIRQ, 'there is no such virtual interrupt for a domain: see VIRQ_*'],
  [IOCTL_EVTCHN_RESTRICT_DOMID, 'a handle is restricted to a domain from 1 to 32751 (0x7FEF)'],
  [IOCTL_EVTCHN_UNBIND, 'the domain has no such port'],
]);

/**
 * What can be done about an error.
 * @param errno - positive
 * @param command - the ioctl that failed, if it was one
 */
export function adviceFor(errno: number, command?: number): string | undefined {
  if (errno !== EINVAL) return ADVICE.get(errno);
  return command === undefined ? undefined : INVALID.get(command);
}
