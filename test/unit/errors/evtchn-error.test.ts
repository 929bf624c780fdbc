import { describe, expect, it } from 'vitest';
import { EACCES } from '../../../src/abi/errno.js';
import { EvtchnError } from '../../../src/errors/evtchn-error.js';

describe('an error of the device', () => {
  it('is shaped as Node’s system errors are', () => {
    const error = new EvtchnError('ioctl', EACCES);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'EvtchnError',
      code: 'EACCES',
      errno: -13,
      syscall: 'ioctl',
      message: 'EACCES: Permission denied, ioctl',
    });
  });

  it('takes an errno of either sign and adds what to do', () => {
    const error = new EvtchnError('open', -EACCES, 'become root');
    expect(error.errno).toBe(-13);
    expect(error.message).toBe('EACCES: Permission denied, open: become root');
  });
});
