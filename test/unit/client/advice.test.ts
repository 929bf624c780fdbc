import { describe, expect, it } from 'vitest';
import {
  EACCES,
  EBUSY,
  EFBIG,
  EINVAL,
  EISCONN,
  ENOSPC,
  ENOSYS,
  ENOTCONN,
  ESRCH,
} from '../../../src/abi/errno.js';
import { IOCTL_EVTCHN_BIND_INTERDOMAIN, IOCTL_EVTCHN_BIND_VIRQ } from '../../../src/abi/ioctl.js';
import { adviceFor } from '../../../src/client/advice.js';

describe('advice', () => {
  it.each([
    [EACCES, /bind before restrict\(\)/],
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

  it('for EINVAL is known of one call only', () => {
    expect(adviceFor(EINVAL, IOCTL_EVTCHN_BIND_INTERDOMAIN)).toMatch(/must exist, be unbound/);
    expect(adviceFor(EINVAL, IOCTL_EVTCHN_BIND_VIRQ)).toBeUndefined();
    expect(adviceFor(EINVAL)).toBeUndefined();
  });

  it('is not made up', () => {
    expect(adviceFor(EBUSY)).toBeUndefined();
    expect(adviceFor(-EACCES)).toBeUndefined();
  });
});
