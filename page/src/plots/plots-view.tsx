import type { ComponentType, JSX } from 'preact';
import { useId, useMemo, useRef, useState } from 'preact/hooks';
import { cellKey } from '../map/map-layout.js';
import { duration } from '../model/time-text.js';
import { whenChanged } from '../model/when-changed.js';
import { rateText } from '../tables/figure-text.js';
import type { ViewProps } from '../view.js';
import { Chart, type ChartLine } from './chart.js';
import { ColourSlots } from './colour-slots.js';
import './plots-view.css';

/** How far back a chart goes, in seconds. */
const SPANS = [60, 300, 600] as const;
/** Lines of the busiest channels, the selected one among them. */
const LINES = 7;

/** How busy a host is and was, and how long its events take. */
export const PlotsView: ComponentType<ViewProps> = whenChanged(HostPlots);

function HostPlots({ snapshot, model, selection, select }: ViewProps): JSX.Element {
  const [span, setSpan] = useState<number>(SPANS[0]);
  const field = useId();
  const slots = useRef(new ColourSlots(LINES));
  const { rates, latencies } = model.figures;
  const { time: now, watchedSince } = snapshot;
  const selected = selection?.kind === 'channel' ? selection : undefined;

  // Figures are taken with each snapshot, so they are new when it is.
  const totals = useMemo(() => {
    const { times, events, merged } = rates.totalSeries();
    return {
      times: secondsBefore(now, times),
      lines: [
        { name: 'Events', colour: 1, values: events },
        { name: 'Of them merged', colour: 2, values: merged },
      ] satisfies ChartLine[],
    };
  }, [rates, snapshot]);
  const channels = useMemo(() => {
    const chosen = selected === undefined ? [] : [selected];
    const top = rates.top(LINES);
    const all = [...chosen, ...top];
    const byKey = new Map(all.map((one) => [cellKey(one.domid, one.port), one]));
    const lines = slots.current.assign([...byKey.keys()]).map((key, slot) => {
      const channel = key === undefined ? undefined : byKey.get(key);
      if (channel === undefined) return undefined;
      const { domid, port } = channel;
      const name = `d${domid}:${port}${channel === selected ? ', selected' : ''}`;
      return { name, colour: slot + 1, values: rates.channelSeries(domid, port).events, channel };
    });
    return { times: secondsBefore(now, rates.totalSeries().times), lines };
  }, [rates, snapshot, selected?.domid, selected?.port]);
  const latency = useMemo(() => {
    const { times, median, p99 } = latencies.series();
    const known = median.some((value) => value !== undefined);
    return {
      times: secondsBefore(now, times),
      lines: known
        ? ([
            { name: 'Median', colour: 3, values: median },
            { name: '99 of 100 took no longer', colour: 5, values: p99 },
          ] satisfies ChartLine[])
        : [undefined, undefined],
    };
  }, [latencies, snapshot]);
  const choose = (slot: number) => {
    const channel = channels.lines[slot]?.channel;
    if (channel !== undefined)
      select({ kind: 'channel', domid: channel.domid, port: channel.port });
  };

  return (
    <div class="plots">
      <fieldset class="plots-span">
        <legend>Show the last</legend>
        {SPANS.map((one) => (
          <label key={one}>
            <input type="radio" name={field} checked={span === one} onChange={() => setSpan(one)} />
            {one === 60 ? '1 minute' : `${one / 60} minutes`}
          </label>
        ))}
      </fieldset>
      <Chart
        title="Events per second"
        note="All channels together"
        text={rateText}
        empty=""
        {...{ span, ...totals }}
      />
      <Chart
        title="Busiest channels"
        note="Events per second on a port"
        text={rateText}
        empty={
          watchedSince === undefined
            ? 'This host does not count its events.'
            : 'No event in the last ten seconds.'
        }
        choose={choose}
        {...{ span, ...channels }}
      />
      <Chart
        title="From send to read"
        note={
          model.share.note === undefined ? undefined : `Of the events shown: ${model.share.note}`
        }
        text={(took) => (took === undefined ? '' : duration(took))}
        empty="No event was read since the page was opened."
        {...{ span, ...latency }}
      />
    </div>
  );
}

function secondsBefore(now: number, times: readonly number[]): number[] {
  return times.map((time) => (time - now) / 1000);
}
