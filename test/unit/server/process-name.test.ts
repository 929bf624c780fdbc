import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { threadName } from '../../../src/server/process-name.js';

it('is the name the kernel has for a thread', () => {
  expect(threadName(process.pid)).toBe(readFileSync('/proc/self/comm', 'latin1').trimEnd());
});

it('is empty for a thread that is gone', () => {
  expect(threadName(spawnSync('true').pid)).toBe('');
});
