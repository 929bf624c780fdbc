import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { explain } from 'xen-evtchn/embedded';
import { CommandOutcome } from '../controls/command-outcome.js';
import { canNotify, notify } from '../controls/notify.js';
import { useCommand } from '../controls/use-command.js';
import { CONDITION_WORDS, condition } from '../map/condition.js';
import { Sparkline } from '../plots/sparkline.js';
import { countText, rateText } from '../tables/figure-text.js';
import type { ViewProps } from '../view.js';
import { channelFacts } from './channel-facts.js';
import '../map/condition.css';
import './channel-details.css';

/** What the channel details are about. */
export interface ChannelDetailsProps extends ViewProps {
  readonly domid: number;
  readonly port: number;
}

/** All that is known of a channel: how it is, why it is so, what to do about it, and how busy it is. */
export function ChannelDetails(props: ChannelDetailsProps): JSX.Element {
  const { snapshot, model, control, select, domid, port } = props;
  const command = useCommand();
  const explanation = useMemo(() => explain(snapshot, domid, port), [snapshot, domid, port]);
  const domain = snapshot.domains.find((one) => one.domid === domid);
  const channel = domain?.channels.find((one) => one.port === port);
  const file = domain?.files.find((one) => one.file === channel?.file);
  const { verdict, stuck, sentences, rule, advice } = explanation;
  const rate = model.figures.rates.channel(domid, port);
  const { events } = model.figures.rates.channelSeries(domid, port);
  const most = events.length === 0 ? undefined : Math.max(...events);
  const at = channel && condition(channel, file);
  return (
    <article class="channel-details" aria-label={`Port ${port} of domain ${domid}`}>
      <header>
        {at !== undefined && <p class={`channel-condition is-${at}`}>{CONDITION_WORDS[at]}</p>}
        {stuck && <p class="channel-stuck">stuck</p>}
      </header>
      <section
        class={stuck ? 'channel-why is-stuck' : 'channel-why'}
        aria-label="Why"
        data-verdict={verdict}
      >
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {advice.length > 0 && (
          <ul>
            {advice.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        )}
        {rule !== '' && <p class="channel-rule">{rule}</p>}
      </section>
      {control !== undefined && channel !== undefined && canNotify(channel) && (
        <div class="control" aria-busy={command.busy}>
          <button
            type="button"
            disabled={command.busy}
            onClick={() => notify(command, control, domid, channel)}
          >
            Notify
          </button>
          <CommandOutcome command={command} />
        </div>
      )}
      {rate !== undefined && (
        <section aria-label="Rate">
          <p class="channel-rate">
            <strong>{rateText(rate.events)}</strong> events a second, {rateText(rate.merged)} merged
          </p>
          <Sparkline
            values={events}
            label={`Events per second so far: now ${rateText(rate.events)}, at most ${rateText(most)}, over ${countText(events.length)} samples`}
          />
        </section>
      )}
      {domain !== undefined && channel !== undefined && at !== undefined && (
        <dl>
          {channelFacts({ domain, channel, file, condition: at, stuck }, snapshot.time).map(
            ({ term, text, to }) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>
                  {to === undefined ? (
                    text
                  ) : (
                    <button type="button" class="channel-link" onClick={() => select(to)}>
                      {text}
                    </button>
                  )}
                </dd>
              </div>
            ),
          )}
        </dl>
      )}
    </article>
  );
}
