import { describe, expect, it } from 'vitest';
import {
  DOMID_SELF,
  EBUSY,
  EFAULT,
  ENOSYS,
  EVTCHNOP_RESET_CONT,
  EVTCHNOPS,
  EVTCHNSTAT_CLOSED,
  EVTCHNSTAT_UNBOUND,
  evtchnReset,
  VIRQ_CONSOLE,
  VIRQ_DEBUG,
  VIRQ_TBUF,
  XenHost,
} from '../../src/index.js';
import { refusal } from './refusal.js';
import { itHasEveryRow } from './table-rows.js';

/** Ports that are not in use: 0, free, out of range. */
const NOT_IN_USE = [0, 60, 64, 131072, 0xffffffff];
const NO_DOMAIN = [1, 0x7ff1, 0x7ff2, 0x7ff4, 0xffff];

function dom0(options: { abi?: 'fifo' | 'two-level'; maxEvtchnPort?: number } = {}) {
  return new XenHost().createDomain({ domid: 0, ...options });
}

/** The hypercalls of a dom0 without a free port. */
function outOfPorts() {
  const { hypercalls } = dom0({ maxEvtchnPort: 63 });
  while (refusal(() => hypercalls.allocUnbound(DOMID_SELF, 0)) === 'ok');
  return hypercalls;
}

itHasEveryRow('the table of EVTCHNOPs of conformance/README.md', [
  'alloc_unbound',
  'bind_interdomain',
  'bind_virq',
  'bind_ipi',
  'bind_pirq',
  'close',
  'send',
  'status',
  'bind_vcpu',
  'unmask',
  'set_priority (FIFO)',
  'init_control',
  'expand_array',
  'reset',
  '14 / 15..',
  'any',
]);

describe('alloc_unbound', () => {
  it('takes any remote domain; dom not existing or reserved ESRCH; full ENOSPC', () => {
    const { hypercalls } = dom0();
    for (const remote of [0, 0x7ff0, 1234, 0x7ff4, 0xffff]) {
      expect(refusal(() => hypercalls.allocUnbound(0, remote))).toBe('ok');
    }
    const full = outOfPorts();
    for (const dom of NO_DOMAIN) expect(refusal(() => full.allocUnbound(dom, 0))).toBe('ESRCH');
    expect(refusal(() => full.allocUnbound(DOMID_SELF, 0))).toBe('ENOSPC');
  });
});

describe('bind_interdomain', () => {
  it('takes DOMID_SELF; domain ESRCH; full ENOSPC; a port that cannot be bound to EINVAL', () => {
    const full = outOfPorts();
    for (const dom of NO_DOMAIN) expect(refusal(() => full.bindInterdomain(dom, 0))).toBe('ESRCH');
    expect(refusal(() => full.bindInterdomain(0, 0))).toBe('ENOSPC');
    const { hypercalls } = dom0();
    const offered = hypercalls.allocUnbound(DOMID_SELF, 0);
    const forAnother = hypercalls.allocUnbound(DOMID_SELF, 9);
    expect(refusal(() => hypercalls.bindInterdomain(DOMID_SELF, offered))).toBe('ok');
    for (const port of [...NOT_IN_USE, 1, 131071, offered, forAnother]) {
      expect(refusal(() => hypercalls.bindInterdomain(0, port))).toBe('EINVAL');
    }
  });
});

describe('bind_virq', () => {
  it('virq >= 24 EINVAL; global with vcpu != 0 EINVAL; vcpu missing ENOENT; taken EEXIST; full ENOSPC', () => {
    const full = outOfPorts();
    const bind = (virq: number, vcpu: number) => refusal(() => full.bindVirq(virq, vcpu));
    expect(bind(24, 0)).toBe('EINVAL');
    expect(bind(24, 99)).toBe('EINVAL');
    expect(bind(VIRQ_TBUF, 1)).toBe('EINVAL');
    expect(bind(VIRQ_TBUF, 99)).toBe('EINVAL');
    expect(bind(VIRQ_DEBUG, 99)).toBe('ENOENT');
    expect(bind(VIRQ_CONSOLE, 0)).toBe('EEXIST');
    expect(bind(VIRQ_TBUF, 0)).toBe('ENOSPC');
  });
});

