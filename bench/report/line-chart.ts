/** A line of a chart. */
export interface Series {
  /** In the legend; without a name it is not there. */
  readonly name: string;
  readonly colour: string;
  /** A bound rather than a measurement. */
  readonly dashed?: boolean;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** A chart with a logarithmic x axis and a y axis from 0. */
export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  readonly xLabel: string;
  /** Where the x axis has numbers. */
  readonly xTicks: readonly number[];
  readonly series: readonly Series[];
}

const WIDTH = 760;
const HEIGHT = 420;
const LEFT = 56;
const RIGHT = 40;
const TOP = 112;
const BOTTOM = 60;
const INK = '#1f2328';
const FAINT = '#59636e';
const GRID = '#d8dee4';

/** The chart as SVG with a background of its own, so that it reads the same on light and dark pages. */
export function lineChart(chart: Chart): string {
  const { title, subtitle, xLabel, xTicks, series } = chart;
  const values = series.flatMap(({ points }) => points.map((point) => point.x));
  const logs = [...values, ...xTicks].map(Math.log);
  const first = Math.min(...logs);
  const last = Math.max(...logs);
  const { top, step } = axis(Math.max(...series.flatMap(({ points }) => points.map(({ y }) => y))));
  const x = (value: number) =>
    round(LEFT + ((Math.log(value) - first) / (last - first)) * (WIDTH - LEFT - RIGHT));
  const y = (value: number) => round(HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM));
  const lines: string[] = [];
  for (let value = 0; value <= top; value += step) {
    const at = y(value);
    lines.push(`<path d="M${LEFT} ${at}H${WIDTH - RIGHT}" stroke="${GRID}"/>`);
    lines.push(text(LEFT - 8, at + 4, String(value), { anchor: 'end', fill: FAINT }));
  }
  for (const tick of xTicks) {
    const label = tick.toLocaleString('en').replaceAll(',', '\u202f');
    lines.push(text(x(tick), HEIGHT - BOTTOM + 20, label, { anchor: 'middle', fill: FAINT }));
  }
  lines.push(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, xLabel, { anchor: 'middle' }));
  let legend = LEFT;
  for (const { name, colour, dashed, points } of series) {
    const dash = dashed ? ' stroke-dasharray="6 4"' : '';
    const stroke = `fill="none" stroke="${colour}" stroke-width="2.5"${dash}`;
    const path = points.map((point) => `${x(point.x)} ${y(point.y)}`).join('L');
    lines.push(`<path d="M${path}" stroke-linejoin="round" ${stroke}/>`);
    for (const point of dashed ? [] : points) {
      lines.push(`<circle cx="${x(point.x)}" cy="${y(point.y)}" r="3.5" fill="${colour}"/>`);
    }
    if (name === '') continue;
    lines.push(
      `<path d="M${legend} ${TOP - 32}h24" ${stroke}/>`,
      text(legend + 30, TOP - 28, name),
    );
    legend += 54 + name.length * 7;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8" fill="#ffffff" stroke="${GRID}"/>`,
    text(24, 34, title, { size: 17, weight: 600 }),
    text(24, 56, subtitle, { fill: FAINT }),
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

/** A round step, and the first multiple of it above the highest value. */
function axis(highest: number): { top: number; step: number } {
  const rough = highest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough)!;
  return { top: Math.ceil((highest * 1.02) / step) * step, step };
}

interface TextStyle {
  readonly anchor?: 'middle' | 'end';
  readonly fill?: string;
  readonly size?: number;
  readonly weight?: number;
}

function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { anchor, fill = INK, size, weight } = style;
  const attributes = [
    `x="${x}" y="${y}" fill="${fill}"`,
    anchor && `text-anchor="${anchor}"`,
    size && `font-size="${size}"`,
    weight && `font-weight="${weight}"`,
  ];
  return `<text ${attributes.filter(Boolean).join(' ')}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
