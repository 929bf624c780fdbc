import type { JSX } from 'preact';
import type { PathStep } from 'xen-evtchn/embedded';
import type { Moment } from '../model/moment.js';
import { causeText, fileName, momentText } from '../model/moment-text.js';
import { duration, figure, seconds } from '../model/time-text.js';
import { Mark } from '../sequence/mark.js';
import type { DetailsProps } from './details.js';
import { Facts, Link } from './link.js';
import { pathLines } from './path-lines.js';

/** The whole path of an event, with times; or what else the moment is. */
export function EventDetails(props: DetailsProps & { readonly moment: Moment }): JSX.Element {
  const { moment, model, select, showOnly } = props;
  const { trail, domid, port, file, peer, time } = moment;
  const { lifelines } = model;
  return (
    <>
      <p>{momentText(moment, lifelines)}</p>
      {trail !== undefined && <Path {...props} steps={trail.path.steps} />}
      <h3>Where</h3>
      <Facts
        facts={[
          ['at', `${seconds(time)} s of the host's clock`],
          [
            'channel',
            port === undefined ? undefined : (
              <Link to={{ kind: 'channel', domid, port }} select={select}>
                domain {domid}, port {port}
              </Link>
            ),
          ],
          [
            'peer',
            peer && (
              <Link to={{ kind: 'channel', domid: peer.domid, port: peer.port }} select={select}>
                domain {peer.domid}, port {peer.port}
              </Link>
            ),
          ],
          [
            'open file',
            file === undefined ? undefined : (
              <Link to={{ kind: 'file', domid, file }} select={select}>
                {fileName(lifelines, domid, file)}
              </Link>
            ),
          ],
        ]}
      />
      {port !== undefined && (
        <p>
          <button type="button" onClick={() => showOnly(`domain:${domid} port:${port}`)}>
            Only this channel in the diagram
          </button>
        </p>
      )}
    </>
  );
}

function Path(
  props: DetailsProps & { readonly moment: Moment; readonly steps: readonly PathStep[] },
): JSX.Element {
  const { moment, steps, model, select } = props;
  const { path } = moment.trail!;
  const start = steps[0]!.time;
  const whole = steps[steps.length - 1]!.time - start;
  const over = path.state === 'done' || path.state === 'lost';
  const by = path.file === undefined ? undefined : fileName(model.lifelines, path.domid, path.file);
  return (
    <>
      <h3>{over ? `Its path, ${duration(whole)}` : `Its path, ${duration(whole)} so far`}</h3>
      <ol class="path">
        {pathLines(path).map(({ step, before, folded }) => (
          <li key={step} class={moment.steps.includes(step) ? 'on' : ''}>
            <svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">
              <Mark shape={step.masked === true ? 'masked' : step.kind} x={0} y={0} scale={1} />
            </svg>
            <span class="step">
              <span class="step-name">{stepName(step, moment)}</span>
              <span class="after" title={`${seconds(step.time)} s`}>
                {before === undefined
                  ? `${seconds(step.time)} s`
                  : sinceText(step.time - before.time)}
              </span>
            </span>
            {step.sender !== undefined && (
              <span class="by">
                by{' '}
                <Link
                  to={{ kind: 'channel', domid: step.sender.domid, port: step.sender.port }}
                  select={select}
                >
                  domain {step.sender.domid}, port {step.sender.port}
                </Link>
                {step.sender.file !== undefined &&
                  ` (${fileName(model.lifelines, step.sender.domid, step.sender.file)})`}
              </span>
            )}
            {WHO.has(step.kind) && by !== undefined && <span class="by">by {by}</span>}
            {folded > 0 && <span class="folded">and {figure(folded)} more like it</span>}
          </li>
        ))}
      </ol>
      <p class="faint">{STATES[path.state]}</p>
    </>
  );
}

/** Steps that the reader of the open file does. */
const WHO: ReadonlySet<PathStep['kind']> = new Set(['read', 'enabled', 'dropped'] as const);

const STATES = {
  pending: 'It is pending in Xen now.',
  queued: 'It is in the ring now, unread.',
  read: 'It is read, and its port not open again yet.',
  done: 'It is over.',
  lost: 'It is lost: nobody will read it.',
} as const;

/** How long after the step before; most steps are made by one call, and no time passes. */
function sinceText(milliseconds: number): string {
  return milliseconds < 0.0005 ? 'at once' : `+${duration(milliseconds)}`;
}

function stepName(step: PathStep, moment: Moment): string {
  if (step.kind !== 'pending') return step.kind;
  const what = step.sender === undefined ? (causeText(moment) ?? 'pending') : 'sent';
  return step.masked === true ? `${what}, pending behind the mask` : `${what}, pending`;
}
