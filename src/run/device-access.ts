/** Who may open a device, beyond what the real one's mode says. */
export interface DeviceAccess {
  /** Whether processes of other users than the owner reach the mount at all. */
  readonly allowOther: boolean;
  /** Permission bits of the device files, 0 to 0o777. */
  readonly deviceMode: number;
}

/** As of the real device: its owner only. */
const OWNER_ONLY = 0o600;
const EVERYBODY = 0o666;
const OTHERS = 0o077;

/**
 * What the options --allow-other and --mode mean together: each is enough by itself. A mode that lets others in opens the
 * mount for them, and a mount opened for others has a mode that lets them in.
 */
export function deviceAccess(options: {
  readonly allowOther?: boolean | undefined;
  readonly mode?: number | undefined;
}): DeviceAccess {
  const { allowOther = false, mode } = options;
  return {
    allowOther: allowOther || ((mode ?? 0) & OTHERS) !== 0,
    deviceMode: mode ?? (allowOther ? EVERYBODY : OWNER_ONLY),
  };
}
