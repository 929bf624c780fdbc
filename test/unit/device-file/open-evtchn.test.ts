import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EvtchnError } from '../../../src/errors/evtchn-error.js';
import { XenHost } from '../../../src/host/xen-host.js';
import { openEvtchn } from '../../../src/index.js';
import { closeDescriptor, openEventfd } from '../../../src/native/descriptor.js';
import { openEpoll } from '../../../src/native/epoll.js';

/** What a call is refused with. Nothing may be open more than before. */
function refusal(options: object): Error {
  const before = readdirSync('/proc/self/fd').length;
  try {
    openEvtchn(options as never).close();
  } catch (error) {
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
    return error as Error;
  }
  throw new Error('it was opened');
}

describe('openEvtchn', () => {
  it.each([
    [{ device: 3 }, TypeError, 'options.device'],
    [{ device: null }, TypeError, 'options.device'],
    [{ fd: '3' }, TypeError, 'options.fd'],
    [{ fd: 1.5 }, RangeError, 'options.fd'],
    [{ fd: Number.NaN }, RangeError, 'options.fd'],
    [{ fd: -1 }, RangeError, 'options.fd'],
    [{ fd: 2 ** 31 }, RangeError, 'options.fd'],
    [{ domain: {} }, TypeError, 'options.domain'],
    [{ signal: {} }, TypeError, 'options.signal'],
    [{ device: '/dev/null', fd: 3 }, TypeError, 'The options "device" and "fd" exclude each other'],
    [
      { fd: 3, domain: new XenHost().createDomain({ domid: 0 }) },
      TypeError,
      '"fd" and "domain" exclude',
    ],
    [null, TypeError, 'options'],
    ['/dev/xen/evtchn', TypeError, 'options'],
  ])('refuses what is no option, or two of them: case %#', (options, type, text) => {
    const error = refusal(options as never);
    expect(error).toBeInstanceOf(type);
    expect(error.message).toContain(text);
  });

  it('takes no file for a device that is none', () => {
    const message =
      'ENOTTY: Inappropriate ioctl for device, ioctl: /dev/null is no event-channel device';
    expect(refusal({ device: '/dev/null' }).message).toBe(message);
    expect(refusal({ device: '/nowhere/evtchn' })).toMatchObject({
      code: 'ENOENT',
      syscall: 'open',
      message: expect.stringContaining(
        'no /nowhere/evtchn here: `xen-evtchn run` gives a program one',
      ),
    });
    expect(refusal({ device: '/tmp' })).toMatchObject({ code: 'EISDIR' });
  });

  it.each([
    ['a file', () => openSync('/dev/null', 'r')],
    ['an eventfd', openEventfd],
    ['an epoll set', openEpoll],
  ])('takes no descriptor for a device that is %s, and leaves it as it is', (_, open) => {
    const fd = open();
    const error = refusal({ fd });
    expect(error).toBeInstanceOf(EvtchnError);
    expect(error.message).toMatch(new RegExp(`: descriptor ${fd} is no event-channel device$`));
    expect(existsSync(`/proc/self/fd/${fd}`)).toBe(true);
    closeDescriptor(fd);
  });

  it('says so of a descriptor that is not open', () => {
    const fd = openSync('/dev/null', 'r');
    closeSync(fd);
    expect(refusal({ fd })).toMatchObject({ code: 'EBADF', syscall: 'ioctl' });
  });

  it('opens nothing when its signal is aborted already', () => {
    const signal = AbortSignal.abort(new Error('enough'));
    expect(refusal({ signal }).message).toBe('enough');
    expect(refusal({ fd: 0, signal }).message).toBe('enough');
  });

  it('opens the device of an embedded domain', () => {
    const domain = new XenHost().createDomain({ domid: 0 });
    const handle = openEvtchn({ domain });
    expect(handle.kind).toBe('embedded');
    handle.close();
  });
});
