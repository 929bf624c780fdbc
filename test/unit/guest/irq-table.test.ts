import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  IRQT_EVTCHN,
  IRQT_PIRQ,
  IRQT_UNBOUND,
  IrqTable,
  LATE_EOI,
  MASK_REASON_EOI_PENDING,
  MASK_REASON_EXPLICIT,
  STATIC,
} from '../../../src/guest/irq-table.js';

describe('IrqTable', () => {
  it('gives a port an irq with its type, vCPU and flags, masked for EXPLICIT, not counted', () => {
    const table = new IrqTable();
    const irq = table.allocate(77, IRQT_PIRQ, 5, LATE_EOI);
    expect(table.bound(77)).toBe(true);
    expect(table.port(irq)).toBe(77);
    expect(table.irqFromPort(77)).toBe(irq);
    expect(table.type(77)).toBe(IRQT_PIRQ);
    expect(table.reasons(77)).toBe(MASK_REASON_EXPLICIT);
    expect(table.flags(77) & LATE_EOI).toBe(LATE_EOI);
    expect(table.vcpu(77)).toBe(5);
    expect(table.refcount(77)).toBe(-1);
    expect(table.disableDepth(77)).toBe(0);
    expect(table.handlers[77]).toBeUndefined();
  });

  it('knows no irq for other ports and no port for other irqs, also beyond its table', () => {
    const table = new IrqTable();
    table.allocate(3, IRQT_EVTCHN, 0, 0);
    for (const port of [0, 2, 4, 64, 131071]) {
      expect(table.irqFromPort(port)).toBe(-1);
      expect(table.bound(port)).toBe(false);
    }
    expect([-1, 1, 1000].map((irq) => table.port(irq))).toEqual([0, 0, 0]);
  });

  it('gives the number freed last first, with nothing left of its former use', () => {
    const table = new IrqTable();
    const irqs = [1, 2, 3].map((port) => table.allocate(port, IRQT_EVTCHN, 0, STATIC));
    table.setVcpu(2, 9);
    table.setRefcount(2, 5);
    table.setDisableDepth(2, 2);
    table.handlers[2] = { name: 'old', interrupt() {} };
    table.free(1);
    table.free(2);
    expect(table.bound(2)).toBe(false);
    expect([table.irqFromPort(2), table.port(irqs[1]!)]).toEqual([-1, 0]);
    expect(table.type(2)).toBe(IRQT_UNBOUND);
    expect(table.handlers[2]).toBeUndefined();
    expect(table.allocate(2, IRQT_EVTCHN, 0, 0)).toBe(irqs[1]);
    expect(table.allocate(9, IRQT_EVTCHN, 0, 0)).toBe(irqs[0]);
    expect(table.allocate(8, IRQT_EVTCHN, 0, 0)).toBe(3);
    expect(table.size).toBe(4);
    expect([table.vcpu(2), table.refcount(2), table.disableDepth(2)]).toEqual([0, -1, 0]);
    expect(table.flags(2) & STATIC).toBe(0);
  });

  it('keeps each property of an irq apart from the others, at their limits too', () => {
    const table = new IrqTable();
    const irq = table.allocate(131071, IRQT_EVTCHN, 0, LATE_EOI);
    table.setVcpu(131071, 8191);
    table.setRefcount(131071, 0x7fff);
    table.setDisableDepth(131071, 0xffff);
    const flags = table.flags(131071);
    table.setFlags(131071, (flags & ~MASK_REASON_EXPLICIT) | MASK_REASON_EOI_PENDING);
    expect([
      table.port(irq),
      table.type(131071),
      table.vcpu(131071),
      table.refcount(131071),
      table.disableDepth(131071),
      table.reasons(131071),
    ]).toEqual([131071, IRQT_EVTCHN, 8191, 0x7fff, 0xffff, MASK_REASON_EOI_PENDING]);
    table.setRefcount(131071, -1);
    table.setDisableDepth(131071, 0);
    expect([table.refcount(131071), table.disableDepth(131071), table.vcpu(131071)]).toEqual([
      -1, 0, 8191,
    ]);
  });

  it('maps ports to irqs and back as a Map does, while both come and go and the table grows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 600 })), {
          maxLength: 300,
          size: 'max',
        }),
        (steps) => {
          const table = new IrqTable();
          const model = new Map<number, number>();
          for (const [add, port] of steps) {
            const irq = model.get(port);
            if (add && irq === undefined) model.set(port, table.allocate(port, IRQT_EVTCHN, 0, 0));
            else if (!add && irq !== undefined) {
              table.free(port);
              model.delete(port);
            }
          }
          expect(new Set(model.values()).size).toBe(model.size);
          for (let port = 0; port <= 600; port++) {
            expect(table.irqFromPort(port)).toBe(model.get(port) ?? -1);
          }
          for (const [port, irq] of model) expect(table.port(irq)).toBe(port);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('holds at most a quarter more memory than it needs, past the first few', () => {
    const table = new IrqTable();
    for (let port = 1; port <= 5000; port++) table.allocate(port, IRQT_EVTCHN, 0, 0);
    expect(table.size).toBe(5000);
    expect(table.byteLength).toBeGreaterThanOrEqual(5000 * 16);
    expect(table.byteLength).toBeLessThan(5000 * 16 * 1.4);
  });
});
