import { afterEach, describe, expect, test } from 'vitest';
import { usableCpus } from '../../../../bench/served/cpus.js';
import { Program } from '../../../../bench/served/program.js';

const running: Program[] = [];

function start(script: string): Program {
  const program = new Program(['sh', '-c', script]);
  running.push(program);
  return program;
}

afterEach(async () => {
  for (const program of running.splice(0)) await program.stop();
});

describe('a program that prints figures', () => {
  test('is told how to make each round', async () => {
    const program = start('echo ready; while read how; do echo "$how 2.5"; done');
    expect(await program.line()).toBe('ready');
    expect(await program.figures('7')).toEqual([7, 2.5]);
    expect(await program.figures('8')).toEqual([8, 2.5]);
  });

  test('that ends is an error, and names itself', async () => {
    const program = start('exit 3');
    await expect(program.line()).rejects.toThrow('sh -c exit 3 ended');
    await expect(program.figures('')).rejects.toThrow('ended');
  });
});

describe('the CPUs that may be used', () => {
  const status = (list: string) => `Name:\tnode\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`;

  test.each([
    ['0-1', 0, 1],
    ['3', 3, 3],
    ['0-15', 0, 15],
    ['2,4-7,12', 2, 12],
    ['1,10', 1, 10],
  ])('%s', (list, first, last) => {
    expect(usableCpus(status(list))).toEqual({ first, last });
  });

  test('are not guessed', () => {
    expect(() => usableCpus('Name:\tnode\n')).toThrow('CPUs');
  });
});
