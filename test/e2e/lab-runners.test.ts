// Explorations under the test runner of Node, with the package as it is built.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { Client } from './client.js';

const COUNTER = fileURLToPath(new URL('../../examples/lab/counter.test.mjs', import.meta.url));
/** Beside this file, so that it finds the package. */
const BROKEN = fileURLToPath(new URL('./broken-counter.mjs', import.meta.url));

afterEach(() => rmSync(BROKEN, { force: true }));

const nodeTest = async (path: string) =>
  (await Client.start(process.execPath, ['--test', '--test-reporter=spec', path])).ended();

it('passes as a test of node:test', async () => {
  const { status, stdout } = await nodeTest(COUNTER);
  expect(stdout).toContain('counts to two, in whatever order things happen');
  expect(status).toBe(0);
});

it('shows a failure in node:test with its steps, its schedule and its place in the test', async () => {
  const counter = readFileSync(COUNTER, 'utf8');
  const update = 'await count.update((value) => value + 1)';
  expect(counter).toContain(update);
  writeFileSync(BROKEN, counter.replace(update, 'await count.write((await count.read()) + 1)'));
  const { status, stdout } = await nodeTest(BROKEN);
  expect(status).toBe(1);
  expect(stdout).toContain(
    'Assertion: the check at the end failed: AssertionError: Expected values to be strictly equal: 1 !== 2',
  );
  expect(stdout).toMatch(/>> other +begins/);
  expect(stdout).toMatch(/await replay\(scenario, 'x1:1\.\d+:\S+'\)/);
  expect(stdout).toMatch(/^ +at .*broken-counter\.mjs:\d+:\d+/m);
});
