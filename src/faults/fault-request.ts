/** Which faults a host is to show. */
export interface FaultRequest {
  /** The faults, their rates and conditions, as text: see `parseFaultSpec`. */
  readonly spec: string;
  /** Decides everything that is left to chance; 0 to 2^32 - 1. */
  readonly seed: number;
  /** Numbers of the only faults that are injected; all that the seed chooses unless given. */
  readonly only?: readonly number[] | undefined;
}
