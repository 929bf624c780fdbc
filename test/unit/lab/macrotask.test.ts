import { afterEach, describe, expect, it, vi } from 'vitest';
import { macrotask } from '../../../src/lab/macrotask.js';

/** Whether promises that settle by themselves, however deep, have settled when it resolves. */
async function waitsForPromises(): Promise<boolean> {
  let settled = false;
  const deep = async () => {
    for (let turn = 0; turn < 500; turn++) await null;
    settled = true;
  };
  void deep();
  await macrotask();
  return settled;
}

describe('a macrotask', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is behind all promises that settle by themselves, on every platform', async () => {
    expect(await waitsForPromises()).toBe(true);
    vi.stubGlobal('setImmediate', undefined);
    expect(await waitsForPromises()).toBe(true);
    vi.stubGlobal('setTimeout', undefined);
    expect(await waitsForPromises()).toBe(true);
  });
});
