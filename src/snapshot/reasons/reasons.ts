import { eoiDeferred, maskedByKernel, memoryMissing, notWrittenBack, upcallWaits } from './gate.js';
import { kernelTakesIt, nobodyTakesIt } from './holder.js';
import type { PortView } from './port-view.js';
import { nothingRaised } from './quiet.js';
import type { FindReason, Reason } from './reason.js';
import { ringNotRead } from './ring.js';
import { noPeer } from './source.js';

/** From the ring, where an event is nearest to its reader, back to Xen. */
const GATES: readonly FindReason[] = [
  memoryMissing,
  eoiDeferred,
  notWrittenBack,
  maskedByKernel,
  upcallWaits,
];

/** An event is there already: what keeps it comes first. */
const OF_AN_EVENT: readonly FindReason[] = [
  nobodyTakesIt,
  ringNotRead,
  ...GATES,
  kernelTakesIt,
  noPeer,
];
/** No event is there: it has to be sent first. */
const OF_NONE: readonly FindReason[] = [
  nobodyTakesIt,
  ringNotRead,
  kernelTakesIt,
  noPeer,
  ...GATES,
];

/** What is in the way of the next event of a port, the first thing first; that nothing was raised, if nothing else is. */
export function findReasons(view: PortView): readonly [Reason, ...Reason[]] {
  const [first, ...others] = findersFor(view)
    .map((find) => find(view))
    .filter((reason) => reason !== undefined);
  return first === undefined ? [nothingRaised(view)] : [first, ...others];
}

/** The first of {@link findReasons}, without looking for the others. */
export function firstReason(view: PortView): Reason {
  for (const find of findersFor(view)) {
    const reason = find(view);
    if (reason !== undefined) return reason;
  }
  return nothingRaised(view);
}

function findersFor({ channel }: PortView): readonly FindReason[] {
  const { pending, queued, disabledBy } = channel;
  const lost = disabledBy === 'overflow' || disabledBy === 'reset';
  return pending || queued > 0 || lost ? OF_AN_EVENT : OF_NONE;
}
