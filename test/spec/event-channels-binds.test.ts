import { describe, expect, it } from 'vitest';
import {
  DOMID_SELF,
  EVTCHNSTAT_INTERDOMAIN,
  EVTCHNSTAT_IPI,
  EVTCHNSTAT_PIRQ,
  EVTCHNSTAT_UNBOUND,
  EVTCHNSTAT_VIRQ,
  type HostDomain,
  VIRQ_ARGO,
  VIRQ_CONSOLE,
  VIRQ_DEBUG,
  VIRQ_DOM_EXC,
  VIRQ_TBUF,
  VIRQ_TIMER,
  XenHost,
} from '../../src/index.js';
import { refusal } from './refusal.js';
import { itHasEveryRow } from './table-rows.js';

const guest = { kernel: false, nrPirqs: 16, pirqs: [1, 9] } as const;

/** Two domains in which nothing runs. */
function twoDomains() {
  const host = new XenHost();
  const first = host.createDomain({ domid: 1, ...guest });
  const second = host.createDomain({ domid: 2, ...guest });
  return { host, first, second };
}

/** Takes every port there is left. @returns one of them */
function exhaust({ hypercalls }: HostDomain): number {
  const port = hypercalls.allocUnbound(DOMID_SELF, 0);
  while (refusal(() => hypercalls.allocUnbound(DOMID_SELF, 0)) === 'ok');
  return port;
}

itHasEveryRow('the binds of spec/event-channels.md 1.2', [
  'bind_interdomain (0)',
  'bind_virq (1)',
  'bind_pirq (2)',
  'alloc_unbound (6)',
  'bind_ipi (7)',
]);

describe('bind_interdomain (0)', () => {
  it('answers ESRCH for no such domain first, also to a domain that is out of ports', () => {
    const { first } = twoDomains();
    exhaust(first);
    expect(refusal(() => first.hypercalls.bindInterdomain(9, 0))).toBe('ESRCH');
    expect(refusal(() => first.hypercalls.bindInterdomain(0x7ff1, 0))).toBe('ESRCH');
  });

  it('then the errors of allocating the local port: ENOSPC, before the remote port is looked at', () => {
    const { first, second } = twoDomains();
    const port = exhaust(first);
    expect(refusal(() => first.hypercalls.bindInterdomain(2, 0))).toBe('ENOSPC');
    expect(refusal(() => first.hypercalls.bindInterdomain(2, 100000))).toBe('ENOSPC');
    first.hypercalls.close(port);
    const offered = second.hypercalls.allocUnbound(DOMID_SELF, 1);
    expect(first.hypercalls.bindInterdomain(2, offered)).toBe(port);
  });

  it('then EINVAL for a remote port that is not valid, not unbound, or for another domain', () => {
    const { first, second } = twoDomains();
    const { hypercalls } = second;
    const forOther = hypercalls.allocUnbound(DOMID_SELF, 7);
    const virq = hypercalls.bindVirq(VIRQ_DEBUG, 0);
    const ipi = hypercalls.bindIpi(0);
    const taken = hypercalls.allocUnbound(DOMID_SELF, 1);
    first.hypercalls.bindInterdomain(2, taken);
    for (const port of [64, 0xffffffff, 0, 40, forOther, virq, ipi, taken]) {
      expect(refusal(() => first.hypercalls.bindInterdomain(2, port))).toBe('EINVAL');
    }
  });

  it('connects both ends and returns the local one', () => {
    const { first, second } = twoDomains();
    const offered = second.hypercalls.allocUnbound(DOMID_SELF, 1);
    const port = first.hypercalls.bindInterdomain(2, offered);
    const status = EVTCHNSTAT_INTERDOMAIN;
    expect(first.hypercalls.status(DOMID_SELF, port)).toEqual({
      status,
      vcpu: 0,
      dom: 2,
      port: offered,
    });
    expect(second.hypercalls.status(DOMID_SELF, offered)).toEqual({
      status,
      vcpu: 0,
      dom: 1,
      port,
    });
  });

  it('makes the local port pending without any send, and the remote one not', async () => {
    const { first, second } = twoDomains();
    const offered = second.hypercalls.allocUnbound(DOMID_SELF, 1);
    const port = first.hypercalls.bindInterdomain(2, offered);
    await expect(first.hypercalls.poll([port])).resolves.toBe('event');
    expect(second.xen.ports.isPending(offered)).toBe(false);
  });

  it('leaves nothing behind when it is refused', () => {
    const { first } = twoDomains();
    refusal(() => first.hypercalls.bindInterdomain(2, 0));
    expect(first.hypercalls.allocUnbound(DOMID_SELF, 0)).toBe(1);
  });
});

