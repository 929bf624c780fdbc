/**
 * Both ABIs' handshake between hypervisor and guest, with every order of sends, upcalls, reads, late EOIs and closing: no event
 * is lost, and none is multiplied.
 *
 * MODEL_SCALE=2 and more: with an event more.
 */
import { describe, expect, it } from 'vitest';
import { exploreSteps } from './exploration.js';
import { type Disturbance, Handshake } from './handshake.js';

const LARGE = Number(process.env.MODEL_SCALE ?? 1) > 1;
const TIME_LIMIT = LARGE ? 3_600_000 : 60_000;
const SENDS = LARGE ? [0, 1, 0] : [0, 0];

describe('events on two channels of one guest', () => {
  for (const abi of ['fifo', 'two-level'] as const) {
    for (const disturbance of ['none', 'rebind', 'reconnect'] satisfies Disturbance[]) {
      it(`${abi}, disturbed by ${disturbance}: are all read`, { timeout: TIME_LIMIT }, () => {
        const { failures, runs, steps } = exploreSteps(
          (run) => {
            const handshake = new Handshake(run, abi, SENDS, disturbance);
            return () => handshake.check();
          },
          { reduction: 'parties' },
        );
        console.log(`${abi}, ${disturbance}: ${runs} schedules, ${steps} steps`);
        expect([...failures.keys()]).toEqual([]);
      });
    }
  }
});
