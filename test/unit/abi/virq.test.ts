import { describe, expect, it } from 'vitest';
import * as virq from '../../../src/abi/virq.js';

const { NR_VIRQS, VIRQS, virqKind, virqName } = virq;

/** public/xen.h and get_virq_type, written out by hand. */
const HEADER: readonly (readonly [number, string, string])[] = [
  [0, 'VIRQ_TIMER', 'vcpu'],
  [1, 'VIRQ_DEBUG', 'vcpu'],
  [2, 'VIRQ_CONSOLE', 'global'],
  [3, 'VIRQ_DOM_EXC', 'global'],
  [4, 'VIRQ_TBUF', 'global'],
  [6, 'VIRQ_DEBUGGER', 'global'],
  [7, 'VIRQ_XENOPROF', 'vcpu'],
  [8, 'VIRQ_CON_RING', 'global'],
  [9, 'VIRQ_PCPU_STATE', 'global'],
  [10, 'VIRQ_MEM_EVENT', 'global'],
  [11, 'VIRQ_ARGO', 'domain'],
  [12, 'VIRQ_ENOMEM', 'global'],
  [13, 'VIRQ_XENPMU', 'vcpu'],
  [16, 'VIRQ_ARCH_0', 'global'],
  [17, 'VIRQ_ARCH_1', 'global'],
  [18, 'VIRQ_ARCH_2', 'global'],
  [19, 'VIRQ_ARCH_3', 'global'],
  [20, 'VIRQ_ARCH_4', 'global'],
  [21, 'VIRQ_ARCH_5', 'global'],
  [22, 'VIRQ_ARCH_6', 'global'],
  [23, 'VIRQ_ARCH_7', 'global'],
];

describe('virq', () => {
  it.each(HEADER)('%i is %s, bound per %s', (number, name, kind) => {
    expect((virq as Readonly<Record<string, unknown>>)[name]).toBe(number);
    expect(virqName(number)).toBe(name);
    expect(virqKind(number)).toBe(kind);
  });

  it.each([5, 14, 15])('%i has no name in the header and is global', (number) => {
    expect(virqName(number)).toBe(`VIRQ_${number}`);
    expect(virqKind(number)).toBe('global');
  });

  it('has a row for each of the 24 numbers, at its index', () => {
    expect(NR_VIRQS).toBe(24);
    expect(VIRQS).toHaveLength(24);
    VIRQS.forEach((row, index) => {
      expect(row.number).toBe(index);
      expect(virqName(index)).toBe(row.name);
      expect(virqKind(index)).toBe(row.kind);
    });
    expect(new Set(VIRQS.map((row) => row.name)).size).toBe(24);
  });

  it.each([-1, 24, 0xffffffff, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'has no kind for %d',
    (number) => {
      expect(() => virqKind(number)).toThrow(RangeError);
      expect(virqName(number)).toBe(`VIRQ_${number}`);
    },
  );

  it('cannot be changed', () => {
    expect(Object.isFrozen(VIRQS)).toBe(true);
    expect(VIRQS.every((row) => Object.isFrozen(row))).toBe(true);
  });
});
