import { describe, expect, it } from 'vitest';
import { exitStatus, startProblem, startStatus } from '../../../src/run/exit-status.js';

describe('the exit status', () => {
  it("is the program's", () => {
    expect(exitStatus(0, null)).toBe(0);
    expect(exitStatus(255, null)).toBe(255);
  });

  it.each([
    ['SIGHUP', 129],
    ['SIGKILL', 137],
    ['SIGSEGV', 139],
    ['SIGTERM', 143],
  ] as const)('is 128 and the number of %s', (signal, status) => {
    expect(exitStatus(null, signal)).toBe(status);
  });

  it.each([
    ['ENOENT', 127, 'not found'],
    ['EACCES', 126, 'not executable'],
    ['ENOEXEC', 126, 'Exec format error'],
    ['E2BIG', 126, 'Argument list too long'],
    ['ETXTBSY', 126, 'Text file busy'],
    ['EAGAIN', 125, 'Resource temporarily unavailable'],
    ['ENOMEM', 125, 'Cannot allocate memory'],
    ['EMFILE', 125, 'Too many open files'],
    ['ERR_SOMETHING', 125, 'ERR_SOMETHING'],
  ])('of a program that does not start by %s is %i: %s', (code, status, problem) => {
    expect(startStatus(code)).toBe(status);
    expect(startProblem(code)).toBe(problem);
  });
});
