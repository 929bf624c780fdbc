import { describe, expect, it } from 'vitest';
import {
  EACCES,
  EAGAIN,
  EFAULT,
  EINVAL,
  ENOSYS,
  ENOTCONN,
  ESRCH,
  EVTCHNSTAT_CLOSED,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
  POLLERR,
  POLLIN,
  POLLOUT,
  POLLWRNORM,
  VIRQ_TBUF,
  XenHost,
} from '../../src/index.js';
import { BAD_POINTER, bindChannel, DeviceProgram, quietChannel } from './device-program.js';
import { itHasEveryRow } from './table-rows.js';

function dom0(abi: 'fifo' | 'two-level' = 'fifo') {
  return new XenHost().createDomain({ domid: 0, abi });
}

itHasEveryRow('the other ioctls of spec/device.md 1.4', [
  'UNBIND',
  'NOTIFY',
  'RESET',
  'RESTRICT_DOMID',
  'other ioctl',
]);

describe('UNBIND', () => {
  it('is ioctl 0x44503', () => {
    expect(IOCTL_EVTCHN_UNBIND).toBe(0x44503);
  });

  it('answers EFAULT first', () => {
    const app = new DeviceProgram(dom0());
    expect(app.ioctlAt(IOCTL_EVTCHN_UNBIND, BAD_POINTER)).toBe(-EFAULT);
    expect(app.ioctlAt(IOCTL_EVTCHN_UNBIND, app.memory.end - 3)).toBe(-EFAULT);
  });

  it('then EINVAL from 4096 on with two-level', () => {
    const app = new DeviceProgram(dom0('two-level'));
    expect(app.unbind(4095)).toBe(-ENOTCONN);
    expect(app.unbind(4096)).toBe(-EINVAL);
    expect(app.unbind(0xffffffff)).toBe(-EINVAL);
  });

  it('then EINVAL from the end of the event array on with FIFO, which grows by 1024 and stays', () => {
    const app = new DeviceProgram(dom0());
    expect(app.unbind(1023)).toBe(-ENOTCONN);
    expect(app.unbind(1024)).toBe(-EINVAL);
    const ports = Array.from({ length: 1100 }, () => app.bindUnboundPort(0));
    expect(app.unbind(2047)).toBe(-ENOTCONN);
    expect(app.unbind(2048)).toBe(-EINVAL);
    for (const port of ports) expect(app.unbind(port)).toBe(0);
    expect(app.unbind(2047)).toBe(-ENOTCONN);
  });

  it('then ENOTCONN for a port not bound in this handle: free, the kernel’s, another handle’s', () => {
    const domain = dom0();
    const app = new DeviceProgram(domain);
    const theirs = new DeviceProgram(domain).bindUnboundPort(0);
    expect(app.unbind(0)).toBe(-ENOTCONN);
    expect(app.unbind(1)).toBe(-ENOTCONN);
    expect(app.unbind(900)).toBe(-ENOTCONN);
    expect(app.unbind(theirs)).toBe(-ENOTCONN);
  });

  it('answers 0, closes the channel and lets go of the port', () => {
    const domain = dom0();
    const app = new DeviceProgram(domain);
    const port = app.bindUnboundPort(0);
    expect(app.unbind(port)).toBe(0);
    expect(app.unbind(port)).toBe(-ENOTCONN);
    expect(app.notify(port)).toBe(-ENOTCONN);
    expect(domain.hypercalls.status(0, port).status).toBe(EVTCHNSTAT_CLOSED);
  });

  it('leaves ring entries of the port in the ring', () => {
    const app = new DeviceProgram(dom0());
    const { interdomain } = bindChannel(app, app);
    expect(app.unbind(interdomain)).toBe(0);
    expect(app.poll() & POLLIN).toBe(POLLIN);
    expect(app.read()).toEqual([interdomain]);
  });
});

describe('NOTIFY', () => {
  it('is ioctl 0x44504', () => {
    expect(IOCTL_EVTCHN_NOTIFY).toBe(0x44504);
  });

  it('answers EFAULT first', () => {
    const app = new DeviceProgram(dom0());
    expect(app.ioctlAt(IOCTL_EVTCHN_NOTIFY, BAD_POINTER)).toBe(-EFAULT);
  });

  it('then ENOTCONN for whatever is not bound in this handle, however large, and never EINVAL', () => {
    const domain = dom0();
    const app = new DeviceProgram(domain);
    const theirs = new DeviceProgram(domain).bindUnboundPort(0);
    for (const port of [0, 1, theirs, 900, 4096, 131072, 0xffffffff]) {
      expect(app.notify(port)).toBe(-ENOTCONN);
    }
  });

  it('answers 0 always, whatever Xen says: for a virq, an unbound port and one whose peer is gone', () => {
    const domain = dom0();
    const app = new DeviceProgram(domain);
    const peer = new DeviceProgram(domain);
    expect(app.notify(app.bindVirq(VIRQ_TBUF))).toBe(0);
    expect(app.notify(app.bindUnboundPort(0))).toBe(0);
    const { interdomain } = bindChannel(peer, app);
    peer.close();
    expect(app.notify(interdomain)).toBe(0);
  });

  it('is allowed on a restricted handle', () => {
    const domain = dom0();
    const app = new DeviceProgram(domain);
    const peer = new DeviceProgram(domain);
    const { unbound, interdomain } = quietChannel(app, peer);
    app.restrict(5);
    expect(app.notify(unbound)).toBe(0);
    expect(peer.read()).toEqual([interdomain]);
  });
});

