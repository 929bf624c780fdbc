import { expect } from 'vitest';
import { ExplorationError, type ExploreOptions, explore, type Scenario } from '../../../src/lab.js';

/** What an exploration fails by, which it must. */
export async function failureOf(
  scenario: Scenario,
  options?: ExploreOptions,
): Promise<ExplorationError> {
  const error: unknown = await explore(scenario, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ExplorationError);
  return error as ExplorationError;
}
