import { describe, expect, it } from 'vitest';
import { EVTCHNOPS } from '../../../src/abi/event-channel.js';
import { hypercallName, TRACE_SCHEDOP_POLL } from '../../../src/trace/hypercall-names.js';

describe('hypercallName', () => {
  it('has every operation by its number, with three input fields at most', () => {
    for (const { op, name } of EVTCHNOPS) {
      const { name: told, fields } = hypercallName(op);
      expect(told).toBe(name);
      expect(fields.length).toBeGreaterThan(0);
      expect(fields.length).toBeLessThanOrEqual(3);
    }
  });

  it.each([
    ['EVTCHNOP_bind_interdomain', ['remote_dom', 'remote_port']],
    ['EVTCHNOP_alloc_unbound', ['dom', 'remote_dom']],
    ['EVTCHNOP_bind_virq', ['virq', 'vcpu']],
    ['EVTCHNOP_init_control', ['control_gfn', 'offset', 'vcpu']],
    ['EVTCHNOP_send', ['port']],
  ])('gives the input fields of %s in the order of the header', (name, fields) => {
    const { op } = EVTCHNOPS.find((row) => row.name === name)!;
    expect(hypercallName(op).fields).toEqual(fields);
  });

  it('tells SCHEDOP_poll apart from every EVTCHNOP', () => {
    expect(EVTCHNOPS.some(({ op }) => (op as number) === TRACE_SCHEDOP_POLL)).toBe(false);
    expect(hypercallName(TRACE_SCHEDOP_POLL)).toEqual({
      name: 'SCHEDOP_poll',
      fields: ['nr_ports'],
    });
  });

  it('names one that there is not by its number', () => {
    expect(hypercallName(77)).toEqual({ name: 'hypercall 77', fields: [] });
  });
});
