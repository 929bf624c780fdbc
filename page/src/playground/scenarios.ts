import type { Scenario } from './scenario.js';
import { asleep } from './scenarios/asleep.js';
import { busy } from './scenarios/busy.js';
import { flood, many } from './scenarios/crowd.js';
import { deadPeer } from './scenarios/dead-peer.js';
import { forgottenUnmask } from './scenarios/forgotten-unmask.js';
import { interrupts } from './scenarios/interrupts.js';
import { overflow } from './scenarios/overflow.js';
import { ring } from './scenarios/ring.js';
import { storm } from './scenarios/storm.js';

/** All there is to watch, from how it should be to what goes wrong. */
export const SCENARIOS: readonly [Scenario, ...Scenario[]] = [
  ring,
  busy,
  forgottenUnmask,
  asleep,
  overflow,
  deadPeer,
  storm,
  interrupts,
  many,
  flood,
];

/** The scenario of that name in the page's address; the first for any other. */
export function scenarioOf(id: string | null): Scenario {
  return SCENARIOS.find((scenario) => scenario.id === id) ?? SCENARIOS[0];
}
