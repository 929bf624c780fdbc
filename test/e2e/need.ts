import type { TestContext } from 'vitest';

/**
 * For a test that needs what not every machine has: leaves it out, saying why, and fails it where `CI` is set.
 * @param missing - what is missing here, in words; undefined if nothing is
 */
export function need(context: TestContext, missing: string | undefined): void {
  if (missing === undefined) return;
  if (['true', '1'].includes(process.env.CI ?? '')) throw new Error(missing);
  context.skip(missing);
}
