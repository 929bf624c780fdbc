/** What a system call that a thread sits in does, for people. */
export interface SystemCall {
  readonly name: string;
  /** Its first argument is a descriptor. */
  readonly onDescriptor: boolean;
}

/** Calls that a program waits in: name, number on x86-64, number on arm64, and whether its first argument is a descriptor. */
const CALLS: readonly (readonly [string, number | undefined, number | undefined, boolean])[] = [
  ['read', 0, 63, true],
  ['readv', 19, 65, true],
  ['write', 1, 64, true],
  ['ioctl', 16, 29, true],
  ['poll', 7, undefined, false],
  ['ppoll', 271, 73, false],
  ['select', 23, undefined, false],
  ['pselect6', 270, 72, false],
  ['epoll_wait', 232, undefined, true],
  ['epoll_pwait', 281, 22, true],
  ['epoll_pwait2', 441, 441, true],
  ['accept', 43, 202, true],
  ['accept4', 288, 242, true],
  ['connect', 42, 203, true],
  ['recvfrom', 45, 207, true],
  ['recvmsg', 47, 212, true],
  ['futex', 202, 98, false],
  ['nanosleep', 35, 101, false],
  ['clock_nanosleep', 230, 115, false],
  ['pause', 34, undefined, false],
  ['rt_sigsuspend', 130, 133, false],
  ['rt_sigtimedwait', 128, 137, false],
  ['wait4', 61, 260, false],
  ['waitid', 247, 95, false],
  ['io_uring_enter', 426, 426, true],
];

const NUMBER_COLUMN = { x64: 1, arm64: 2 } as const;

/**
 * The system call of this number.
 * @param architecture - as `process.arch`
 * @returns undefined for one that programs do not commonly wait in, and on other architectures
 */
export function systemCall(number: number, architecture: string): SystemCall | undefined {
  if (architecture !== 'x64' && architecture !== 'arm64') return undefined;
  const call = CALLS.find((row) => row[NUMBER_COLUMN[architecture]] === number);
  return call && { name: call[0], onDescriptor: call[3] };
}
