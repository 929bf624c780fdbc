/**
 * Names of the faults that a host can be asked to show; what each is, `FAULTS` tells. In traces on their way a fault is its
 * index here, so names are only added at the end.
 */
export const FAULT_NAMES = [
  'spurious',
  'delay',
  'merge',
  'permute',
  'eintr',
  'short-read',
  'bind',
  'die',
  'destroy',
  'storm',
  'overflow',
  'slow',
] as const;

/** Name of a fault. */
export type FaultName = (typeof FAULT_NAMES)[number];

const CODES: ReadonlyMap<string, number> = new Map(FAULT_NAMES.map((name, code) => [name, code]));

/** Faults that make an event of their own: the record behind theirs is of that event. */
const RAISING: ReadonlySet<FaultName> = new Set<FaultName>(['spurious', 'storm', 'overflow']);
/** Faults that hold an event back. */
const HOLDING: ReadonlySet<FaultName> = new Set<FaultName>(['delay', 'merge', 'permute']);

/** Whether a fault makes an event that nobody sent: the record behind it is that of the event being made pending. */
export function raisesEvent(name: FaultName): boolean {
  return RAISING.has(name);
}

/** Whether a fault holds an event back: its port stays pending and masked until Xen is asked to unmask it. */
export function holdsEvent(name: FaultName): boolean {
  return HOLDING.has(name);
}

/** The number that probes get of a fault. */
export function faultCode(name: FaultName): number {
  return CODES.get(name)!;
}

/** The fault of a number that a probe got; a number without a fault reads as `fault 77`, as of a host of another version. */
export function faultName(code: number): FaultName {
  return FAULT_NAMES[code] ?? (`fault ${code}` as FaultName);
}
