import { describe, expect, it } from 'vitest';
import {
  O_APPEND,
  O_CREAT,
  O_DIRECT,
  O_DIRECTORY,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
} from '../../../src/abi/fcntl.js';
import { VIRQ_ARGO, VIRQ_DOM_EXC, VIRQ_XENOPROF } from '../../../src/abi/virq.js';
import { EVTCHN_PATH } from '../../../src/host/host-domain.js';
import { type DomainOptions, XenHost } from '../../../src/host/xen-host.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';

function newDomain(options: Partial<DomainOptions> = {}) {
  const host = new XenHost();
  return { host, domain: host.createDomain({ domid: 5, ...options }) };
}

describe('opening the device', () => {
  it('is for reading and writing, by root, as a process called node, unless told otherwise', () => {
    const { host, domain } = newDomain();
    const records: TraceRecord[] = [];
    host.trace = { record: (record) => records.push(record) };
    const file = domain.open();
    expect(file.flags).toBe(O_RDWR);
    expect(file.references).toBe(1);
    expect(records).toEqual([{ time: 0, type: 'open', domid: 5, file: 1, name: 'node', pid: 0 }]);
    domain.open({ comm: 'xenstored', flags: O_RDONLY | O_NONBLOCK | O_APPEND });
    expect(records.at(-1)).toMatchObject({ file: 2, name: 'xenstored' });
    expect(domain.node?.minor).toBe(122);
    expect(EVTCHN_PATH).toBe('/dev/xen/evtchn');
  });

  it.each([
    ['another user', { uid: 1000 }, 'EACCES'],
    ['O_DIRECT', { flags: O_RDWR | O_DIRECT }, 'EINVAL'],
    ['O_DIRECTORY', { flags: O_DIRECTORY }, 'ENOTDIR'],
    ['O_CREAT with O_EXCL', { flags: O_CREAT | O_EXCL }, 'EEXIST'],
  ])('fails with %s', (_what, options, code) => {
    const { domain } = newDomain();
    expect(() => domain.open(options)).toThrow(
      expect.objectContaining({ name: 'EvtchnError', code, syscall: 'open' }),
    );
    expect(domain.driver?.openFiles.size).toBe(0);
  });

  it('as a handle gives the handle the only reference', () => {
    const { domain } = newDomain();
    const handle = domain.openEvtchn({ comm: 'qemu' });
    expect([...domain.driver!.openFiles.values()].map(({ name }) => name)).toEqual(['evtchn:qemu']);
    handle.close();
    expect(domain.driver!.openFiles.size).toBe(0);
    expect(() => domain.openEvtchn({ uid: 1 })).toThrow(/EACCES/);
  });

  it('fails in a domain that was destroyed', () => {
    const { domain } = newDomain();
    domain.destroy();
    expect(() => domain.openEvtchn()).toThrow(/ENOENT.*nothing runs there/);
    expect(() => domain.open()).toThrow(/ENOENT/);
  });
});

describe('VIRQs of a domain', () => {
  it('reach the one who bound them, on the vCPU they are raised on', () => {
    const { domain } = newDomain({ vcpus: 2 });
    const handle = domain.openEvtchn();
    const port = handle.bindVirq(VIRQ_XENOPROF);
    domain.raiseVirq(VIRQ_XENOPROF, 1);
    expect(handle.tryPending()).toBeUndefined();
    domain.raiseVirq(VIRQ_XENOPROF, 0);
    expect(handle.tryPending()).toBe(port);
    handle.unmask(port);
    domain.raiseVirq(VIRQ_XENOPROF);
    expect(handle.tryPending()).toBe(port);
  });

  it('can be global or per domain too, then on vCPU 0', () => {
    const { domain } = newDomain({ vcpus: 2 });
    const handle = domain.openEvtchn();
    const ports = [VIRQ_DOM_EXC, VIRQ_ARGO].map((virq) => handle.bindVirq(virq));
    domain.raiseVirq(VIRQ_DOM_EXC);
    domain.raiseVirq(VIRQ_ARGO, 0);
    expect(handle.read()).toEqual(ports);
    expect(() => domain.raiseVirq(VIRQ_DOM_EXC, 1)).toThrow(RangeError);
    expect(() => domain.raiseVirq(VIRQ_XENOPROF, 2)).toThrow(RangeError);
  });

  it('that nobody bound, or in a destroyed domain, are lost', () => {
    const { domain } = newDomain();
    expect(() => domain.raiseVirq(VIRQ_ARGO)).not.toThrow();
    domain.openEvtchn().bindVirq(VIRQ_ARGO);
    domain.destroy();
    expect(() => domain.raiseVirq(VIRQ_ARGO)).not.toThrow();
  });
});

describe('pausing', () => {
  it('counts, and lets a domain be reset from outside', () => {
    const { host, domain } = newDomain({ kernelChannels: false });
    const { hypercalls } = host.createDomain({ domid: 0 });
    domain.hypercalls.allocUnbound(5, 0);
    const isOpen = () => domain.hypercalls.status(5, 1).status !== 0;
    expect(() => hypercalls.reset(5)).toThrow(/EINVAL/);
    domain.pause();
    domain.pause();
    domain.unpause();
    expect(isOpen()).toBe(true);
    hypercalls.reset(5);
    expect(isOpen()).toBe(false);
    domain.unpause();
    expect(() => hypercalls.reset(5)).toThrow(/EINVAL/);
  });

  it('less than never does nothing', () => {
    const { domain } = newDomain();
    domain.unpause();
    expect(domain.xen.controllerPauseCount).toBe(0);
    domain.pause();
    expect(domain.xen.controllerPauseCount).toBe(1);
  });
});

describe('destroying', () => {
  it('closes every channel: peers find theirs unbound and are not told', () => {
    const host = new XenHost();
    const dom0 = host.createDomain({ domid: 0 });
    const dom5 = host.createDomain({ domid: 5 });
    const back = dom0.openEvtchn();
    const front = dom5.openEvtchn();
    const remote = back.bindUnboundPort(5);
    front.bindInterdomain(0, remote);
    dom5.destroy();
    dom5.destroy();
    expect(dom5.destroyed).toBe(true);
    expect(host.domain(5)).toBeUndefined();
    expect(dom0.hypercalls.status(0, remote)).toEqual({ status: 1, vcpu: 0, dom: 5 });
    expect(back.tryPending()).toBeUndefined();
    expect(() => back.notify(remote)).not.toThrow();
    const again = host.createDomain({ domid: 5 }).openEvtchn();
    const local = again.bindInterdomain(0, remote);
    again.notify(local);
    expect(back.tryPending()).toBe(remote);
  });

  it('loses every handle, and closes its file', () => {
    const { domain } = newDomain();
    const handles = [domain.openEvtchn(), domain.openEvtchn()];
    domain.destroy();
    for (const handle of handles) {
      expect(handle.closed).toBe(true);
      expect(() => handle.tryPending()).toThrow(/ENODEV.*domain was destroyed/);
      expect(() => handle.bindUnboundPort(0)).toThrow(/ENODEV/);
    }
    expect(domain.driver!.openFiles.size).toBe(0);
  });

  it('lets open files be closed later', () => {
    const { domain } = newDomain();
    const file = domain.open();
    domain.destroy();
    file.put();
    expect(domain.driver!.openFiles.size).toBe(0);
  });
});
