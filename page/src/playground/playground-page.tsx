import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { App } from '../app.js';
import type { Playback } from './playback.js';
import { SCENARIOS, scenarioOf } from './scenarios.js';
import { type Stage, stageOf, strike } from './stage.js';

const SPEEDS: readonly (readonly [number, string])[] = [
  [0.01, '1/100'],
  [0.1, '1/10'],
  [0.25, '1/4'],
  [1, 'real time'],
  [4, '4 times'],
];
const STEPS: readonly (readonly [number, string])[] = [
  [1, '1 ms'],
  [10, '10 ms'],
  [100, '100 ms'],
];

/** A host in the page, with something happening on it: `?scenario=ID` says what, `paused` that it is not started yet. */
export function Playground({ address }: { readonly address: Location }): JSX.Element {
  const wanted = new URLSearchParams(address.search);
  const [, draw] = useState(0);
  const redraw = () => draw((count) => count + 1);
  const begin = (id: string | null): Stage => stageOf(scenarioOf(id), redraw);
  const [stage, setStage] = useState(() => begin(wanted.get('scenario')));
  // Whatever is chosen later is started by choosing it.
  useEffect(() => {
    if (!wanted.has('paused')) stage.playback.start();
  }, []);
  const choose = (id: string) => {
    const { running } = stage.playback;
    strike(stage);
    const next = begin(id);
    history.replaceState(null, '', `?scenario=${next.scenario.id}${running ? '' : '&paused'}`);
    setStage(next);
    if (running) next.playback.start();
  };
  const { scenario, source, playback } = stage;
  return (
    <>
      <section class="playground" aria-label="Playground">
        <div class="playground-bar">
          <label>
            Scenario{' '}
            <select value={scenario.id} onChange={(event) => choose(event.currentTarget.value)}>
              {SCENARIOS.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          <button type="button" onClick={() => choose(scenario.id)}>
            Start over
          </button>
          <Time playback={playback} />
        </div>
        <details class="playground-story" open>
          <summary>What happens here</summary>
          {scenario.story.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
        </details>
      </section>
      <App key={source} source={source} />
    </>
  );
}

/** Has the host's time run, stand still, or take a step. */
function Time({ playback }: { readonly playback: Playback }): JSX.Element {
  const { running, speed, pace } = playback;
  const turn = () => (running ? playback.stop() : playback.start());
  return (
    <fieldset class="playground-time" aria-label="Time of the host">
      <button type="button" onClick={turn}>
        {running ? 'Stop the host' : 'Start the host'}
      </button>
      {STEPS.map(([milliseconds, label]) => (
        <button
          type="button"
          key={milliseconds}
          aria-label={`Step ${label}`}
          title={`Stop, and go on by ${label}`}
          onClick={() => playback.step(milliseconds)}
        >
          {`+${label}`}
        </button>
      ))}
      <label>
        Speed{' '}
        <select
          value={speed}
          onChange={(event) => {
            playback.speed = Number(event.currentTarget.value);
          }}
        >
          {SPEEDS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {running && pace < 0.9 && (
        <span class="playground-pace" role="status">
          {`this machine is too slow for that: the host runs at ${Math.round(pace * 100)} %`}
        </span>
      )}
    </fieldset>
  );
}
