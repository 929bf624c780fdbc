import type { Deviation, DifferentLines } from '../deviation.js';

const BAD_POINTER: DifferentLines = {
  'write/efault': [[13, 'write A n=3 ptr=bad', '0 bytes', 'EFAULT']],
  'write/efault-kernel-address': [[4, 'write A n=3 ptr=bad', '0 bytes', 'EFAULT']],
};

const END_OF_MEMORY: DifferentLines = {
  'read/efault-keeps-events': [
    [10, 'read A n=8 ptr=end:4', 'EFAULT', '4 bytes: q0'],
    [11, 'read A n=8 ptr=end:7', 'EFAULT', '4 bytes: q1'],
    [12, 'read A n=4 ptr=end:4', '4 bytes: q0', 'EAGAIN'],
    [13, 'poll A', 'POLLIN|POLLOUT|POLLRDNORM|POLLWRNORM', 'POLLOUT|POLLWRNORM'],
    [14, 'read A n=64', '4 bytes: q1', 'EAGAIN'],
  ],
  'read/efault-second-chunk': [
    [8, 'read A n=4096 ptr=end:15', 'EFAULT', '12 bytes: q[0..2]'],
    [9, 'read A n=4096 ptr=end:16', 'EFAULT', '16 bytes: q[3..6]'],
    [10, 'read A n=4096 ptr=end:20', 'EFAULT', '12 bytes: q[7..9]'],
    [11, 'read A n=4096 ptr=end:39', 'EFAULT', 'EAGAIN'],
    [12, 'poll A', 'POLLIN|POLLOUT|POLLRDNORM|POLLWRNORM', 'POLLOUT|POLLWRNORM'],
    [13, 'read A n=4096', '40 bytes: q[0..9]', 'EAGAIN'],
  ],
  'read/one-byte-at-end-of-page': [[6, 'read A n=4 ptr=end:3', 'EAGAIN', 'EFAULT']],
  'write/efault': [
    [10, 'write A q0 q1 ptr=end:4', 'EFAULT', '4 bytes'],
    [11, 'write A q0 q1 ptr=end:7', 'EFAULT', '4 bytes'],
    [12, 'read A n=64', 'EAGAIN', '4 bytes: q0'],
    [18, 'read A n=64', '4 bytes: q0', 'EAGAIN'],
  ],
};

const VECTORED: DifferentLines = {
  'read/readv': [
    [5, 'readv A iov=6,4', '4 bytes: q2', '8 bytes: q2 q3'],
    [6, 'readv A iov=2,4', '0 bytes', '4 bytes: q4'],
    [7, 'readv A iov=0,4', '4 bytes: q3', '4 bytes: q5'],
    [8, 'readv A iov=8,8', '16 bytes: q[4..7]', '16 bytes: q[6..9]'],
    [9, 'readv A iov=8,8', '8 bytes: q8 q9', 'EAGAIN'],
  ],
  'read/readv-blocks-on-second-segment': [
    [5, 'jstate J', 'blocked', 'finished'],
    [7, 'join J', 'done: 8 bytes: q0 q1', 'done: 4 bytes: q0'],
  ],
  'write/writev': [
    [8, 'writev A iov=2,4 q2 q3', '0 bytes', '4 bytes'],
    [9, 'read A n=64', 'EAGAIN', '4 bytes: q2'],
    [10, 'writev A iov=6,4 q2 q3 q3', '4 bytes', '8 bytes'],
    [11, 'read A n=64', '4 bytes: q2', '4 bytes: q3'],
    [13, 'read A n=64', '4 bytes: q3', 'EAGAIN'],
    [14, 'writev A iov=4096,8192', '8192 bytes', '4096 bytes'],
  ],
};

/** Where the kernel looks at a program's memory before it asks the server. */
export const readWriteDeviations: readonly Deviation[] = [
  {
    what: 'read or write with a bad pointer',
    fuse: BAD_POINTER,
    cuse: BAD_POINTER,
    rules: [
      {
        step: /^(read|write) .*\bptr=(null|bad|end:0)\b/,
        real: /^(0 bytes|EAGAIN|EFBIG)$/,
        served: 'EFAULT',
      },
    ],
  },
  {
    what: 'read or write over the end of mapped memory',
    fuse: END_OF_MEMORY,
    cuse: END_OF_MEMORY,
    rules: [
      {
        step: /^(read|write) .*\bptr=end:[1-3]\b/,
        real: /^(EAGAIN|EFBIG)$/,
        served: 'EFAULT',
      },
    ],
  },
  {
    what: 'readv and writev',
    fuse: VECTORED,
    cuse: VECTORED,
    rules: [],
  },
];
