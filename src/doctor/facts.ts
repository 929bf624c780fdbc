/** How opening a device file for reading and writing went: `open`, or the error's name, such as `EACCES`. */
export type Opened = string;

/** How mounting FUSE in a mount namespace of one's own went, by trying it. */
export type Trial =
  | {
      readonly mounted: true;
      /** The kernel's FUSE protocol, `7.45`. */
      readonly protocol: string;
      /** Reading the memory of a process started there: `ok`, or the error's name. */
      readonly memory: string;
    }
  | {
      readonly mounted: false;
      /** What went wrong, in the words of whatever refused it. */
      readonly reason: string;
    };

/** What is found out about the machine. */
export interface Facts {
  /** This user's number. */
  readonly user: number;
  /** `v20.20.2`. */
  readonly node: string;
  /** `linux`, and `x64`. */
  readonly platform: string;
  readonly architecture: string;
  /** The kernel's release. */
  readonly kernel: string;
  /** The version of the library for native calls, or why it does not load. */
  readonly native: { readonly version: string } | { readonly error: string };
  /** What is at `/dev/xen/evtchn`. */
  readonly device: 'character device' | 'something else' | 'nothing';
  /** The hypervisor that the kernel knows to run on, from `/sys/hypervisor/type`. */
  readonly hypervisor: string | undefined;
  readonly fuse: Opened;
  readonly cuse: Opened;
  /** Whether this process may mount: CAP_SYS_ADMIN. */
  readonly mayMount: boolean;
  /** Mounting with the rights one has; undefined if one has none. */
  readonly mount: Trial | undefined;
  /** Mounting in a user namespace. */
  readonly namespace: Trial;
  /** What limits user namespaces: files of `/proc/sys`, by their names with dots, where there are such. */
  readonly limits: Readonly<Record<string, string>>;
  /** Where fusermount3 is, and whether it has the rights of root. */
  readonly fusermount: { readonly path: string; readonly privileged: boolean } | undefined;
  /** `kernel.yama.ptrace_scope`, 0 to 3; undefined without Yama. */
  readonly ptraceScope: number | undefined;
  /** Reading the memory of a child, by trying it: `ok`, or the error's name. */
  readonly memory: string;
}
