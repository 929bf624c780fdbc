import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { procLink, procNames, procText } from '../../../src/proc/proc-file.js';
import { processNumbers } from '../../../src/proc/process-numbers.js';
import { processStat } from '../../../src/proc/process-stat.js';

/** No process has it: numbers end at 4 194 304. */
const NONE = 2 ** 30;

describe.runIf(process.platform === 'linux')('/proc', () => {
  it('tells the name, state and start of a process', () => {
    const stat = processStat(process.pid)!;
    expect(stat.comm).toBe(readFileSync('/proc/self/comm', 'utf8').trimEnd());
    expect(stat.state).toMatch(/^[RS]$/);
    expect(stat.startedAt).toBeGreaterThan(0);
    expect(stat.startedAt).toBeLessThan(Date.now() - process.uptime() * 1000 + 1000);
  });

  it('tells nothing of a process that there is not', () => {
    expect(processStat(NONE)).toBeUndefined();
    expect(procText(`${NONE}/comm`)).toBeUndefined();
    expect(procLink(`${NONE}/exe`)).toBeUndefined();
    expect(procNames(`${NONE}/fd`)).toBeUndefined();
  });

  it('has the numbers of all processes', () => {
    expect(processNumbers()).toEqual(expect.arrayContaining([process.pid, process.ppid]));
  });
});
