import { describe, expect, it } from 'vitest';
import { DOMID_SELF } from '../../../../src/abi/domid.js';
import {
  EACCES,
  EBUSY,
  EEXIST,
  EFAULT,
  EINVAL,
  EISCONN,
  ENOSPC,
  ENOSYS,
  ENOTCONN,
  ESRCH,
} from '../../../../src/abi/errno.js';
import {
  FIONREAD,
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_STATIC,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
  TCGETS,
} from '../../../../src/abi/ioctl.js';
import { VIRQ_CON_RING, VIRQ_TIMER } from '../../../../src/abi/virq.js';
import { Guest } from './guest.js';

const UNMAPPED = 0x10;

function open(options = {}) {
  const guest = new Guest(options);
  const file = guest.open();
  return {
    guest,
    file,
    ioctl: (command: number, ...words: number[]) => guest.ioctl(file, command, ...words),
    faulty: (command: number) => file.ioctl(command, guest.memory, UNMAPPED),
    status: (port: number) => guest.domain.hypercalls.status(0, port),
  };
}

describe('BIND_UNBOUND_PORT', () => {
  it('answers the lowest free port, meant for whatever domain is named', () => {
    const { ioctl, status } = open();
    expect(
      [5, DOMID_SELF, 0xffff, 65541].map((dom) => ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, dom)),
    ).toEqual([1, 2, 3, 4]);
    expect([1, 2, 3, 4].map((port) => status(port).dom)).toEqual([5, 0, 0xffff, 5]);
  });

  it('is EFAULT for a bad pointer and ENOSPC when the domain is out of ports', () => {
    const { guest, ioctl, faulty } = open({ maxEvtchnPort: 63 });
    expect(faulty(IOCTL_EVTCHN_BIND_UNBOUND_PORT)).toBe(-EFAULT);
    for (let port = 1; port < 64; port++) {
      expect(ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, 5)).toBe(port);
    }
    expect(ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, 5)).toBe(-ENOSPC);
    expect(ioctl(IOCTL_EVTCHN_BIND_VIRQ, VIRQ_CON_RING)).toBe(-ENOSPC);
    // Before the remote port is looked at, after the domain is.
    expect(ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, 0, 9999)).toBe(-ENOSPC);
    expect(ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, 9, 1)).toBe(-ESRCH);
    expect(guest.driver.openFiles.get(1)?.portCount).toBe(63);
  });
});

describe('BIND_INTERDOMAIN', () => {
  it('connects to a port meant for this domain and has an event at once', () => {
    const { guest, file, ioctl, status } = open();
    const remote = ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    const local = ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, 0, remote);
    expect(local).toBe(2);
    expect(status(local)).toEqual({ status: 2, vcpu: 0, dom: 0, port: remote });
    expect(guest.read(file)).toEqual([local]);
  });

  it('cuts the domain to 16 bits', () => {
    const { ioctl } = open();
    const remote = ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    expect(ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, 65536, remote)).toBe(2);
  });

  it('is EFAULT, ESRCH or EINVAL, and binds nothing', () => {
    const { guest, ioctl, faulty } = open();
    const meantForAnother = ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, 7);
    expect(faulty(IOCTL_EVTCHN_BIND_INTERDOMAIN)).toBe(-EFAULT);
    expect(ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, 9, 1)).toBe(-ESRCH);
    for (const port of [0, 2, 9999, 0xffffffff, meantForAnother]) {
      expect(ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, 0, port)).toBe(-EINVAL);
    }
    expect(guest.driver.openFiles.get(1)?.portCount).toBe(1);
  });
});

