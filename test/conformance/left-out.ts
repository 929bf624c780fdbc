import { VIRQ_DEBUG } from '../../src/abi/virq.js';
import { EVTCHN_PATH } from '../../src/host/host-domain.js';
import type { EventAbi } from '../../src/hypervisor/port-ops.js';
import { unsigned } from './c-numbers.js';
import type { Case } from './case-folder.js';
import { stepLines } from './script.js';
import { StepArguments } from './step-arguments.js';

/** Debug keys after which there is no host any more: crash and reboot. */
const FATAL_KEYS = /[CR]/;

/** The steps of a case, those of its children, jobs and repetitions among them. */
function innerSteps(text: string): StepArguments[] {
  return stepLines(text)
    .flatMap((line) => line.split(/[;:]/))
    .map((step) => {
      const words = new StepArguments(step).words;
      let first = 0;
      while (words[first]?.startsWith('@') || words[first] === 'bg') {
        first += words[first] === 'bg' ? 2 : 1;
      }
      return new StepArguments(words.slice(first).join(' '));
    });
}

/** Why a case is not run; undefined if it is. */
export function whyLeftOut(test: Case, abi: EventAbi): string | undefined {
  if (test.tags.has('@2l') && abi !== 'two-level') return 'tagged @2l: only with --two-level';
  if (test.recording === undefined) return 'no recording of it';
  if (test.language === 'hypercall') return undefined;
  for (const step of innerSteps(test.text)) {
    const path = step.name === 'open' || step.name === 'openpath' ? step.value('path') : undefined;
    if (path !== undefined && path !== EVTCHN_PATH) {
      return `opens ${path}: there is no other file here than ${EVTCHN_PATH}`;
    }
    if (step.name === 'xenkey' && FATAL_KEYS.test(step.word(1) ?? '')) {
      return `presses debug key ${step.word(1)}, which crashes or reboots a host`;
    }
    const bindsDebug = step.name === 'virq' && unsigned(step.value('virq') ?? '0') === VIRQ_DEBUG;
    if (bindsDebug && test.tags.has('@real-only') && !test.recording.ownAbi) {
      return 'recorded with FIFO only: with two-level the kernel has VIRQ_DEBUG itself';
    }
  }
  return undefined;
}
