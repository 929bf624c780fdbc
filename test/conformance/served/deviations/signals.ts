import type { Deviation, DifferentLines } from '../deviation.js';

const ASYNC = 'O_RDWR|O_NONBLOCK|O_ASYNC';
const NOT_ASYNC = 'O_RDWR|O_NONBLOCK';

const INTERRUPTED: DifferentLines = {
  'signal/restart': [
    [6, 'jstate J', 'blocked', 'finished'],
    [8, 'jstate J', 'blocked', 'finished'],
    [9, 'sigcount SIGUSR1', '2', '1'],
    [11, 'join J', 'done: 4 bytes: q1', 'done: EINTR'],
  ],
  'signal/stop-continue': [
    [7, 'jstate J', 'blocked', 'finished'],
    [9, 'join J', 'done: 4 bytes: q1', 'done: EINTR'],
  ],
};

const NO_SIGIO: DifferentLines = {
  'ring/overflow-sigio': [[8, 'sigcount', '1', '0']],
  'signal/fioasync': [
    [4, 'ioctl A cmd=FIOASYNC u32=1', 'ok', 'ENOTTY'],
    [5, 'getfl A', ASYNC, NOT_ASYNC],
    [8, 'sigcount', '1', '0'],
  ],
  'signal/sigio-after-dup-close': [
    [10, 'sigcount', '1', '0'],
    [11, 'getfl A2', ASYNC, NOT_ASYNC],
  ],
  'signal/sigio-after-reset': [
    [5, 'sigcount', '1', '0'],
    [9, 'sigcount', '1', '0'],
  ],
  'signal/sigio-each-handle-event': [
    [
      7,
      'repeat 10 : notify A p1 ; sigcount ms=5 ; read A n=64 ; write A q1',
      '{ok *10} ; {1 *10} ; {4 bytes: q1 *10} ; {4 bytes *10}',
      '{ok *10} ; {0 *10} ; {4 bytes: q1 *10} ; {4 bytes *10}',
    ],
  ],
  'signal/sigio-edges': [
    [4, 'getfl A', ASYNC, NOT_ASYNC],
    [6, 'sigcount', '1', '0'],
    [17, 'sigcount', '1', '0'],
    [24, 'sigcount', '1', '0'],
  ],
  'signal/sigio-info': [
    [5, 'sigcount SIGRT', '1', '0'],
    [6, 'siginfo', 'code=POLL_IN band=POLLIN|POLLRDNORM fd=A', 'code=other band=none fd=?'],
  ],
  'signal/sigio-off': [[5, 'sigcount', '1', '0']],
  'signal/sigio-two-handles': [[11, 'sigcount', '1', '0']],
};

/** Where signals are otherwise. */
export const signalDeviations: readonly Deviation[] = [
  {
    what: 'blocked read, and a signal with SA_RESTART or a stop',
    fuse: INTERRUPTED,
    cuse: INTERRUPTED,
    rules: [
      {
        inCase: /^(handler \S+ restart|selfstop)/m,
        step: /^jstate /,
        real: /^blocked$/,
        served: 'finished',
      },
      {
        inCase: /^(handler \S+ restart|selfstop)/m,
        step: /^join /,
        real: /^done: \d+ bytes.*$/,
        served: 'done: EINTR',
      },
    ],
  },
  {
    what: 'O_ASYNC and SIGIO',
    fuse: NO_SIGIO,
    cuse: NO_SIGIO,
    rules: [
      { step: /^getfl /, real: /\|O_ASYNC\b/, served: '' },
      { step: /^ioctl \S+ cmd=FIOASYNC\b/, real: /^ok$/, served: 'ENOTTY' },
      { step: /^sigcount( SIGIO| SIGRT)?( ms=\d+)?$/, real: /^\d+$/, served: '0' },
      { step: /^siginfo$/, real: /^.*$/, served: 'code=other band=none fd=?' },
    ],
  },
];
