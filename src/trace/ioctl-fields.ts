import {
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_STATIC,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
} from '../abi/ioctl.js';

const FIELDS: ReadonlyMap<number, readonly string[]> = new Map([
  [IOCTL_EVTCHN_BIND_VIRQ, ['virq']],
  [IOCTL_EVTCHN_BIND_INTERDOMAIN, ['remote_domain', 'remote_port']],
  [IOCTL_EVTCHN_BIND_UNBOUND_PORT, ['remote_domain']],
  [IOCTL_EVTCHN_UNBIND, ['port']],
  [IOCTL_EVTCHN_NOTIFY, ['port']],
  [IOCTL_EVTCHN_RESTRICT_DOMID, ['domid']],
  [IOCTL_EVTCHN_BIND_STATIC, ['port']],
]);

const NONE: readonly string[] = [];

/** Input fields of an ioctl of the device, two at most, by the header's names and in its order. */
export function ioctlFields(command: number): readonly string[] {
  return FIELDS.get(command) ?? NONE;
}
