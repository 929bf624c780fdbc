import type { Answer, Deviation } from '../deviation.js';

/** splice(2) read through the page cache only then (filemap_splice_read): of a file that says it is empty. */
function spliced(now: string): Answer {
  return { since: [6, 5], now, earlier: 'EAGAIN' };
}

/** Where a file of FUSE is an ordinary file to the kernel, and where a device of CUSE is no stream. */
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
        [17, 'sendfile A', 'EINVAL', spliced('ok')],
        [18, 'splicein A', 'EINVAL', spliced('0')],
        [19, 'spliceout A', 'EINVAL', '4'],
      ],
    },
    rules: [
      { step: /^sendfile /, real: /^EINVAL$/, served: spliced('ok') },
      { step: /^splicein /, real: /^EINVAL$/, served: spliced('0') },
      { step: /^spliceout /, real: /^EINVAL$/, served: '4' },
    ],
  },
  {
    what: 'O_DIRECT by F_SETFL',
    fuse: { 'open/odd-flags': [[9, 'setdirect A', 'EINVAL', 'ok']] },
    rules: [{ step: /^setdirect /, real: /^EINVAL$/, served: 'ok' }],
  },
  {
    what: 'lseek, pread and pwrite',
    cuse: {
      'abi/other-file-operations': [
        [2, 'lseek A off=0 whence=0', 'ESPIPE', '0'],
        [3, 'lseek A off=0 whence=1', 'ESPIPE', '0'],
        [4, 'lseek A off=0 whence=2', 'ESPIPE', '0'],
        [6, 'pread A n=4 off=0', 'ESPIPE', 'EAGAIN'],
        [7, 'pread A n=0 off=0', 'ESPIPE', '0'],
        [8, 'pwrite A n=4 off=0', 'ESPIPE', '4'],
      ],
      'abi/stream-no-position': [
        [4, 'pread A n=4 off=0', 'ESPIPE', '4'],
        [5, 'read A n=4', '4 bytes: q1', 'EAGAIN'],
        [6, 'lseek A off=0 whence=1', 'ESPIPE', '0'],
      ],
    },
    rules: [{ step: /^(lseek|pread .*\bn=0\b)/, real: /^ESPIPE$/, served: '0' }],
  },
];