describe('bind_ipi', () => {
  it('vcpu missing ENOENT; full ENOSPC', () => {
    const full = outOfPorts();
    expect(refusal(() => full.bindIpi(99))).toBe('ENOENT');
    expect(refusal(() => full.bindIpi(0))).toBe('ENOSPC');
  });
});

describe('bind_pirq', () => {
  it('out of range EINVAL; no permission EPERM; bound EEXIST; flags not checked', () => {
    const { hypercalls } = dom0();
    const bind = (pirq: number, flags = 0) => refusal(() => hypercalls.bindPirq(pirq, flags));
    expect([bind(9999), bind(0xffffffff)]).toEqual(['EINVAL', 'EINVAL']);
    expect([bind(0), bind(17), bind(17, 2), bind(17, 0xffffffff)]).toEqual(
      new Array(4).fill('EPERM'),
    );
    expect([bind(1), bind(9), bind(9, 0xffffffff)]).toEqual(new Array(3).fill('EEXIST'));
  });
});

describe('close', () => {
  it('port 0, free, out of range EINVAL', () => {
    const { hypercalls } = dom0();
    for (const port of NOT_IN_USE) expect(refusal(() => hypercalls.close(port))).toBe('EINVAL');
  });
});

describe('send', () => {
  it('unbound and peerless 0; port 0, free, out of range, virq EINVAL; ipi 0', () => {
    const { hypercalls } = dom0();
    const send = (port: number) => refusal(() => hypercalls.send(port));
    for (const port of NOT_IN_USE) expect(send(port)).toBe('EINVAL');
    const unbound = hypercalls.allocUnbound(DOMID_SELF, 0);
    expect(send(unbound)).toBe('ok');
    const peerless = hypercalls.bindInterdomain(0, unbound);
    hypercalls.close(unbound);
    expect(send(peerless)).toBe('ok');
    expect(send(hypercalls.bindVirq(VIRQ_TBUF, 0))).toBe('EINVAL');
    expect(send(hypercalls.bindIpi(0))).toBe('ok');
  });
});

describe('status', () => {
  it('port 0 and free "closed"; out of range EINVAL; domain ESRCH', () => {
    const { hypercalls } = dom0();
    for (const port of [0, 60, 63]) {
      expect(hypercalls.status(0, port)).toEqual({ status: EVTCHNSTAT_CLOSED, vcpu: 0 });
    }
    for (const port of [64, 131071, 131072, 0xffffffff]) {
      expect(refusal(() => hypercalls.status(0, port))).toBe('EINVAL');
    }
    for (const dom of NO_DOMAIN) expect(refusal(() => hypercalls.status(dom, 0))).toBe('ESRCH');
  });
});

describe('bind_vcpu', () => {
  it('takes unbound, interdomain and global virq; vcpu missing ENOENT, before EINVAL', () => {
    const { hypercalls } = dom0();
    const move = (port: number, vcpu = 0) => refusal(() => hypercalls.bindVcpu(port, vcpu));
    const unbound = hypercalls.allocUnbound(DOMID_SELF, 0);
    const good = [unbound, hypercalls.allocUnbound(DOMID_SELF, 0)];
    good.push(hypercalls.bindInterdomain(0, unbound), hypercalls.bindVirq(VIRQ_TBUF, 0));
    for (const port of good) expect(move(port)).toBe('ok');
    for (const port of [unbound, ...NOT_IN_USE]) expect(move(port, 99)).toBe('ENOENT');
    const bad = [hypercalls.bindIpi(0), hypercalls.bindVirq(VIRQ_DEBUG, 0), ...NOT_IN_USE];
    for (const port of bad) expect(move(port)).toBe('EINVAL');
  });
});