describe('BIND_VIRQ', () => {
  it('binds each number once in a domain', () => {
    const { guest, ioctl, status, faulty } = open();
    expect(ioctl(IOCTL_EVTCHN_BIND_VIRQ, VIRQ_TIMER)).toBe(1);
    expect(status(1)).toEqual({ status: 4, vcpu: 0, nr: VIRQ_TIMER });
    expect(ioctl(IOCTL_EVTCHN_BIND_VIRQ, VIRQ_TIMER)).toBe(-EEXIST);
    expect(guest.ioctl(guest.open(), IOCTL_EVTCHN_BIND_VIRQ, VIRQ_TIMER)).toBe(-EEXIST);
    for (const virq of [24, 0xffffffff]) {
      expect(ioctl(IOCTL_EVTCHN_BIND_VIRQ, virq)).toBe(-EINVAL);
    }
    expect(faulty(IOCTL_EVTCHN_BIND_VIRQ)).toBe(-EFAULT);
  });
});

describe('UNBIND', () => {
  it('closes a port of this file', () => {
    const { ioctl, status } = open();
    const port = ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    expect(ioctl(IOCTL_EVTCHN_UNBIND, port)).toBe(0);
    expect(status(port).status).toBe(0);
    expect(ioctl(IOCTL_EVTCHN_UNBIND, port)).toBe(-ENOTCONN);
  });

  it('is EFAULT, EINVAL beyond the channels set up, ENOTCONN for others’ ports', () => {
    const { guest, ioctl, faulty } = open();
    const port = guest.ioctl(guest.open(), IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    expect(faulty(IOCTL_EVTCHN_UNBIND)).toBe(-EFAULT);
    expect(ioctl(IOCTL_EVTCHN_UNBIND, port)).toBe(-ENOTCONN);
    expect(ioctl(IOCTL_EVTCHN_UNBIND, 0)).toBe(-ENOTCONN);
    expect(ioctl(IOCTL_EVTCHN_UNBIND, 1023)).toBe(-ENOTCONN);
    expect(ioctl(IOCTL_EVTCHN_UNBIND, 1024)).toBe(-EINVAL);
    expect(ioctl(IOCTL_EVTCHN_UNBIND, 0xffffffff)).toBe(-EINVAL);
    const twoLevel = open({ abi: 'two-level' });
    expect(twoLevel.ioctl(IOCTL_EVTCHN_UNBIND, 4095)).toBe(-ENOTCONN);
    expect(twoLevel.ioctl(IOCTL_EVTCHN_UNBIND, 4096)).toBe(-EINVAL);
  });
});

describe('NOTIFY', () => {
  it('is 0 whatever Xen says, ENOTCONN for ports not bound here, EFAULT for a bad pointer', () => {
    const { ioctl, faulty } = open();
    const unbound = ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    const virq = ioctl(IOCTL_EVTCHN_BIND_VIRQ, VIRQ_CON_RING);
    expect(ioctl(IOCTL_EVTCHN_NOTIFY, unbound)).toBe(0);
    expect(ioctl(IOCTL_EVTCHN_NOTIFY, virq)).toBe(0);
    expect(ioctl(IOCTL_EVTCHN_NOTIFY, 3)).toBe(-ENOTCONN);
    expect(ioctl(IOCTL_EVTCHN_NOTIFY, 0xffffffff)).toBe(-ENOTCONN);
    expect(faulty(IOCTL_EVTCHN_NOTIFY)).toBe(-EFAULT);
  });
});

describe('RESET', () => {
  it('empties the ring without looking at its argument, and leaves ports masked', () => {
    const { guest, file, ioctl, faulty } = open();
    const remote = ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    const local = ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, 0, remote);
    expect(faulty(IOCTL_EVTCHN_RESET)).toBe(0);
    expect(guest.device(file).readable).toBe(false);
    ioctl(IOCTL_EVTCHN_NOTIFY, remote);
    expect(guest.device(file).readable).toBe(false);
    guest.write(file, local);
    expect(guest.read(file)).toEqual([local]);
  });
});

