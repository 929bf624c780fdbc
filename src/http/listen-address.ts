/** Where a server is to listen. */
export interface ListenAddress {
  /** An IP address of this machine. */
  readonly address: string;
  /** 0 for one that is free. */
  readonly port: number;
}
