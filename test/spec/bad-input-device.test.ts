import { describe, expect, it } from 'vitest';
import {
  DOMID_SELF,
  EACCES,
  EAGAIN,
  EBADF,
  EEXIST,
  EFAULT,
  EFBIG,
  EINVAL,
  ENOSPC,
  ENOSYS,
  ENOTCONN,
  ESRCH,
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  readBlocking,
  VIRQ_CONSOLE,
  VIRQ_TBUF,
  XenHost,
} from '../../src/index.js';
import { BAD_POINTER, bindChannel, DeviceProgram } from './device-program.js';
import { itHasEveryRow } from './table-rows.js';

const KERNEL_ADDRESS = 0xffff880000000000;

function program(flags = O_RDWR | O_NONBLOCK) {
  return new DeviceProgram(new XenHost().createDomain({ domid: 0 }), flags);
}

/** A program that is restricted to domain 5. */
function restricted() {
  const app = program();
  app.restrict(5);
  return app;
}

/** A program that has taken every port of its domain. */
function outOfPorts() {
  const domain = new XenHost().createDomain({ domid: 0, maxEvtchnPort: 63 });
  const app = new DeviceProgram(domain);
  while (app.bindUnboundPort(0) > 0);
  return app;
}

itHasEveryRow('the table of ioctls of conformance/README.md', [
  'BIND_VIRQ',
  'BIND_INTERDOMAIN',
  'BIND_UNBOUND_PORT',
  'UNBIND',
  'NOTIFY',
  'RESET',
  'RESTRICT_DOMID',
  'anything else',
  'read',
  'write',
]);

describe('BIND_VIRQ', () => {
  it('EACCES (restricted), EFAULT, EINVAL (virq > 23), EEXIST (taken), ENOSPC', () => {
    expect(restricted().ioctlAt(IOCTL_EVTCHN_BIND_VIRQ, BAD_POINTER)).toBe(-EACCES);
    const full = outOfPorts();
    expect(full.ioctlAt(IOCTL_EVTCHN_BIND_VIRQ, BAD_POINTER)).toBe(-EFAULT);
    expect(full.bindVirq(24)).toBe(-EINVAL);
    expect(full.bindVirq(VIRQ_CONSOLE)).toBe(-EEXIST);
    expect(full.bindVirq(VIRQ_TBUF)).toBe(-ENOSPC);
  });
});

describe('BIND_INTERDOMAIN', () => {
  it('EFAULT, then EACCES (restricted to another domain, 32-bit compare)', () => {
    const app = restricted();
    expect(app.ioctlAt(IOCTL_EVTCHN_BIND_INTERDOMAIN, BAD_POINTER)).toBe(-EFAULT);
    expect(app.bindInterdomain(9, 0)).toBe(-EACCES);
    expect(app.bindInterdomain(0x10005, 0)).toBe(-EACCES);
  });

  it('then ESRCH: all but 0, DOMID_SELF and existing ones, after cutting to 16 bits', () => {
    const full = outOfPorts();
    for (const domid of [1, 5, 32751, 0x7ff1, 0x7ff2, 0x7ff3, 0x7ff4, 0xffff, 0xffffffff, 65537]) {
      expect(full.bindInterdomain(domid, 0)).toBe(-ESRCH);
    }
  });

  it('then ENOSPC', () => {
    const full = outOfPorts();
    for (const domid of [0, DOMID_SELF, 65536])
      expect(full.bindInterdomain(domid, 0)).toBe(-ENOSPC);
  });

  it('then EINVAL: port 0, free, out of range, connected, virq or ipi, kernel’s, or for another domain', () => {
    const app = program();
    const { unbound, interdomain } = bindChannel(app, app);
    const virq = app.bindVirq(VIRQ_TBUF);
    const ipi = app.domain.hypercalls.bindIpi(0);
    const forAnother = app.bindUnboundPort(7);
    for (const port of [
      0,
      1,
      60,
      131071,
      131072,
      0xffffffff,
      unbound,
      interdomain,
      virq,
      ipi,
      forAnother,
    ]) {
      expect(app.bindInterdomain(0, port)).toBe(-EINVAL);
    }
    expect(app.read()).toEqual([interdomain]);
  });
});

describe('BIND_UNBOUND_PORT', () => {
  it('EACCES (restricted), EFAULT, ENOSPC; no domain number is refused', () => {
    expect(restricted().ioctlAt(IOCTL_EVTCHN_BIND_UNBOUND_PORT, BAD_POINTER)).toBe(-EACCES);
    const full = outOfPorts();
    expect(full.ioctlAt(IOCTL_EVTCHN_BIND_UNBOUND_PORT, BAD_POINTER)).toBe(-EFAULT);
    expect(full.bindUnboundPort(0)).toBe(-ENOSPC);
    const app = program();
    for (const domid of [0, 5, 0x7ff0, 0x7fff, 0xffff, 0xffffffff]) {
      expect(app.bindUnboundPort(domid)).toBeGreaterThan(0);
    }
  });
});

