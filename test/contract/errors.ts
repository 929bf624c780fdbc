import { describe, expect, it } from 'vitest';
import { DOMID_SELF, type Evtchn, EvtchnError } from 'xen-evtchn';
import { arrived, failure, type Programs } from './programs.js';

/** A call, and the error that it fails with on a handle with no ports. */
type Row = readonly [string, (handle: Evtchn) => unknown, Partial<EvtchnError>, RegExp];

const ROWS: readonly Row[] = [
  [
    'a connection to no domain',
    (handle) => handle.bindInterdomain(0x7fef, 1),
    { code: 'ESRCH', errno: -3, syscall: 'ioctl' },
    /^ESRCH: .+, ioctl: there is no such domain$/,
  ],
  [
    'a connection to no port',
    (handle) => handle.bindInterdomain(DOMID_SELF, 0xffffffff),
    { code: 'EINVAL', errno: -22, syscall: 'ioctl' },
    /^EINVAL: .+, ioctl: the remote port must exist, be unbound, and be meant for this domain$/,
  ],
  [
    'a virtual interrupt that does not exist',
    (handle) => handle.bindVirq(24),
    { code: 'EINVAL', errno: -22, syscall: 'ioctl' },
    /^EINVAL: .+, ioctl: there is no such virtual interrupt for a domain/,
  ],
  [
    'an event on a port of nobody’s',
    (handle) => handle.notify(0),
    { code: 'ENOTCONN', errno: -107, syscall: 'ioctl' },
    /^ENOTCONN: .+, ioctl: the port is not bound by this handle$/,
  ],
  [
    'an unbinding of it',
    (handle) => handle.unbind(0),
    { code: 'ENOTCONN', errno: -107, syscall: 'ioctl' },
    /^ENOTCONN: .+, ioctl: the port is not bound by this handle$/,
  ],
  [
    'a restriction to domain 0',
    (handle) => handle.restrict(0),
    { code: 'EINVAL', errno: -22, syscall: 'ioctl' },
    /^EINVAL: .+, ioctl: a handle is restricted to a domain from 1 to 32751/,
  ],
];

/** What an error says. */
export function errors(programs: Programs): void {
  describe('the error of', () => {
    it.each(ROWS)('%s has the number of the device, and says what to do', (...row) => {
      const [_what, call, fields, message] = row;
      const error = failure(() => call(programs.open()));
      expect(error).toMatchObject({ name: 'EvtchnError', ...fields });
      expect(error.message).toMatch(message);
      expect(error).toBeInstanceOf(Error);
      expect(error).toBeInstanceOf(EvtchnError);
      expect(error.stack).toContain(error.message);
    });

    it.each(ROWS)('%s costs no event', async (...row) => {
      const { back, front, local, remote } = await programs.pair();
      front.notify(local);
      await arrived(back);
      failure(() => row[1](back));
      expect(back.read()).toEqual([remote]);
    });
  });
}