describe('unmask', () => {
  it('port 0 and free 0; out of range EINVAL', () => {
    const { hypercalls } = dom0();
    const unmask = (port: number) => refusal(() => hypercalls.unmask(port));
    expect([unmask(0), unmask(60)]).toEqual(['ok', 'ok']);
    for (const port of [64, 131072, 0xffffffff]) expect(unmask(port)).toBe('EINVAL');
  });
});

describe('set_priority (FIFO)', () => {
  it('0 to 15; above EINVAL; port out of range EINVAL; port 0 or free EACCES', () => {
    const { hypercalls } = dom0();
    const set = (port: number, priority: number) =>
      refusal(() => hypercalls.setPriority(port, priority));
    const port = hypercalls.allocUnbound(DOMID_SELF, 0);
    for (const priority of [0, 7, 15]) expect(set(port, priority)).toBe('ok');
    for (const priority of [16, 0xffffffff]) expect(set(port, priority)).toBe('EINVAL');
    expect([set(1000, 7), set(131072, 7), set(131072, 16)]).toEqual(new Array(3).fill('EINVAL'));
    expect([set(0, 7), set(60, 7)]).toEqual(['EACCES', 'EACCES']);
  });

  it('two-level: ENOSYS', () => {
    const { hypercalls } = dom0({ abi: 'two-level' });
    const port = hypercalls.allocUnbound(DOMID_SELF, 0);
    expect(refusal(() => hypercalls.setPriority(port, 16))).toBe('ENOSYS');
    expect(refusal(() => hypercalls.setPriority(0, 7))).toBe('ENOSYS');
    expect(refusal(() => hypercalls.setPriority(1000, 7))).toBe('EINVAL');
  });
});

describe('init_control', () => {
  it('vcpu missing ENOENT; offset >= 4096 or not a multiple of 8 EINVAL', () => {
    const { hypercalls } = dom0();
    const init = (offset: number, vcpu: number) =>
      refusal(() => hypercalls.initControl(0, offset, vcpu));
    expect([init(0, 99), init(4096, 0xffffffff)]).toEqual(['ENOENT', 'ENOENT']);
    expect([init(4096, 0), init(4, 0), init(4092, 0)]).toEqual(new Array(3).fill('EINVAL'));
  });
});

describe('expand_array', () => {
  it('bad frame EINVAL; two-level EOPNOTSUPP', () => {
    const expand = (abi: 'fifo' | 'two-level', gfn: number) =>
      refusal(() => dom0({ abi }).hypercalls.expandArray(gfn));
    expect(expand('fifo', 0x7fffffffff)).toBe('EINVAL');
    expect(expand('fifo', Number.MAX_SAFE_INTEGER)).toBe('EINVAL');
    expect(expand('two-level', 0x7fffffffff)).toBe('EOPNOTSUPP');
  });
});

describe('reset', () => {
  it('another domain that does not exist ESRCH', () => {
    const { hypercalls } = dom0();
    for (const dom of NO_DOMAIN) expect(refusal(() => hypercalls.reset(dom))).toBe('ESRCH');
    expect(hypercalls.status(0, hypercalls.allocUnbound(0, 0)).status).toBe(EVTCHNSTAT_UNBOUND);
  });
});

describe('14 / 15..', () => {
  it('EBUSY / ENOSYS', () => {
    const { hypercalls } = dom0();
    const arg = evtchnReset.encode({ dom: DOMID_SELF });
    expect(hypercalls.eventChannelOp(EVTCHNOP_RESET_CONT, arg)).toBe(-EBUSY);
    for (const op of [15, 99, 0xffffffff]) {
      expect(hypercalls.eventChannelOp(op, new Uint8Array(64))).toBe(-ENOSYS);
    }
  });
});

describe('any', () => {
  it('bad argument pointer EFAULT; unknown op ENOSYS first', () => {
    const { hypercalls } = dom0();
    for (const { op } of EVTCHNOPS) expect(hypercalls.eventChannelOp(op, undefined)).toBe(-EFAULT);
    expect(hypercalls.eventChannelOp(99, undefined)).toBe(-ENOSYS);
  });
});
