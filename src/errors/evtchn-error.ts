import { errnoMessage, errnoName } from '../abi/errno.js';

/**
 * A call that the device, the hypervisor or the host refused. Shaped as Node's own system errors are.
 */
export class EvtchnError extends Error {
  /** `EvtchnError`. */
  override readonly name = 'EvtchnError';
  /** Name of the error, such as `EACCES`. */
  readonly code: string;
  /** Its number, negative as in Node's errors: -13. */
  readonly errno: number;
  /** The call that failed: `ioctl`, `read`, `EVTCHNOP_send`, … */
  readonly syscall: string;

  /**
   * @param syscall - the call that failed
   * @param errno - its error, positive or negative
   * @param advice - what the reader can do about it
   */
  constructor(syscall: string, errno: number, advice?: string) {
    const code = errnoName(errno);
    const what = `${code}: ${errnoMessage(errno)}, ${syscall}`;
    super(advice === undefined ? what : `${what}: ${advice}`);
    this.code = code;
    this.errno = -Math.abs(errno);
    this.syscall = syscall;
  }
}
