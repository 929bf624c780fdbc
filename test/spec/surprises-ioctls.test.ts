import { describe, expect, it } from 'vitest';
import {
  DescriptorTable,
  DOMID_SELF,
  EACCES,
  EAGAIN,
  EEXIST,
  EFAULT,
  EINVAL,
  ENODEV,
  ENOSPC,
  ENOSYS,
  ENOTCONN,
  EOPNOTSUPP,
  ESPIPE,
  ESRCH,
  EVTCHNSTAT_UNBOUND,
  FIOCLEX,
  FIONBIO,
  FIONREAD,
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
  O_DIRECT,
  O_RDWR,
  TCGETS,
  VIRQ_CON_RING,
  VIRQ_CONSOLE,
  VIRQ_PCPU_STATE,
  VIRQ_TBUF,
  VIRQ_TIMER,
  XenHost,
} from '../../src/index.js';
import { BAD_POINTER, bindChannel, DeviceProgram } from './device-program.js';
import { refusal } from './refusal.js';

function dom0(abi: 'fifo' | 'two-level' = 'fifo') {
  return new XenHost().createDomain({ domid: 0, abi });
}

describe('surprise 25: NOTIFY never says EINVAL, UNBIND does from the channels set up so far on', () => {
  it('NOTIFY: any number not bound on this handle is ENOTCONN', () => {
    const app = new DeviceProgram(dom0());
    for (const port of [0, 1, 900, 1024, 131072, 0xffffffff]) {
      expect(app.notify(port)).toBe(-ENOTCONN);
    }
  });

  it('UNBIND with FIFO: from 1024 times the array pages on, which grow and never shrink', () => {
    const domain = dom0();
    const app = new DeviceProgram(domain);
    expect([app.unbind(1023), app.unbind(1024)]).toEqual([-ENOTCONN, -EINVAL]);
    const other = new DeviceProgram(domain);
    for (let i = 0; i < 2100; i++) other.bindUnboundPort(1);
    other.close();
    expect([app.unbind(3071), app.unbind(3072)]).toEqual([-ENOTCONN, -EINVAL]);
  });

  it('UNBIND with two-level: from 4096 on', () => {
    const app = new DeviceProgram(dom0('two-level'));
    expect([app.unbind(4095), app.unbind(4096)]).toEqual([-ENOTCONN, -EINVAL]);
  });
});

describe('surprise 26: NOTIFY ignores what Xen says', () => {
  it('on a virq port Xen answers EINVAL, the ioctl 0', () => {
    const domain = dom0();
    const app = new DeviceProgram(domain);
    const port = app.bindVirq(VIRQ_TBUF);
    expect(refusal(() => domain.hypercalls.send(port))).toBe('EINVAL');
    expect(app.notify(port)).toBe(0);
    expect(app.read()).toBe(-EAGAIN);
  });
});

