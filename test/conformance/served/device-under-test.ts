/** A served host whose domain 0 the cases run in. */
export interface DeviceUnderTest {
  /** Destroys domain 0 and makes it anew. @returns path of its device */
  fresh(): Promise<string>;
  /** All that domain 0 shows of its channels and open files. */
  state(): Promise<string>;
  /** Why it does not work any more; undefined while it does. */
  readonly broken: string | undefined;
  /** Ends it. @throws Error if it did not end well */
  stop(): Promise<void>;
}
