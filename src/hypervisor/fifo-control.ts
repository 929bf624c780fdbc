import { EINVAL, ENOENT, ENOSPC, EOPNOTSUPP } from '../abi/errno.js';
import { EVTCHN_FIFO_CONTROL_BLOCK_SIZE } from '../abi/fifo.js';
import { PAGE_SIZE } from '../abi/page.js';
import type { Domain } from './domain.js';

/** EVTCHNOP_init_control (`evtchn_fifo_init_control`): see `EventChannelOps.initControl`. */
export function initControl(caller: Domain, gfn: number, offset: number, vcpu: number): number {
  if (caller.vcpus[vcpu] === undefined) return -ENOENT;
  if (offset > PAGE_SIZE - EVTCHN_FIFO_CONTROL_BLOCK_SIZE) return -EINVAL;
  if ((offset & 7) !== 0) return -EINVAL;
  if (caller.fifo?.hasControlBlock(vcpu)) return -EINVAL;
  const page = caller.memory.page(gfn);
  if (page === undefined) return -EINVAL;
  const end = offset + EVTCHN_FIFO_CONTROL_BLOCK_SIZE;
  const fifo = caller.fifo ?? caller.switchToFifo();
  fifo.setControlBlock(vcpu, page.subarray(offset / 4, end / 4));
  return 0;
}

/** EVTCHNOP_expand_array (`evtchn_fifo_expand_array`): see `EventChannelOps.expandArray`. */
export function expandArray(caller: Domain, gfn: number): number {
  const fifo = caller.fifo;
  if (fifo === undefined) return -EOPNOTSUPP;
  if (fifo.full) return -ENOSPC;
  const page = caller.memory.page(gfn);
  if (page === undefined) return -EINVAL;
  fifo.addPage(page);
  return 0;
}