describe('RESET', () => {
  it('is ioctl 0x4505, without an argument', () => {
    expect(IOCTL_EVTCHN_RESET).toBe(0x4505);
    const app = new DeviceProgram(dom0());
    expect(app.ioctlAt(IOCTL_EVTCHN_RESET, BAD_POINTER)).toBe(0);
  });

  it('empties the ring', () => {
    const app = new DeviceProgram(dom0());
    bindChannel(app, app);
    expect(app.reset()).toBe(0);
    expect(app.poll()).toBe(POLLOUT | POLLWRNORM);
    expect(app.read()).toBe(-EAGAIN);
  });

  it('clears the overflow', () => {
    const app = new DeviceProgram(dom0());
    const { unbound, interdomain } = bindChannel(app, app);
    for (let i = 0; i < 64; i++) {
      app.write(interdomain);
      app.notify(unbound);
    }
    expect(app.poll()).toBe(POLLERR);
    expect(app.reset()).toBe(0);
    expect(app.poll()).toBe(POLLOUT | POLLWRNORM);
  });

  it('leaves ports that were queued disabled until they are written', () => {
    const app = new DeviceProgram(dom0());
    const { unbound, interdomain } = bindChannel(app, app);
    app.reset();
    app.notify(unbound);
    expect(app.read()).toBe(-EAGAIN);
    app.write(interdomain);
    expect(app.read()).toEqual([interdomain]);
  });

  it('answers 0 on a restricted handle and on a fresh one', () => {
    const app = new DeviceProgram(dom0());
    expect(app.reset()).toBe(0);
    app.restrict(5);
    expect(app.reset()).toBe(0);
  });
});

describe('RESTRICT_DOMID', () => {
  it('is ioctl 0x24506, whose structure has 2 bytes', () => {
    expect(IOCTL_EVTCHN_RESTRICT_DOMID).toBe(0x24506);
    const app = new DeviceProgram(dom0());
    const last = app.memory.end - 2;
    app.memory.setWords(app.memory.end - 4, [5 << 16]);
    expect(app.ioctlAt(IOCTL_EVTCHN_RESTRICT_DOMID, last)).toBe(0);
    expect(app.bindInterdomain(5, 1)).toBe(-ESRCH);
  });

  it('answers EACCES if restricted already, before it looks at the pointer or the number', () => {
    const app = new DeviceProgram(dom0());
    app.restrict(1);
    expect(app.ioctlAt(IOCTL_EVTCHN_RESTRICT_DOMID, BAD_POINTER)).toBe(-EACCES);
    for (const domid of [0, 1, 2, 0xffff]) expect(app.restrict(domid)).toBe(-EACCES);
  });

  it('then EFAULT', () => {
    const app = new DeviceProgram(dom0());
    expect(app.ioctlAt(IOCTL_EVTCHN_RESTRICT_DOMID, BAD_POINTER)).toBe(-EFAULT);
    expect(app.ioctlAt(IOCTL_EVTCHN_RESTRICT_DOMID, app.memory.end - 1)).toBe(-EFAULT);
  });

  it('then EINVAL for domain 0, which cannot be named, and from 0x7FF0 on', () => {
    const app = new DeviceProgram(dom0());
    for (const domid of [0, 0x7ff0, 0x7ff1, 0x7ff4, 0x8000, 0xffff]) {
      expect(app.restrict(domid)).toBe(-EINVAL);
    }
    expect(app.restrict(0x7fef)).toBe(0);
  });

  it('lets existing bindings live on, and is the open file’s, not the domain’s', () => {
    const domain = dom0();
    const app = new DeviceProgram(domain);
    const peer = new DeviceProgram(domain);
    const { unbound, interdomain } = quietChannel(peer, app);
    expect(app.restrict(5)).toBe(0);
    expect(peer.notify(unbound)).toBe(0);
    expect(app.read()).toEqual([interdomain]);
    expect(app.write(interdomain)).toBe(4);
    expect(app.unbind(interdomain)).toBe(0);
    expect(peer.bindUnboundPort(0)).toBeGreaterThan(0);
  });
});

describe('other ioctl', () => {
  it('answers ENOSYS, whatever the argument, restricted or not', () => {
    const app = new DeviceProgram(dom0());
    for (const command of [0, 0x4500, 0x4507, 0x45ff, 0x44602, 0x84502, 0x40044502, 0xffffffff]) {
      expect(app.ioctl(command, 0, 0)).toBe(-ENOSYS);
      expect(app.ioctlAt(command, BAD_POINTER)).toBe(-ENOSYS);
    }
    app.restrict(5);
    expect(app.ioctlAt(0x44508, BAD_POINTER)).toBe(-ENOSYS);
  });
});