describe('bind_virq (1)', () => {
  it('answers EINVAL for a virq from 24 on, before the vCPU is looked at', () => {
    const { hypercalls } = twoDomains().first;
    expect(refusal(() => hypercalls.bindVirq(24, 0))).toBe('EINVAL');
    expect(refusal(() => hypercalls.bindVirq(0xffffffff, 99))).toBe('EINVAL');
  });

  it('then EINVAL for one that is not per vCPU on another vCPU than 0, also one that is not there', () => {
    const { hypercalls } = new XenHost().createDomain({ domid: 1, vcpus: 2, kernel: false });
    for (const virq of [VIRQ_TBUF, VIRQ_ARGO, VIRQ_DOM_EXC]) {
      expect(refusal(() => hypercalls.bindVirq(virq, 1))).toBe('EINVAL');
      expect(refusal(() => hypercalls.bindVirq(virq, 99))).toBe('EINVAL');
    }
  });

  it('then ENOENT for no such vCPU', () => {
    const { first } = twoDomains();
    exhaust(first);
    expect(refusal(() => first.hypercalls.bindVirq(VIRQ_DEBUG, 1))).toBe('ENOENT');
    expect(refusal(() => first.hypercalls.bindVirq(VIRQ_DEBUG, 0xffffffff))).toBe('ENOENT');
  });

  it('then EEXIST if it is bound, per vCPU for those that are', () => {
    const { hypercalls } = new XenHost().createDomain({ domid: 1, vcpus: 2, kernel: false });
    hypercalls.bindVirq(VIRQ_TIMER, 0);
    hypercalls.bindVirq(VIRQ_CONSOLE, 0);
    expect(refusal(() => hypercalls.bindVirq(VIRQ_TIMER, 0))).toBe('EEXIST');
    expect(refusal(() => hypercalls.bindVirq(VIRQ_CONSOLE, 0))).toBe('EEXIST');
    expect(refusal(() => hypercalls.bindVirq(VIRQ_TIMER, 1))).toBe('ok');
  });

  it('and no EBUSY for a global virq that another domain handles: that is newer than Xen 4.17', () => {
    const { host, first, second } = twoDomains();
    host.setVirqHandler(VIRQ_CONSOLE, second);
    const port = first.hypercalls.bindVirq(VIRQ_CONSOLE, 0);
    const theirs = second.hypercalls.bindVirq(VIRQ_CONSOLE, 0);
    host.raiseVirq(VIRQ_CONSOLE);
    expect(first.xen.ports.isPending(port)).toBe(false);
    expect(second.xen.ports.isPending(theirs)).toBe(true);
  });

  it('and EEXIST before ENOSPC', () => {
    const { first } = twoDomains();
    first.hypercalls.bindVirq(VIRQ_DEBUG, 0);
    exhaust(first);
    expect(refusal(() => first.hypercalls.bindVirq(VIRQ_DEBUG, 0))).toBe('EEXIST');
    expect(refusal(() => first.hypercalls.bindVirq(VIRQ_TIMER, 0))).toBe('ENOSPC');
  });

  it('returns a port of state VIRQ that notifies the vCPU', () => {
    const { hypercalls } = new XenHost().createDomain({ domid: 1, vcpus: 2, kernel: false });
    const port = hypercalls.bindVirq(VIRQ_DEBUG, 1);
    expect(hypercalls.status(DOMID_SELF, port)).toEqual({
      status: EVTCHNSTAT_VIRQ,
      vcpu: 1,
      nr: VIRQ_DEBUG,
    });
  });
});

