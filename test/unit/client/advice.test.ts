import { describe, expect, it } from 'vitest';
import {
  EACCES,
  EBUSY,
  EEXIST,
  EFBIG,
  EINVAL,
  EISCONN,
  ENOMEM,
  ENOSPC,
  ENOSYS,
  ENOTCONN,
  ESRCH,
} from '../../../src/abi/errno.js';
import {
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
} from '../../../src/abi/ioctl.js';
import { adviceFor } from '../../../src/client/advice.js';

describe('advice', () => {
  it.each([
    [EACCES, /bind before restrict\(\)/],
    [EBUSY, /another handle/],
    [EEXIST, /virtual interrupt bound/],
    [EFBIG, /reset\(\), then unmask/],
    [EISCONN, /holds the port already/],
    [ENOSPC, /out of ports/],
    [ENOSYS, /does not know the call/],
    [ENOTCONN, /not bound by this handle/],
    [ESRCH, /no such domain/],
  ])('for errno %i says what can be done', (errno, text) => {
    expect(adviceFor(errno)).toMatch(text);
    expect(adviceFor(errno, IOCTL_EVTCHN_BIND_VIRQ)).toMatch(text);
  });

  it.each([
    [IOCTL_EVTCHN_BIND_INTERDOMAIN, /must exist, be unbound/],
    [IOCTL_EVTCHN_BIND_VIRQ, /no such virtual interrupt/],
    [IOCTL_EVTCHN_RESTRICT_DOMID, /from 1 to 32751/],
    [IOCTL_EVTCHN_UNBIND, /no such port/],
    [IOCTL_EVTCHN_NOTIFY, undefined],
    [undefined, undefined],
  ])('for EINVAL depends on the call: %s', (command, text) => {
    const advice = adviceFor(EINVAL, command);
    if (text === undefined) expect(advice).toBeUndefined();
    else expect(advice).toMatch(text);
  });

  it('is not made up', () => {
    expect(adviceFor(ENOMEM)).toBeUndefined();
    expect(adviceFor(-EACCES)).toBeUndefined();
  });
});
