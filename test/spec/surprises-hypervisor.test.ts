import { describe, expect, it } from 'vitest';
import {
  DOMID_SELF,
  EBUSY,
  ENOSPC,
  ENOSYS,
  EVTCHNOP_RESET_CONT,
  EVTCHNSTAT_CLOSED,
  evtchnReset,
  VIRQ_DEBUG,
  VIRQ_DOM_EXC,
  VIRQ_TBUF,
  XenHost,
} from '../../src/index.js';
import { DeviceProgram } from './device-program.js';
import { refusal } from './refusal.js';

function dom0(abi: 'fifo' | 'two-level' = 'fifo') {
  return new XenHost().createDomain({ domid: 0, abi });
}

describe('surprise 37: what port 0 and a free port answer', () => {
  it('status is success with "closed", unmask is success too', () => {
    const { hypercalls } = dom0();
    for (const port of [0, 60]) {
      expect(hypercalls.status(DOMID_SELF, port)).toEqual({ status: EVTCHNSTAT_CLOSED, vcpu: 0 });
      expect(refusal(() => hypercalls.unmask(port))).toBe('ok');
    }
  });

  it('send, close and bind_vcpu are EINVAL, set_priority is EACCES', () => {
    const { hypercalls } = dom0();
    for (const port of [0, 60]) {
      expect(refusal(() => hypercalls.send(port))).toBe('EINVAL');
      expect(refusal(() => hypercalls.close(port))).toBe('EINVAL');
      expect(refusal(() => hypercalls.bindVcpu(port, 0))).toBe('EINVAL');
      expect(refusal(() => hypercalls.setPriority(port, 7))).toBe('EACCES');
    }
  });
});

describe('surprise 38: bind_virq and bind_pirq', () => {
  it('a global virq with vcpu != 0 is EINVAL even if that vcpu does not exist', () => {
    const { hypercalls } = dom0();
    expect(refusal(() => hypercalls.bindVirq(VIRQ_TBUF, 1))).toBe('EINVAL');
    expect(refusal(() => hypercalls.bindVirq(VIRQ_DOM_EXC, 99))).toBe('EINVAL');
  });

  it('a per-vcpu one with a bad vcpu is ENOENT', () => {
    const { hypercalls } = dom0();
    expect(refusal(() => hypercalls.bindVirq(VIRQ_DEBUG, 99))).toBe('ENOENT');
    expect(refusal(() => hypercalls.bindVirq(VIRQ_DEBUG, 0xffffffff))).toBe('ENOENT');
  });

  it('a pirq out of range is EINVAL, not permitted EPERM, already bound EEXIST', () => {
    const { hypercalls } = dom0();
    expect(refusal(() => hypercalls.bindPirq(9999))).toBe('EINVAL');
    expect(refusal(() => hypercalls.bindPirq(17))).toBe('EPERM');
    expect(refusal(() => hypercalls.bindPirq(17, 0xffffffff))).toBe('EPERM');
    expect(refusal(() => hypercalls.bindPirq(9))).toBe('EEXIST');
  });
});

describe('surprise 39: the limit of valid numbers is what Xen has allocated so far', () => {
  it('#131071 is EINVAL everywhere', () => {
    const { hypercalls } = dom0();
    expect(refusal(() => hypercalls.status(DOMID_SELF, 63))).toBe('ok');
    for (const port of [64, 131071, 131072, 0xffffffff]) {
      expect(refusal(() => hypercalls.status(DOMID_SELF, port))).toBe('EINVAL');
      expect(refusal(() => hypercalls.unmask(port))).toBe('EINVAL');
      expect(refusal(() => hypercalls.send(port))).toBe('EINVAL');
      expect(refusal(() => hypercalls.setPriority(port, 7))).toBe('EINVAL');
      expect(refusal(() => hypercalls.bindInterdomain(0, port))).toBe('EINVAL');
    }
  });

  it('and it never goes down', () => {
    const domain = dom0();
    const app = new DeviceProgram(domain);
    for (let i = 0; i < 2000; i++) app.bindUnboundPort(5);
    app.close();
    expect(domain.hypercalls.status(DOMID_SELF, 1900).status).toBe(EVTCHNSTAT_CLOSED);
    expect(refusal(() => domain.hypercalls.status(DOMID_SELF, 4095))).toBe('EINVAL');
    expect(refusal(() => domain.hypercalls.setPriority(1000, 7))).toBe('EACCES');
  });
});

describe('surprise 40: what the two-level ABI and Xen’s own operation answer', () => {
  it('set_priority is ENOSYS and expand_array EOPNOTSUPP', () => {
    const { hypercalls } = dom0('two-level');
    const port = hypercalls.allocUnbound(DOMID_SELF, 0);
    for (const priority of [0, 7, 15, 16]) {
      expect(refusal(() => hypercalls.setPriority(port, priority))).toBe('ENOSYS');
    }
    expect(refusal(() => hypercalls.expandArray(0x7fffffffff))).toBe('EOPNOTSUPP');
  });

  it('operation 14 is EBUSY, 15 and up ENOSYS', () => {
    const { hypercalls } = dom0();
    const arg = evtchnReset.encode({ dom: DOMID_SELF });
    expect(hypercalls.eventChannelOp(EVTCHNOP_RESET_CONT, arg)).toBe(-EBUSY);
    for (const op of [15, 99, 0xffffffff]) {
      expect(hypercalls.eventChannelOp(op, new Uint8Array(64))).toBe(-ENOSYS);
    }
  });
});

describe('surprise 41: taking all ports', () => {
  it('two-level exhausts at 4081: 4096 less port 0 and 14 of the kernel', () => {
    const app = new DeviceProgram(dom0('two-level'));
    let count = 0;
    while (app.bindUnboundPort(5) > 0) count++;
    expect(count).toBe(4081);
    expect(app.bindUnboundPort(5)).toBe(-ENOSPC);
  });

  it('FIFO, whose last ports Xen’s linear search did not reach in 400 s, has 131058 and ends too', () => {
    const app = new DeviceProgram(dom0());
    let count = 0;
    while (app.bindUnboundPort(5) > 0) count++;
    expect(count).toBe(131072 - 1 - 13);
    expect(app.bindUnboundPort(5)).toBe(-ENOSPC);
  });
});
