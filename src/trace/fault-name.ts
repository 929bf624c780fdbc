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

/** The number that probes get of a fault. */
export function faultCode(name: FaultName): number {
  return CODES.get(name)!;
}

/** The fault of a number that a probe got; a number without a fault reads as `fault 77`, as of a host of another version. */
export function faultName(code: number): FaultName {
  return FAULT_NAMES[code] ?? (`fault ${code}` as FaultName);
}
