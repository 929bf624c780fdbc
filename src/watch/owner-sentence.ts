import { processName } from '../snapshot/reasons/port-view.js';
import type { Owner } from './owner.js';
import type { ProcessState } from './process-state.js';

/** Where a process sleeps, as far as this user may know. */
function placeOf({ call, target, waitChannel }: ProcessState): string {
  if (call !== undefined) return ` in ${call}(2)${target === undefined ? '' : ` on ${target}`}`;
  return waitChannel === undefined ? '' : ` (in the kernel at ${waitChannel})`;
}

/** What a process does, as the rest of a sentence about it. */
function doing(state: ProcessState): string {
  const { activity, call, tracer } = state;
  switch (activity) {
    case 'running':
      return 'is running';
    case 'stopped':
      return `is stopped, by SIGSTOP or at its terminal: kill -CONT ${state.pid} has it go on`;
    case 'traced':
      return `is held by the debugger ${tracer === undefined ? 'that traces it' : processName(tracer)}`;
    case 'zombie':
      return 'has ended';
    case 'uninterruptible':
      return `is in a sleep that no signal ends${placeOf(state)}`;
    default:
      return `${call === undefined ? 'sleeps' : 'is blocked'}${placeOf(state)}`;
  }
}

/** Threads but the first are not looked at: it says so. */
function threadsOf({ threads, activity }: ProcessState): string {
  if (threads < 2 || activity === 'stopped' || activity === 'traced') return '';
  return ` in its first thread, of ${threads}`;
}

function openerSentence({ file }: Owner, state: ProcessState): string {
  const { pid, comm } = file.process;
  const name =
    state.comm === comm
      ? processName(state)
      : `${processName({ pid, comm })}, by now called ${state.comm},`;
  const traced =
    state.tracer === undefined || state.activity === 'traced'
      ? ''
      : `; ${processName(state.tracer)} traces it`;
  return `${name} ${doing(state)}${threadsOf(state)}${traced}.`;
}

/**
 * What the process of an open file does, in a sentence: the one that opened it, or, if that is gone, those that may have its
 * descriptor.
 */
export function ownerSentence(owner: Owner): string {
  const { file, opener, heirs } = owner;
  if (opener !== undefined) return openerSentence(owner, opener);
  const gone = `${processName(file.process)} is gone, though its descriptor is still open`;
  if (heirs.length === 0) return `${gone} somewhere.`;
  const who = heirs.map((heir) => `${processName(heir)}, which ${doing(heir)}`).join('; ');
  return `${gone}: in ${who}.`;
}