describe('surprise 27: unknown commands are ENOSYS, not ENOTTY', () => {
  it('so is a right number with a wrong size, direction or type', () => {
    const app = new DeviceProgram(dom0());
    for (const command of [
      0x4500, 0x44507, 0x4507, 0x44602, 0x84502, 0x24502, 0x40044502, 0x80044502, 0xc0044502,
      0x44505, 0x44506, 0x44501,
    ]) {
      expect(app.ioctl(command, 0, 1)).toBe(-ENOSYS);
    }
  });

  it('FIONREAD and TCGETS too', () => {
    const app = new DeviceProgram(dom0());
    expect(app.ioctl(FIONREAD)).toBe(-ENOSYS);
    expect(app.ioctl(TCGETS)).toBe(-ENOSYS);
  });

  // A 32-bit program's own entry into the kernel, where every driver ioctl is ENOTTY, an embedded program does not have.
  it('command bits above 32 are ignored', () => {
    const app = new DeviceProgram(dom0());
    const port = app.ioctl(2 ** 32 + IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    expect(port).toBeGreaterThan(0);
    expect(app.ioctl(0xabcd * 2 ** 32 + IOCTL_EVTCHN_UNBIND, port)).toBe(0);
  });

  it('also those of commands that the VFS handles', () => {
    const app = new DeviceProgram(dom0());
    expect(app.ioctl(2 ** 32 + FIONBIO, 0)).toBe(0);
    expect(app.file.nonBlocking).toBe(false);
  });

  it('and of those that are the descriptor’s', () => {
    const app = new DeviceProgram(dom0());
    const descriptors = new DescriptorTable();
    const fd = descriptors.install(app.file);
    expect(descriptors.ioctl(fd, 2 ** 32 + FIOCLEX, app.memory, 0)).toBe(0);
    expect(descriptors.closeOnExec(fd)).toBe(1);
  });
});

describe('surprise 28: where the restriction comes in the order of checks', () => {
  it('before the pointer for BIND_VIRQ, BIND_UNBOUND_PORT and RESTRICT, after it for BIND_INTERDOMAIN', () => {
    const app = new DeviceProgram(dom0());
    app.restrict(5);
    expect(app.ioctlAt(IOCTL_EVTCHN_BIND_VIRQ, BAD_POINTER)).toBe(-EACCES);
    expect(app.ioctlAt(IOCTL_EVTCHN_BIND_UNBOUND_PORT, BAD_POINTER)).toBe(-EACCES);
    expect(app.ioctlAt(IOCTL_EVTCHN_RESTRICT_DOMID, BAD_POINTER)).toBe(-EACCES);
    expect(app.ioctlAt(IOCTL_EVTCHN_BIND_INTERDOMAIN, BAD_POINTER)).toBe(-EFAULT);
  });
});

describe('surprise 29: the restriction compares 32 bits of the domain, Xen uses 16', () => {
  it('on a handle restricted to 5 domain 65541 is EACCES', () => {
    const app = new DeviceProgram(dom0());
    app.restrict(5);
    expect(app.bindInterdomain(65541, 1)).toBe(-EACCES);
    expect(app.bindInterdomain(5, 1)).toBe(-ESRCH);
  });

  it('on an unrestricted handle domain 65536 is domain 0', () => {
    const app = new DeviceProgram(dom0());
    const port = app.bindInterdomain(65536, app.bindUnboundPort(0));
    expect(app.read()).toEqual([port]);
  });
});

describe('surprise 30: on a restricted handle BIND_UNBOUND_PORT is refused', () => {
  it('even for the domain it is restricted to', () => {
    const host = new XenHost();
    const app = new DeviceProgram(host.createDomain({ domid: 0 }));
    host.createDomain({ domid: 12 });
    app.restrict(12);
    expect(app.bindUnboundPort(12)).toBe(-EACCES);
  });
});

describe('surprise 31: BIND_UNBOUND_PORT takes any remote domain', () => {
  it('nonexistent or reserved; DOMID_SELF is stored as our own', () => {
    const domain = new XenHost().createDomain({ domid: 3 });
    const app = new DeviceProgram(domain);
    for (const [remote, stored] of [
      [1234, 1234],
      [0x7ff4, 0x7ff4],
      [0xffff, 0xffff],
      [0x10007, 7],
      [DOMID_SELF, 3],
    ] as const) {
      const port = app.bindUnboundPort(remote);
      expect(domain.hypercalls.status(3, port).dom).toBe(stored);
    }
  });
});

describe('surprise 32: when one end goes the other turns into an unbound port for the former peer’s domain', () => {
  it('by unbind, by close, and also an end made by BIND_INTERDOMAIN', () => {
    const domain = dom0();
    const a = new DeviceProgram(domain);
    const b = new DeviceProgram(domain);
    const first = bindChannel(a, b);
    a.unbind(first.unbound);
    const again = a.bindInterdomain(0, first.interdomain);
    expect(again).toBeGreaterThan(0);
    expect(a.read()).toEqual([again]);
    b.close();
    const c = new DeviceProgram(domain);
    const taken = c.bindInterdomain(0, again);
    expect(c.read()).toEqual([taken]);
  });

  it('if the peer was another domain, nobody here can take it', () => {
    const host = new XenHost();
    const app = new DeviceProgram(host.createDomain({ domid: 0 }));
    const guest = host.createDomain({ domid: 11, kernel: false });
    const offered = guest.hypercalls.allocUnbound(DOMID_SELF, 0);
    const port = app.bindInterdomain(11, offered);
    guest.destroy();
    expect(app.notify(port)).toBe(0);
    expect(app.bindInterdomain(0, port)).toBe(-EINVAL);
    expect(app.domain.hypercalls.status(0, port)).toMatchObject({
      status: EVTCHNSTAT_UNBOUND,
      dom: 11,
    });
  });
});

describe('surprise 33: port numbers are always the lowest free one of the domain', () => {
  it('shared with the kernel’s own', () => {
    const domain = dom0();
    const app = new DeviceProgram(domain);
    const ports = Array.from({ length: 10 }, () => app.bindUnboundPort(0));
    expect(ports).toEqual(ports.map((_, i) => ports[0]! + i));
    app.unbind(ports[7]!);
    app.unbind(ports[3]!);
    expect(app.bindVirq(VIRQ_TBUF)).toBe(ports[3]);
    expect(domain.hypercalls.bindIpi(0)).toBe(ports[7]);
    // Of dom0 with one vCPU and FIFO, 13 ports are the kernel's.
    expect(ports[0]).toBe(14);
  });
});

describe('surprise 34: all 24 virq numbers can be bound, named or not, if free', () => {
  it('24 and up are EINVAL', () => {
    const domain = new XenHost().createDomain({ domid: 0, kernelChannels: false });
    const app = new DeviceProgram(domain);
    for (let virq = 0; virq < 24; virq++) expect(app.bindVirq(virq)).toBe(virq + 1);
    for (const virq of [24, 25, 0x80000000, 0xffffffff]) expect(app.bindVirq(virq)).toBe(-EINVAL);
  });

  it('taken by anyone in the domain is EEXIST', () => {
    const domain = dom0();
    const app = new DeviceProgram(domain);
    for (const virq of [VIRQ_TIMER, VIRQ_CONSOLE, VIRQ_PCPU_STATE, 16]) {
      expect(app.bindVirq(virq)).toBe(-EEXIST);
    }
    new DeviceProgram(domain).bindVirq(VIRQ_TBUF);
    expect(app.bindVirq(VIRQ_TBUF)).toBe(-EEXIST);
  });

  it('a virq raised before it was bound is not delivered later', () => {
    const host = new XenHost();
    const app = new DeviceProgram(host.createDomain({ domid: 0 }));
    host.raiseVirq(VIRQ_CON_RING);
    const port = app.bindVirq(VIRQ_CON_RING);
    expect(app.read()).toBe(-EAGAIN);
    host.raiseVirq(VIRQ_CON_RING);
    expect(app.read()).toEqual([port]);
  });
});

describe('surprise 35: out of ports is ENOSPC for all three binds', () => {
  it('after ESRCH, EEXIST and the EINVAL of the virq, but before the check of the remote port', () => {
    const app = new DeviceProgram(dom0('two-level'));
    while (app.bindUnboundPort(5) > 0);
    expect(app.bindUnboundPort(0)).toBe(-ENOSPC);
    expect(app.bindVirq(VIRQ_TBUF)).toBe(-ENOSPC);
    expect(app.bindVirq(VIRQ_CONSOLE)).toBe(-EEXIST);
    expect(app.bindVirq(24)).toBe(-EINVAL);
    expect(app.bindInterdomain(9, 0)).toBe(-ESRCH);
    expect(app.bindInterdomain(0, 0)).toBe(-ENOSPC);
    expect(app.bindInterdomain(0, 0xffffffff)).toBe(-ENOSPC);
  });
});

describe('surprise 36: what other file operations answer', () => {
  it('lseek, pread and pwrite ESPIPE, a bad whence EINVAL', () => {
    const { file } = new DeviceProgram(dom0());
    for (const whence of [0, 1, 2]) expect(file.lseek(0, whence)).toBe(-ESPIPE);
    expect(file.lseek(0, 9)).toBe(-EINVAL);
    expect(file.pread()).toBe(-ESPIPE);
    expect(file.pwrite()).toBe(-ESPIPE);
  });

  // flock and fadvise never reach the driver nor this library: there is nothing to ask of them.
  it('mmap and fallocate ENODEV; fsync, ftruncate, splice and sendfile EINVAL', () => {
    const { file } = new DeviceProgram(dom0());
    expect([file.mmap(), file.fallocate()]).toEqual([-ENODEV, -ENODEV]);
    expect([file.fsync(), file.ftruncate()]).toEqual([-EINVAL, -EINVAL]);
    expect([file.splice('in'), file.splice('out')]).toEqual([-EINVAL, -EINVAL]);
  });

  it('O_DIRECT EINVAL at open and in F_SETFL, RWF_NOWAIT EOPNOTSUPP', () => {
    const domain = dom0();
    expect(refusal(() => domain.open({ flags: O_RDWR | O_DIRECT }))).toBe('EINVAL');
    const { file } = new DeviceProgram(domain);
    expect(file.setFlags(3, file.flags | O_DIRECT)).toBe(-EINVAL);
    expect(file.checkVectorFlags(8)).toBe(-EOPNOTSUPP);
    expect(file.checkVectorFlags(1)).toBe(0);
  });
});
