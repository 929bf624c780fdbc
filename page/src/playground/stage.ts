import { EmbeddedSource } from '../source/embedded-source.js';
import { Playback } from './playback.js';
import type { Scenario } from './scenario.js';
import { World } from './world.js';

/** A scenario that is being played: its host as the page sees it, and its time. */
export interface Stage {
  readonly scenario: Scenario;
  readonly source: EmbeddedSource;
  readonly playback: Playback;
}

/** Sets a scenario up, in a world of its own. @param onChange - as of {@link Playback} */
export function stageOf(scenario: Scenario, onChange: () => void): Stage {
  const world = new World();
  const source = new EmbeddedSource(world.host, scenario.title, scenario.eventsPerBatch);
  scenario.begin(world);
  return { scenario, source, playback: new Playback(world.clock, onChange) };
}

/** Ends it: nothing of it goes on. */
export function strike({ source, playback }: Stage): void {
  playback.stop();
  source.end('another scenario was chosen');
}
