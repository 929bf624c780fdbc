import { errnoName } from '../abi/errno.js';
import type { FaultName } from '../trace/fault-name.js';

/** What the value of a fault's record says, in a few words. */
export function faultDetail(fault: FaultName, value: number): string {
  switch (fault) {
    case 'spurious':
      return value === 0 ? 'an event nobody sent' : `an event nobody sent, after ${value} ms`;
    case 'delay':
      return `held for ${value} ms at most`;
    case 'merge':
      return `held for others to merge with, for ${value} ms at most`;
    case 'permute':
      return `held for other ports to go first, for ${value} ms at most`;
    case 'eintr':
      return value === 0 ? 'a read interrupted' : `a read interrupted after ${value} ms`;
    case 'short-read':
      return `a read of ${value} only`;
    case 'bind':
      return `a bind answered ${errnoName(value)}`;
    case 'die':
      return value === 1 ? '1 process killed' : `${value} processes killed`;
    case 'destroy':
      return 'the domain destroyed';
    case 'storm':
      return `an event nobody waits for, ${value} more to come`;
    case 'overflow':
      return `an event on each of ${value} ports`;
    default:
      return `the call put off by ${value} ms`;
  }
}