describe('RESTRICT_DOMID', () => {
  it('takes an ordinary domain but 0, once', () => {
    const { ioctl, faulty } = open();
    expect(faulty(IOCTL_EVTCHN_RESTRICT_DOMID)).toBe(-EFAULT);
    for (const domid of [0, 0x7ff0, 0xffff]) {
      expect(ioctl(IOCTL_EVTCHN_RESTRICT_DOMID, domid)).toBe(-EINVAL);
    }
    expect(ioctl(IOCTL_EVTCHN_RESTRICT_DOMID, 0x7fef)).toBe(0);
    expect(ioctl(IOCTL_EVTCHN_RESTRICT_DOMID, 5)).toBe(-EACCES);
    expect(faulty(IOCTL_EVTCHN_RESTRICT_DOMID)).toBe(-EACCES);
  });

  it('refuses binds from then on, before or after a bad pointer as the driver does', () => {
    const { guest, file, ioctl, faulty } = open();
    const other = guest.host.createDomain({ domid: 5, kernelChannels: false });
    const theirs = other.hypercalls.allocUnbound(5, 0);
    const kept = ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    ioctl(IOCTL_EVTCHN_RESTRICT_DOMID, 5);
    expect(guest.device(file).restricted).toBe(true);
    expect(faulty(IOCTL_EVTCHN_BIND_VIRQ)).toBe(-EACCES);
    expect(faulty(IOCTL_EVTCHN_BIND_UNBOUND_PORT)).toBe(-EACCES);
    expect(faulty(IOCTL_EVTCHN_BIND_INTERDOMAIN)).toBe(-EFAULT);
    expect(ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, 5)).toBe(-EACCES);
    expect(ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, 0, kept)).toBe(-EACCES);
    // Compared in 32 bits, before it is cut to 16.
    expect(ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, 65541, theirs)).toBe(-EACCES);
    expect(ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, 5, theirs)).toBe(2);
    expect(ioctl(IOCTL_EVTCHN_NOTIFY, kept)).toBe(0);
    expect(ioctl(IOCTL_EVTCHN_UNBIND, kept)).toBe(0);
  });
});

describe('BIND_STATIC', () => {
  it('is ENOSYS where the kernel does not have it', () => {
    const { ioctl, faulty } = open();
    expect(ioctl(IOCTL_EVTCHN_BIND_STATIC, 1)).toBe(-ENOSYS);
    expect(faulty(IOCTL_EVTCHN_BIND_STATIC)).toBe(-ENOSYS);
  });

  it('takes a port in, answers 0, and never closes it', () => {
    const { guest, file, ioctl, status } = open({ bindStatic: true });
    const port = guest.domain.hypercalls.allocUnbound(0, 0);
    ioctl(IOCTL_EVTCHN_RESTRICT_DOMID, 5);
    expect(ioctl(IOCTL_EVTCHN_BIND_STATIC, port)).toBe(0);
    expect(ioctl(IOCTL_EVTCHN_BIND_STATIC, port)).toBe(-EISCONN);
    expect(guest.ioctl(guest.open(), IOCTL_EVTCHN_BIND_STATIC, port)).toBe(-EBUSY);
    expect(status(port).status).toBe(1);
    expect(ioctl(IOCTL_EVTCHN_UNBIND, port)).toBe(0);
    expect(status(port).status).toBe(1);
    expect(ioctl(IOCTL_EVTCHN_BIND_STATIC, port)).toBe(0);
    file.put();
    expect(status(port).status).toBe(1);
  });

  it('refuses a bad pointer and port 0, which is never a channel', () => {
    const { ioctl, faulty } = open({ bindStatic: true });
    expect(faulty(IOCTL_EVTCHN_BIND_STATIC)).toBe(-EFAULT);
    expect(ioctl(IOCTL_EVTCHN_BIND_STATIC, 0)).toBe(-EINVAL);
  });
});

describe('any other command', () => {
  it.each([
    ['FIONREAD', FIONREAD],
    ['TCGETS', TCGETS],
    ['number 8', 0x4508],
    ['NOTIFY with another size', 0x84504],
    ['NOTIFY with a direction', 0x40044504],
    ['NOTIFY of another type', 0x44604],
    ['0', 0],
    ['the largest', 0xffffffff],
  ])('is ENOSYS: %s', (_name, command) => {
    expect(open().ioctl(command, 1)).toBe(-ENOSYS);
  });
});
