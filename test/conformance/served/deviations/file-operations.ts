import type { Deviation } from '../deviation.js';

/** Where a file of FUSE is an ordinary file to the kernel. */
export const fileDeviations: readonly Deviation[] = [
  {
    what: 'type of the file',
    fuse: { 'open/o-path': [[2, 'ftype P', 'chr', 'reg']] },
    rules: [
      { step: /^ftype /, real: /^chr$/, served: 'reg' },
      { step: /^fdev /, real: /^major=\d+/, served: 'major=0' },
    ],
  },
  {
    what: 'private mmap',
    fuse: { 'abi/other-file-operations': [[10, 'mmap A private', 'ENODEV', 'mapped']] },
    rules: [{ step: /^mmap .*\bprivate\b/, real: /^ENODEV$/, served: 'mapped' }],
  },
  {
    what: 'sendfile and splice',
    fuse: {
      'abi/other-file-operations': [
        [17, 'sendfile A', 'EINVAL', 'ok'],
        [18, 'splicein A', 'EINVAL', '0'],
        [19, 'spliceout A', 'EINVAL', '4'],
      ],
    },
    rules: [
      { step: /^sendfile /, real: /^EINVAL$/, served: 'ok' },
      { step: /^splicein /, real: /^EINVAL$/, served: '0' },
      { step: /^spliceout /, real: /^EINVAL$/, served: '4' },
    ],
  },
  {
    what: 'O_DIRECT by F_SETFL',
    fuse: { 'open/odd-flags': [[9, 'setdirect A', 'EINVAL', 'ok']] },
    rules: [{ step: /^setdirect /, real: /^EINVAL$/, served: 'ok' }],
  },
];
