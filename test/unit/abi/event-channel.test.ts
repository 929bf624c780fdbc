import { describe, expect, it } from 'vitest';
import * as channel from '../../../src/abi/event-channel.js';

const { EVTCHNOPS, evtchnopName } = channel;
const constants = channel as Readonly<Record<string, unknown>>;

/** public/event_channel.h: number, name, struct. */
const HEADER: readonly (readonly [number, string, string])[] = [
  [0, 'bind_interdomain', 'evtchn_bind_interdomain'],
  [1, 'bind_virq', 'evtchn_bind_virq'],
  [2, 'bind_pirq', 'evtchn_bind_pirq'],
  [3, 'close', 'evtchn_close'],
  [4, 'send', 'evtchn_send'],
  [5, 'status', 'evtchn_status'],
  [6, 'alloc_unbound', 'evtchn_alloc_unbound'],
  [7, 'bind_ipi', 'evtchn_bind_ipi'],
  [8, 'bind_vcpu', 'evtchn_bind_vcpu'],
  [9, 'unmask', 'evtchn_unmask'],
  [10, 'reset', 'evtchn_reset'],
  [11, 'init_control', 'evtchn_init_control'],
  [12, 'expand_array', 'evtchn_expand_array'],
  [13, 'set_priority', 'evtchn_set_priority'],
  [14, 'reset_cont', 'evtchn_reset'],
];

describe('EVTCHNOP', () => {
  it.each(HEADER)('%i is %s with struct %s', (op, name, struct) => {
    expect(constants[`EVTCHNOP_${name.toUpperCase()}`]).toBe(op);
    expect(evtchnopName(op)).toBe(`EVTCHNOP_${name}`);
    const row = EVTCHNOPS[op];
    expect(row?.op).toBe(op);
    expect(row?.name).toBe(`EVTCHNOP_${name}`);
    expect(row?.struct.name).toBe(struct);
  });

  it('has 15 operations in a table that cannot be changed', () => {
    expect(EVTCHNOPS).toHaveLength(15);
    expect(Object.keys(constants).filter((name) => name.startsWith('EVTCHNOP_'))).toHaveLength(15);
    expect(Object.isFrozen(EVTCHNOPS)).toBe(true);
    expect(EVTCHNOPS.every((row) => Object.isFrozen(row))).toBe(true);
  });

  it.each([15, -1, 0.5, Number.NaN, 0xffffffff])('%d has only a number for a name', (op) => {
    expect(evtchnopName(op)).toBe(`EVTCHNOP_${op}`);
  });
});

describe('EVTCHNSTAT', () => {
  it('has the numbers of the header', () => {
    const states = Object.entries(constants).filter(([name]) => name.startsWith('EVTCHNSTAT_'));
    expect(Object.fromEntries(states)).toEqual({
      EVTCHNSTAT_CLOSED: 0,
      EVTCHNSTAT_UNBOUND: 1,
      EVTCHNSTAT_INTERDOMAIN: 2,
      EVTCHNSTAT_PIRQ: 3,
      EVTCHNSTAT_VIRQ: 4,
      EVTCHNSTAT_IPI: 5,
    });
  });
});

describe('BIND_PIRQ', () => {
  it('has the flag of the header', () => {
    expect(channel.BIND_PIRQ__WILL_SHARE).toBe(1);
  });
});
