import { afterAll, afterEach, beforeEach, describe } from 'vitest';
import { argumentsOfCalls } from './arguments.js';
import { binding } from './binding.js';
import { channelEnds } from './channel-ends.js';
import { channels } from './channels.js';
import { closing } from './closing.js';
import { errors } from './errors.js';
import { events } from './events.js';
import { identity } from './identity.js';
import { iterating } from './iterating.js';
import { overflowing } from './overflowing.js';
import { Programs } from './programs.js';
import { restricting } from './restricting.js';
import type { Subject } from './subject.js';
import { waiting } from './waiting.js';

/** What every handle does, whatever stands behind it; by theme. */
const THEMES: readonly ((programs: Programs) => void)[] = [
  identity,
  binding,
  events,
  waiting,
  iterating,
  channels,
  channelEnds,
  restricting,
  overflowing,
  argumentsOfCalls,
  errors,
  closing,
];

/**
 * Tries every behaviour of the client interface on a subject, and says on stdout what was tried on what. The behaviours know
 * nothing of what they are tried on but the package's own interface.
 */
export function contract(subject: Subject): void {
  describe(subject.name, () => {
    const programs = new Programs(subject);
    let tried = 0;
    beforeEach(() => {
      tried++;
    });
    afterEach(() => programs.end());
    afterAll(async () => {
      await subject.cleanup();
      const where = subject.place === undefined ? '' : ` (${subject.place})`;
      console.log(`contract: ${subject.name}${where}: ${tried} behaviours`);
    });
    for (const theme of THEMES) theme(programs);
  });
}
