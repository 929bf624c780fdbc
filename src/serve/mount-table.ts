import { readFileSync } from 'node:fs';

/** The type our mounts have in the kernel's table. */
export const MOUNT_TYPE = 'fuse.xen-evtchn';

/** A mount of this process's mount namespace, a line of `/proc/self/mountinfo` (proc(5)). */
export interface Mount {
  /** The kernel's number of the mount. Given again after the mount is gone. */
  readonly id: number;
  /** The mount it is mounted on. */
  readonly parent: number;
  /** Device number of the file system, `major:minor`; for FUSE the minor names the connection. */
  readonly device: string;
  /** What of the file system is seen: `/` for all of it, another path for a bind mount. */
  readonly root: string;
  /** Where it is mounted. */
  readonly mountpoint: string;
  /** Type, with the subtype: `fuse.xen-evtchn`. */
  readonly type: string;
  /** The user a FUSE file system belongs to, as this process sees the number; undefined for others. */
  readonly user: number | undefined;
  /** The group, likewise. */
  readonly group: number | undefined;
}

/** Undoes the kernel's escapes of blanks and backslashes: `\040` is a space. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** The number of an option such as `user_id=1000`. */
function numberOption(options: string, name: string): number | undefined {
  const value = options.split(',').find((option) => option.startsWith(`${name}=`));
  return value === undefined ? undefined : Number(value.slice(name.length + 1));
}

function parseLine(line: string): Mount {
  const [first = '', second = ''] = line.split(' - ');
  const [id, parent, device = '', root = '', mountpoint = ''] = first.split(' ');
  const [type = '', , options = ''] = second.split(' ');
  return {
    id: Number(id),
    parent: Number(parent),
    device,
    root: unescaped(root),
    mountpoint: unescaped(mountpoint),
    type,
    user: numberOption(options, 'user_id'),
    group: numberOption(options, 'group_id'),
  };
}

/** Reads the text of a `mountinfo` file. */
export function parseMounts(text: string): Mount[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);
}

/** The mounts as this process sees them now. Asks the kernel only, none of the file systems. */
export function readMounts(): Mount[] {
  return parseMounts(readFileSync('/proc/self/mountinfo', 'utf8'));
}
