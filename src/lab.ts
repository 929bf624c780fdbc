/**
 * xen-evtchn/lab: explores the orders in which things can happen between programs on an embedded host, and finds those in which
 * an event is lost.
 *
 * Start with {@link explore}.
 *
 * @packageDocumentation
 */
export type { Cell } from './lab/cell.js';
export type { Reduction } from './lab/exhaustive/exhaustive-strategy.js';
export { type Exploration, ExplorationError } from './lab/exploration.js';
export { explore } from './lab/explore.js';
export type { ExploreOptions, StrategyName } from './lab/explore-options.js';
export type { Lab, Party, PartyOptions, Scenario } from './lab/lab.js';
export type { OperationText } from './lab/operation.js';
export type { Failure, FailureKind, WaitingParty } from './lab/outcome.js';
export type { Random } from './lab/random.js';
export { type ReplayOptions, replay } from './lab/replay.js';
export { replayTrace } from './replay/replay-trace.js';
export type { ReplayableTrace, ReplayTraceOptions } from './replay/replayable-trace.js';
export type { ReplayedCounts, ReplayedTrace } from './replay/replayed-trace.js';
export type { TraceDifference } from './replay/trace-difference.js';
