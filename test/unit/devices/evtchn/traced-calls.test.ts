import { describe, expect, it } from 'vitest';
import {
  EACCES,
  EAGAIN,
  EFAULT,
  EINVAL,
  ENODEV,
  ENOSYS,
  ENOTCONN,
} from '../../../../src/abi/errno.js';
import {
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_STATIC,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
  TCGETS,
} from '../../../../src/abi/ioctl.js';
import type { TraceRecord } from '../../../../src/trace/trace-record.js';
import { CallNotes } from '../../trace/call-notes.js';
import { Guest } from './guest.js';

/** An address that nothing is mapped at. */
const BAD = 1;

function said(records: readonly TraceRecord[]) {
  return records.map((record) =>
    record.type === 'ioctl' ? [record.command, record.args, record.result] : record.type,
  );
}

describe('the calls of an open file in a trace', () => {
  it('are ioctls with what they read of their argument, and their answer', () => {
    const guest = new Guest({ bindStatic: true });
    const file = guest.open();
    const records = guest.trace('ioctl');
    const port = guest.ioctl(file, IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    const local = guest.ioctl(file, IOCTL_EVTCHN_BIND_INTERDOMAIN, 0, port);
    const virq = guest.ioctl(file, IOCTL_EVTCHN_BIND_VIRQ, 3);
    guest.ioctl(file, IOCTL_EVTCHN_NOTIFY, local);
    guest.ioctl(file, IOCTL_EVTCHN_NOTIFY, 999);
    guest.ioctl(file, IOCTL_EVTCHN_UNBIND, virq);
    guest.ioctl(file, IOCTL_EVTCHN_BIND_STATIC, 0);
    guest.ioctl(file, IOCTL_EVTCHN_RESTRICT_DOMID, 5);
    expect(said(records)).toEqual([
      ['IOCTL_EVTCHN_BIND_UNBOUND_PORT', { remote_domain: 0 }, port],
      ['IOCTL_EVTCHN_BIND_INTERDOMAIN', { remote_domain: 0, remote_port: port }, local],
      ['IOCTL_EVTCHN_BIND_VIRQ', { virq: 3 }, virq],
      ['IOCTL_EVTCHN_NOTIFY', { port: local }, 0],
      ['IOCTL_EVTCHN_NOTIFY', { port: 999 }, -ENOTCONN],
      ['IOCTL_EVTCHN_UNBIND', { port: virq }, 0],
      ['IOCTL_EVTCHN_BIND_STATIC', { port: 0 }, -EINVAL],
      ['IOCTL_EVTCHN_RESTRICT_DOMID', { domid: 5 }, 0],
    ]);
  });

  it('have no fields where the argument was not read, or could not be', () => {
    const guest = new Guest();
    const file = guest.open();
    guest.ioctl(file, IOCTL_EVTCHN_RESTRICT_DOMID, 5);
    const records = guest.trace('ioctl');
    guest.ioctl(file, IOCTL_EVTCHN_BIND_VIRQ, 3);
    guest.ioctl(file, IOCTL_EVTCHN_RESTRICT_DOMID, 6);
    file.ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, guest.memory, BAD);
    file.ioctl(IOCTL_EVTCHN_NOTIFY, guest.memory, BAD);
    file.ioctl(IOCTL_EVTCHN_UNBIND, guest.memory, BAD);
    guest.ioctl(file, IOCTL_EVTCHN_BIND_STATIC, 7);
    guest.device(file).ioctl(TCGETS, guest.memory, BAD);
    expect(said(records)).toEqual([
      ['IOCTL_EVTCHN_BIND_VIRQ', {}, -EACCES],
      ['IOCTL_EVTCHN_RESTRICT_DOMID', {}, -EACCES],
      ['IOCTL_EVTCHN_BIND_INTERDOMAIN', {}, -EFAULT],
      ['IOCTL_EVTCHN_NOTIFY', {}, -EFAULT],
      ['IOCTL_EVTCHN_UNBIND', {}, -EFAULT],
      ['IOCTL_EVTCHN_BIND_STATIC', {}, -ENOSYS],
      ['TCGETS', {}, -ENOSYS],
    ]);
  });

  it('pass -1 to a probe for each field that an ioctl does not have or did not read', () => {
    const guest = new Guest();
    const file = guest.open();
    const calls: string[] = [];
    guest.host.attach(
      new CallNotes((call) => {
        if (call.startsWith('ioctl')) calls.push(call);
      }),
    );
    guest.ioctl(file, IOCTL_EVTCHN_NOTIFY, 999);
    file.ioctl(IOCTL_EVTCHN_BIND_VIRQ, guest.memory, BAD);
    guest.device(file).lose();
    guest.ioctl(file, IOCTL_EVTCHN_NOTIFY, 999);
    expect(calls).toEqual([
      `ioctl 0 1 ${IOCTL_EVTCHN_NOTIFY} 999 -1 ${-ENOTCONN}`,
      `ioctl 0 1 ${IOCTL_EVTCHN_BIND_VIRQ} -1 -1 ${-EFAULT}`,
      `ioctl 0 1 ${IOCTL_EVTCHN_NOTIFY} -1 -1 ${-ENODEV}`,
    ]);
  });

  it('keep their fields when a handler that they call makes an ioctl itself', () => {
    const guest = new Guest();
    const file = guest.open();
    const port = guest.ioctl(file, IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    const other = guest.open();
    const records = guest.trace('ioctl');
    // The bind leaves its own port pending, which wakes whoever waits on the file, inside the ioctl.
    const { waitQueue } = guest.device(file);
    const waiter = {
      wake() {
        waitQueue.remove(waiter);
        guest.ioctl(other, IOCTL_EVTCHN_BIND_VIRQ, 3);
      },
    };
    waitQueue.add(waiter);
    const local = guest.ioctl(file, IOCTL_EVTCHN_BIND_INTERDOMAIN, 0, port);
    expect(said(records)).toEqual([
      ['IOCTL_EVTCHN_BIND_VIRQ', { virq: 3 }, expect.any(Number)],
      ['IOCTL_EVTCHN_BIND_INTERDOMAIN', { remote_domain: 0, remote_port: port }, local],
    ]);
  });

  it('say of every call on a domain that is gone that it failed with ENODEV', () => {
    const guest = new Guest();
    const file = guest.open();
    const port = guest.ioctl(file, IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0);
    const records = guest.trace('ioctl', 'read', 'write');
    guest.domain.destroy();
    guest.ioctl(file, IOCTL_EVTCHN_NOTIFY, port);
    guest.read(file);
    guest.write(file, port);
    expect(records.map((record) => 'result' in record && record.result)).toEqual([
      -ENODEV,
      -ENODEV,
      -ENODEV,
    ]);
  });

  it('end with the release: a closed handle reaches no device', () => {
    const guest = new Guest();
    const handle = guest.domain.openEvtchn();
    const port = handle.bindUnboundPort(0);
    const records = guest.trace('ioctl', 'read', 'write', 'release');
    handle.tryPending();
    handle.close();
    for (const call of [
      () => handle.notify(port),
      () => handle.tryPending(),
      () => handle.unmask(port),
      () => handle.unmask([port]),
    ]) {
      expect(call).toThrow(expect.objectContaining({ code: 'EBADF' }));
    }
    expect(records).toEqual([
      { time: 0, type: 'read', domid: 0, file: 1, ports: [], result: -EAGAIN },
      { time: 0, type: 'release', domid: 0, file: 1 },
    ]);
  });
});