describe('bind_pirq (2)', () => {
  it('answers EINVAL for a number from nr_pirqs on', () => {
    const { hypercalls } = twoDomains().first;
    expect(refusal(() => hypercalls.bindPirq(16))).toBe('EINVAL');
    expect(refusal(() => hypercalls.bindPirq(0xffffffff))).toBe('EINVAL');
  });

  it('then EPERM for one that is not the domain’s', () => {
    expect(refusal(() => twoDomains().first.hypercalls.bindPirq(0))).toBe('EPERM');
  });

  it('then EEXIST if it is bound, before ENOSPC', () => {
    const { first } = twoDomains();
    first.hypercalls.bindPirq(1);
    exhaust(first);
    expect(refusal(() => first.hypercalls.bindPirq(1))).toBe('EEXIST');
    expect(refusal(() => first.hypercalls.bindPirq(9))).toBe('ENOSPC');
    expect(refusal(() => first.hypercalls.bindPirq(0))).toBe('EPERM');
  });

  it('returns a port of state PIRQ, whatever the flags, that the interrupt makes pending', async () => {
    const { host, first } = twoDomains();
    const port = first.hypercalls.bindPirq(9, 0xffffffff);
    expect(first.hypercalls.status(DOMID_SELF, port)).toEqual({
      status: EVTCHNSTAT_PIRQ,
      vcpu: 0,
      nr: 9,
    });
    host.hypervisor.raisePirq(first.xen, 9);
    await expect(first.hypercalls.poll([port])).resolves.toBe('event');
  });
});

describe('alloc_unbound (6)', () => {
  it('answers ESRCH for no such domain, and for reserved ones but SELF', () => {
    const { hypercalls } = twoDomains().first;
    for (const dom of [9, 0x7ff1, 0x7ff2, 0x7ff3, 0x7ff4, 0xffff]) {
      expect(refusal(() => hypercalls.allocUnbound(dom, 0))).toBe('ESRCH');
    }
  });

  it('then the allocation’s ENOSPC, which wins over EPERM', () => {
    const { first, second } = twoDomains();
    expect(refusal(() => first.hypercalls.allocUnbound(2, 0))).toBe('EPERM');
    exhaust(second);
    expect(refusal(() => first.hypercalls.allocUnbound(2, 0))).toBe('ENOSPC');
  });

  it('then EPERM for another domain, except to a control domain and its device model', () => {
    const host = new XenHost();
    const control = host.createDomain({ domid: 0, kernel: false });
    const model = host.createDomain({ domid: 3, kernel: false, target: 5 });
    const target = host.createDomain({ domid: 5, kernel: false });
    expect(refusal(() => control.hypercalls.allocUnbound(5, 0))).toBe('ok');
    expect(refusal(() => model.hypercalls.allocUnbound(5, 3))).toBe('ok');
    expect(refusal(() => target.hypercalls.allocUnbound(3, 0))).toBe('EPERM');
    expect(target.hypercalls.status(DOMID_SELF, 2)).toMatchObject({ dom: 3 });
  });

  it('makes an unbound port; SELF as the remote becomes the caller’s number', () => {
    const { hypercalls } = twoDomains().first;
    const port = hypercalls.allocUnbound(DOMID_SELF, DOMID_SELF);
    expect(hypercalls.status(DOMID_SELF, port)).toEqual({
      status: EVTCHNSTAT_UNBOUND,
      vcpu: 0,
      dom: 1,
    });
  });

  it('does not ask whether the remote domain exists', () => {
    const { hypercalls } = twoDomains().first;
    for (const remote of [1234, 0x7ff4, 0xffff]) {
      const port = hypercalls.allocUnbound(DOMID_SELF, remote);
      expect(hypercalls.status(DOMID_SELF, port)).toMatchObject({ dom: remote });
    }
  });
});

describe('bind_ipi (7)', () => {
  it('answers ENOENT for no such vCPU, before ENOSPC', () => {
    const { first } = twoDomains();
    exhaust(first);
    expect(refusal(() => first.hypercalls.bindIpi(1))).toBe('ENOENT');
    expect(refusal(() => first.hypercalls.bindIpi(0xffffffff))).toBe('ENOENT');
    expect(refusal(() => first.hypercalls.bindIpi(0))).toBe('ENOSPC');
  });

  it('returns a port of state IPI that notifies the vCPU', () => {
    const { hypercalls } = new XenHost().createDomain({ domid: 1, vcpus: 2, kernel: false });
    const port = hypercalls.bindIpi(1);
    expect(hypercalls.status(DOMID_SELF, port)).toEqual({ status: EVTCHNSTAT_IPI, vcpu: 1 });
  });
});
