import { describe, expect, it } from 'vitest';
import {
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_STATIC,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
} from '../../../src/abi/ioctl.js';
import { ioctlFields } from '../../../src/trace/ioctl-fields.js';

describe('ioctlFields', () => {
  it.each([
    ['BIND_VIRQ', IOCTL_EVTCHN_BIND_VIRQ, ['virq']],
    ['BIND_INTERDOMAIN', IOCTL_EVTCHN_BIND_INTERDOMAIN, ['remote_domain', 'remote_port']],
    ['BIND_UNBOUND_PORT', IOCTL_EVTCHN_BIND_UNBOUND_PORT, ['remote_domain']],
    ['UNBIND', IOCTL_EVTCHN_UNBIND, ['port']],
    ['NOTIFY', IOCTL_EVTCHN_NOTIFY, ['port']],
    ['RESET', IOCTL_EVTCHN_RESET, []],
    ['RESTRICT_DOMID', IOCTL_EVTCHN_RESTRICT_DOMID, ['domid']],
    ['BIND_STATIC', IOCTL_EVTCHN_BIND_STATIC, ['port']],
    ['an unknown request', 0x5401, []],
  ])('of %s are those of its structure, in order', (_name, command, fields) => {
    expect(ioctlFields(command)).toEqual(fields);
  });
});
