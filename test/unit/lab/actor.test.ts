import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  actorParts,
  CLOCK_ACTOR,
  deathActor,
  partyActor,
  spuriousActor,
  vcpuActor,
  wakeActor,
} from '../../../src/lab/actor.js';

describe('an actor', () => {
  it('is a number that can be taken apart', () => {
    const party = fc.nat(999);
    fc.assert(
      fc.property(party, fc.nat(63), fc.nat(0x7fef), fc.nat(8191), fc.nat(0x1ffff), (...of) => {
        const [owner, index, domid, vcpu, port] = of;
        expect(actorParts(partyActor(owner))).toEqual({ kind: 'party', owner, number: 0 });
        expect(actorParts(partyActor(owner, index))).toEqual({
          kind: 'party',
          owner,
          number: index,
        });
        expect(actorParts(wakeActor(owner, index))).toEqual({ kind: 'wake', owner, number: index });
        expect(actorParts(deathActor(owner))).toEqual({ kind: 'death', owner, number: 0 });
        expect(actorParts(vcpuActor(domid, vcpu))).toEqual({
          kind: 'vcpu',
          owner: domid,
          number: vcpu,
        });
        const spurious = { kind: 'spurious', owner: domid, number: port };
        expect(actorParts(spuriousActor(domid, port))).toEqual(spurious);
      }),
    );
    expect(actorParts(CLOCK_ACTOR)).toEqual({ kind: 'clock', owner: 0, number: 0 });
  });
});
