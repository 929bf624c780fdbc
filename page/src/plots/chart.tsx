import type { JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './chart.css';
import { useSize } from './use-size.js';

/** One line of a chart. */
export interface ChartLine {
  readonly name: string;
  /** The number of its colour, from 1. */
  readonly colour: number;
  /** As long as the times; undefined where there is none. */
  readonly values: readonly (number | undefined)[];
}

/** What a chart shows. */
export interface ChartProps {
  readonly title: string;
  /** What to know about the figures. */
  readonly note?: string | undefined;
  /** Seconds before now, at most 0, in order. */
  readonly times: readonly number[];
  /** Seconds that the chart goes back. */
  readonly span: number;
  /** A place for each line; undefined for one that is free. Their number must stay. */
  readonly lines: readonly (ChartLine | undefined)[];
  /** How a value is written. */
  readonly text: (value: number | undefined) => string;
  /** Said while there is no line. */
  readonly empty: string;
  /** Chooses a line of the list; undefined where lines are not for choosing. */
  readonly choose?: ((index: number) => void) | undefined;
}

const HEIGHT = 170;

/** Lines over time, with the values of now in a table: which is also the legend, and what is read aloud. */
export function Chart(props: ChartProps): JSX.Element {
  const { title, note, times, span, lines, text, empty, choose } = props;
  const root = useRef<HTMLElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const heading = useId();
  const { width } = useSize(place);
  const { length } = lines;
  // What the plot calls is made once; it writes as the newest draw says.
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const colour = (name: string) => () => resolved(root.current!, name);
    const series = Array.from({ length }, (_, index) => ({
      stroke: () => resolved(root.current!, `--plot-${latest.current.lines[index]?.colour ?? 1}`),
      width: 1.5,
      points: { show: false },
    }));
    const grid = { stroke: colour('--plot-grid'), width: 1 };
    const axis = { stroke: colour('--plot-axis'), grid, ticks: grid, font: '11px system-ui' };
    const made = new uPlot(
      {
        width: 300,
        height: HEIGHT,
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { size: 6 } },
        scales: {
          x: { time: false, range: () => [-latest.current.span, 0] },
          y: { range: (_, __, highest) => [0, Math.max(1e-3, highest ?? 1) * 1.1] },
        },
        series: [{}, ...series],
        axes: [
          { ...axis, size: 30, space: 70, values: (_, splits) => splits.map(backText) },
          {
            ...axis,
            size: 62,
            space: 32,
            values: (_, splits) => splits.map((value) => latest.current.text(value)),
          },
        ],
      },
      undefined,
      place.current!,
    );
    plot.current = made;
    const repaint = () => made.redraw(false);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', repaint);
    // The page's own choice of a theme.
    const themes = new MutationObserver(repaint);
    themes.observe(document.documentElement, { attributes: true });
    return () => {
      scheme.removeEventListener('change', repaint);
      themes.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [length]);

  // A new plot has to be told its size too.
  useEffect(() => {
    if (width > 0) plot.current?.setSize({ width, height: HEIGHT });
  }, [width, length]);

  useEffect(() => {
    const blank = times.map(() => null);
    const data = lines.map((line) => line?.values.map((value) => value ?? null) ?? blank);
    // span: the range of x depends on it, and is worked out with new data.
    if (span > 0) plot.current?.setData([[...times], ...data]);
  }, [times, lines, span]);

  const there = lines.flatMap((line, index) => (line === undefined ? [] : [{ line, index }]));
  return (
    <figure class="chart" ref={root} aria-labelledby={heading}>
      <figcaption>
        <h3 id={heading}>{title}</h3>
        {note !== undefined && <p>{note}</p>}
      </figcaption>
      <div class="chart-plot" ref={place} aria-hidden="true" />
      {there.length === 0 ? (
        <p class="chart-empty">{empty}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Now</th>
              <th scope="col">Highest</th>
            </tr>
          </thead>
          <tbody>
            {there.map(({ line, index }) => (
              <tr key={line.name}>
                <th scope="row">
                  <span class={`chart-swatch is-colour-${line.colour}`} aria-hidden="true" />
                  {choose === undefined ? (
                    line.name
                  ) : (
                    <button type="button" onClick={() => choose(index)}>
                      {line.name}
                    </button>
                  )}
                </th>
                <td>{text(line.values.at(-1)) || '–'}</td>
                <td>{text(highest(line.values)) || '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </figure>
  );
}

/** A colour as the canvas takes it: custom properties may hold what only a style sheet understands. */
function resolved(root: HTMLElement, name: string): string {
  const probe = root.querySelector<HTMLElement>('.chart-plot')!;
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

function highest(values: readonly (number | undefined)[]): number | undefined {
  let most: number | undefined;
  for (const value of values) if (value !== undefined && value > (most ?? -1)) most = value;
  return most;
}

/** How far back a place of the axis is. */
function backText(seconds: number): string {
  if (seconds === 0) return 'now';
  const back = -seconds;
  return back % 60 === 0 ? `−${back / 60} min` : `−${back} s`;
}
