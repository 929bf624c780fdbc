import type { Deviation, DifferentLine, DifferentLines } from '../deviation.js';

const UNKNOWN: DifferentLines = {
  'abi/error-order': [[7, 'ioctl A cmd=0x00044508 ptr=bad', 'ENOSYS', 'ENOTTY']],
  'abi/restrict-sizes': [[2, 'ioctl A cmd=0x00044506 u32=5', 'ENOSYS', 'ENOTTY']],
  'abi/unknown-command-when-restricted': [[3, 'ioctl A cmd=0x00044507', 'ENOSYS', 'ENOTTY']],
  'abi/unknown-commands': [
    [2, 'ioctl A cmd=0', 'ENOSYS', 'ENOTTY'],
    [3, 'ioctl A cmd=0x00004500', 'ENOSYS', 'ENOTTY'],
    [4, 'ioctl A cmd=0x00044507', 'ENOSYS', 'ENOTTY'],
    [5, 'ioctl A cmd=0x00004507', 'ENOSYS', 'ENOTTY'],
    [6, 'ioctl A cmd=0x000045ff', 'ENOSYS', 'ENOTTY'],
    [7, 'ioctl A cmd=0x00044602 u32=0', 'ENOSYS', 'ENOTTY'],
    [8, 'ioctl A cmd=0x00084502 u32=0,0', 'ENOSYS', 'ENOTTY'],
    [9, 'ioctl A cmd=0x00024502 u32=0', 'ENOSYS', 'ENOTTY'],
    [10, 'ioctl A cmd=0x40044502 u32=0', 'ENOSYS', 'ENOTTY'],
    [11, 'ioctl A cmd=0x80044502 u32=0', 'ENOSYS', 'ENOTTY'],
    [12, 'ioctl A cmd=0xc0044502 u32=0', 'ENOSYS', 'ENOTTY'],
    [13, 'ioctl A cmd=0x00044505', 'ENOSYS', 'ENOTTY'],
    [14, 'ioctl A cmd=0x00044506 u32=5', 'ENOSYS', 'ENOTTY'],
    [15, 'ioctl A cmd=0x00044501 u32=0,1', 'ENOSYS', 'ENOTTY'],
    [16, 'ioctl A cmd=0xffffffff', 'ENOSYS', 'ENOTTY'],
    [17, 'ioctl A cmd=0x00044507 ptr=bad', 'ENOSYS', 'ENOTTY'],
  ],
};

const TERMINAL: readonly DifferentLine[] = [
  [3, 'ioctl A cmd=TCGETS', 'ENOSYS', 'ENOTTY'],
  [4, 'isatty A', 'ENOSYS', 'ENOTTY'],
];

/** Where ioctls are answered differently. */
export const ioctlDeviations: readonly Deviation[] = [
  {
    what: 'an ioctl the device does not know',
    fuse: { ...UNKNOWN, 'abi/vfs-ioctls': TERMINAL },
    cuse: {
      ...UNKNOWN,
      'abi/vfs-ioctls': [[2, 'ioctl A cmd=FIONREAD', 'ENOSYS', 'ENOTTY'], ...TERMINAL],
    },
    rules: [{ step: /\b(ioctl|isatty)\b/, real: /\bENOSYS\b/g, served: 'ENOTTY' }],
  },
  {
    what: 'FIONREAD and FIOQSIZE',
    fuse: {
      'abi/vfs-ioctls': [
        [2, 'ioctl A cmd=FIONREAD', 'ENOSYS', 'ok'],
        [6, 'ioctl A cmd=FIOQSIZE', 'ENOTTY', 'ok'],
      ],
    },
    rules: [
      { step: /^ioctl \S+ cmd=FIONREAD\b/, real: /^ENOSYS$/, served: 'ok' },
      { step: /^ioctl \S+ cmd=FIOQSIZE\b/, real: /^ENOTTY$/, served: 'ok' },
    ],
  },
];
