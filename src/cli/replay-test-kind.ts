/** Whose tests can be printed. */
export const REPLAY_TESTS = ['vitest', 'node'] as const;

/** One of {@link REPLAY_TESTS}. */
export type ReplayTestKind = (typeof REPLAY_TESTS)[number];