describe('UNBIND', () => {
  it('EFAULT, EINVAL (number >= channels set up), ENOTCONN (not bound on this handle)', () => {
    const app = program();
    expect(app.ioctlAt(IOCTL_EVTCHN_UNBIND, BAD_POINTER)).toBe(-EFAULT);
    expect(app.unbind(1024)).toBe(-EINVAL);
    expect(app.unbind(0xffffffff)).toBe(-EINVAL);
    for (const port of [0, 1, 1023]) expect(app.unbind(port)).toBe(-ENOTCONN);
  });
});

describe('NOTIFY', () => {
  it('EFAULT, ENOTCONN (anything not bound on this handle); unconnected, peer gone, virq: 0', () => {
    const app = program();
    expect(app.ioctlAt(IOCTL_EVTCHN_NOTIFY, BAD_POINTER)).toBe(-EFAULT);
    for (const port of [0, 1, 1024, 0xffffffff]) expect(app.notify(port)).toBe(-ENOTCONN);
    const { unbound, interdomain } = bindChannel(app, app);
    app.unbind(unbound);
    expect(app.notify(interdomain)).toBe(0);
    expect(app.notify(app.bindUnboundPort(9))).toBe(0);
    expect(app.notify(app.bindVirq(VIRQ_TBUF))).toBe(0);
  });
});

describe('RESET', () => {
  it('always 0, argument ignored', () => {
    for (const app of [program(), restricted(), outOfPorts()]) {
      for (const address of [BAD_POINTER, KERNEL_ADDRESS, 0, app.memory.start]) {
        expect(app.ioctlAt(IOCTL_EVTCHN_RESET, address)).toBe(0);
      }
    }
  });
});

describe('RESTRICT_DOMID', () => {
  it('EACCES (already restricted), EFAULT, EINVAL (0 or >= 0x7FF0)', () => {
    expect(restricted().ioctlAt(IOCTL_EVTCHN_RESTRICT_DOMID, BAD_POINTER)).toBe(-EACCES);
    const app = program();
    expect(app.ioctlAt(IOCTL_EVTCHN_RESTRICT_DOMID, BAD_POINTER)).toBe(-EFAULT);
    for (const domid of [0, 0x7ff0, 0xffff]) expect(app.restrict(domid)).toBe(-EINVAL);
    expect(app.bindUnboundPort(0)).toBeGreaterThan(0);
  });
});

describe('anything else', () => {
  it('ENOSYS', () => {
    expect(program().ioctlAt(0x44508, BAD_POINTER)).toBe(-ENOSYS);
    expect(restricted().ioctl(0x4506)).toBe(-ENOSYS);
  });
});

describe('read', () => {
  it('EBADF without read permission, whatever the count and the address', () => {
    const app = program(O_WRONLY);
    expect(app.readAt(KERNEL_ADDRESS, 0)).toBe(-EBADF);
    expect(app.read(4)).toBe(-EBADF);
  });

  it('EFAULT for kernel addresses before all that the driver says', () => {
    expect(program().readAt(KERNEL_ADDRESS, 0)).toBe(-EFAULT);
    expect(program().readAt(KERNEL_ADDRESS, 4)).toBe(-EFAULT);
  });

  it('0 (count < 4), EFBIG (overflow), EAGAIN, EFAULT', () => {
    const app = program();
    expect(app.readAt(BAD_POINTER, 3)).toBe(0);
    expect(app.readAt(BAD_POINTER, 4)).toBe(-EAGAIN);
    const { unbound, interdomain } = bindChannel(app, app);
    expect(app.readAt(BAD_POINTER, 4)).toBe(-EFAULT);
    for (let i = 0; i < 64; i++) {
      app.write(interdomain);
      app.notify(unbound);
    }
    expect(app.readAt(BAD_POINTER, 4)).toBe(-EFBIG);
    expect(app.readAt(BAD_POINTER, 3)).toBe(0);
  });

  it('or waits, and a fault shows only when there is something to hand out', async () => {
    const app = program(O_RDWR);
    const reading = readBlocking(app.file, app.memory, BAD_POINTER, 4);
    const { interdomain } = bindChannel(app, app);
    expect(await reading).toBe(-EFAULT);
    expect(app.read()).toEqual([interdomain]);
  });
});

describe('write', () => {
  it('EBADF without write permission; EFAULT for kernel addresses; 0 (count < 4); EFAULT', () => {
    const reader = program(O_RDONLY);
    expect(reader.writeAt(KERNEL_ADDRESS, 0)).toBe(-EBADF);
    const app = program();
    expect(app.writeAt(KERNEL_ADDRESS, 0)).toBe(-EFAULT);
    expect(app.writeAt(BAD_POINTER, 3)).toBe(0);
    expect(app.writeAt(BAD_POINTER, 4)).toBe(-EFAULT);
  });

  it('never EAGAIN, never ENOTCONN', () => {
    const app = program();
    expect(app.write(0, 1, 60, 0xffffffff)).toBe(16);
    bindChannel(app, app);
    expect(app.write(0, 1, 60, 0xffffffff)).toBe(16);
  });
});
