/**
 * Virtual interrupts: numbers Xen raises events for by itself. Mirrors Xen's `public/xen.h`
 * (numbers) and `get_virq_type` in its `common/event_channel.c` (kinds).
 */

/**
 * How a VIRQ is bound: `vcpu` once per vCPU and for good, `domain` once per domain and raised for
 * that domain, `global` once per domain and raised for the one domain that handles it. Those of
 * the last two kinds are bound on vCPU 0.
 */
export type VirqKind = 'vcpu' | 'domain' | 'global';

/** One row of {@link VIRQS}. */
export interface Virq {
  /** The number, 0..23. */
  readonly number: number;
  /** The header's name; `VIRQ_` and the number for those it leaves out (5, 14, 15). */
  readonly name: string;
  /** How it is bound. */
  readonly kind: VirqKind;
}

/**
 * The one table. The numbers without a name can be bound like any other and count as global. What
 * 16..23 are is left to each architecture; on x86 all are global.
 */
const VIRQ_ROWS = {
  VIRQ_TIMER: [0, 'vcpu'],
  VIRQ_DEBUG: [1, 'vcpu'],
  VIRQ_CONSOLE: [2, 'global'],
  VIRQ_DOM_EXC: [3, 'global'],
  VIRQ_TBUF: [4, 'global'],
  VIRQ_5: [5, 'global'],
  VIRQ_DEBUGGER: [6, 'global'],
  VIRQ_XENOPROF: [7, 'vcpu'],
  VIRQ_CON_RING: [8, 'global'],
  VIRQ_PCPU_STATE: [9, 'global'],
  VIRQ_MEM_EVENT: [10, 'global'],
  VIRQ_ARGO: [11, 'domain'],
  VIRQ_ENOMEM: [12, 'global'],
  VIRQ_XENPMU: [13, 'vcpu'],
  VIRQ_14: [14, 'global'],
  VIRQ_15: [15, 'global'],
  VIRQ_ARCH_0: [16, 'global'],
  VIRQ_ARCH_1: [17, 'global'],
  VIRQ_ARCH_2: [18, 'global'],
  VIRQ_ARCH_3: [19, 'global'],
  VIRQ_ARCH_4: [20, 'global'],
  VIRQ_ARCH_5: [21, 'global'],
  VIRQ_ARCH_6: [22, 'global'],
  VIRQ_ARCH_7: [23, 'global'],
} as const satisfies Readonly<Record<string, readonly [number: number, kind: VirqKind]>>;

/** The timer of a vCPU ran out. Per vCPU. */
export const VIRQ_TIMER = VIRQ_ROWS.VIRQ_TIMER[0];

/** Asks the guest to print its state (Xen's debug key `q`). Per vCPU. */
export const VIRQ_DEBUG = VIRQ_ROWS.VIRQ_DEBUG[0];

/** The emergency console has input. Global. */
export const VIRQ_CONSOLE = VIRQ_ROWS.VIRQ_CONSOLE[0];

/** Some domain has died, crashed or shut down; xenstored listens to it. Global. */
export const VIRQ_DOM_EXC = VIRQ_ROWS.VIRQ_DOM_EXC[0];

/** The trace buffer has records. Global. */
export const VIRQ_TBUF = VIRQ_ROWS.VIRQ_TBUF[0];

/** A domain has stopped for its debugger. Global. */
export const VIRQ_DEBUGGER = VIRQ_ROWS.VIRQ_DEBUGGER[0];

/** A profiler sample is ready. Per vCPU. */
export const VIRQ_XENOPROF = VIRQ_ROWS.VIRQ_XENOPROF[0];

/** Xen's console ring has new text. Global. */
export const VIRQ_CON_RING = VIRQ_ROWS.VIRQ_CON_RING[0];

/** A physical CPU came or went. Global. */
export const VIRQ_PCPU_STATE = VIRQ_ROWS.VIRQ_PCPU_STATE[0];

/** A memory event has occurred. Global. */
export const VIRQ_MEM_EVENT = VIRQ_ROWS.VIRQ_MEM_EVENT[0];

/** An Argo message has come. Per domain; Xen 4.17 still calls it global. */
export const VIRQ_ARGO = VIRQ_ROWS.VIRQ_ARGO[0];

/** Xen's heap runs low. Global. */
export const VIRQ_ENOMEM = VIRQ_ROWS.VIRQ_ENOMEM[0];

/** A performance counter's interrupt. Per vCPU. */
export const VIRQ_XENPMU = VIRQ_ROWS.VIRQ_XENPMU[0];

/** The architecture's first VIRQ; on x86 VIRQ_MCA, a machine check. Global there. */
export const VIRQ_ARCH_0 = VIRQ_ROWS.VIRQ_ARCH_0[0];

/** The architecture's second VIRQ. Global on x86. */
export const VIRQ_ARCH_1 = VIRQ_ROWS.VIRQ_ARCH_1[0];

/** The architecture's third VIRQ. Global on x86. */
export const VIRQ_ARCH_2 = VIRQ_ROWS.VIRQ_ARCH_2[0];

/** The architecture's fourth VIRQ. Global on x86. */
export const VIRQ_ARCH_3 = VIRQ_ROWS.VIRQ_ARCH_3[0];

/** The architecture's fifth VIRQ. Global on x86. */
export const VIRQ_ARCH_4 = VIRQ_ROWS.VIRQ_ARCH_4[0];

/** The architecture's sixth VIRQ. Global on x86. */
export const VIRQ_ARCH_5 = VIRQ_ROWS.VIRQ_ARCH_5[0];

/** The architecture's seventh VIRQ. Global on x86. */
export const VIRQ_ARCH_6 = VIRQ_ROWS.VIRQ_ARCH_6[0];

/** The architecture's eighth VIRQ, the last one. Global on x86. */
export const VIRQ_ARCH_7 = VIRQ_ROWS.VIRQ_ARCH_7[0];

/** How many VIRQ numbers there are: 0..23. A larger one is EINVAL for bind_virq. */
export const NR_VIRQS = 24;

/** Every VIRQ, at the index of its number; frozen. */
export const VIRQS: readonly Virq[] = Object.freeze(
  Object.entries(VIRQ_ROWS).map(([name, [number, kind]]) => Object.freeze({ number, name, kind })),
);

/**
 * How a VIRQ is bound.
 *
 * @param virq - the number, 0..23
 * @throws RangeError if it is not a whole number in that range
 */
export function virqKind(virq: number): VirqKind {
  const row = VIRQS[virq];
  if (row === undefined) throw new RangeError(`virq ${virq} is not in 0..${NR_VIRQS - 1}`);
  return row.kind;
}

/**
 * The name of a VIRQ.
 *
 * @param virq - any number
 * @returns the header's name; `VIRQ_` and the number for one that has none
 */
export function virqName(virq: number): string {
  return VIRQS[virq]?.name ?? `VIRQ_${virq}`;
}
