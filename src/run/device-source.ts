/** Where the devices of the domains come from: a host of our own, or one that somebody else serves. */
export interface DeviceSource {
  /** The device file of a domain, as the mount namespace has it in which the source was made. */
  device(domain: number): string;
  /** Directory of the host's tree, for every thread of this process; undefined where it has none. */
  readonly tree?: string | undefined;
  /** Rejects if there are no devices any more before {@link stop} was called. Never resolves before. */
  readonly ended: Promise<void>;
  /** Lets go of the devices. */
  stop(): Promise<void>;
}
