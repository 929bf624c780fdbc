/** One sample of a family. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One family of metrics. */
export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ParsedSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*';
const HELP_LINE = new RegExp(`^# HELP (${NAME}) (.*)$`);
const TYPE_LINE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`);
const SAMPLE_LINE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL_PAIR = new RegExp(`^(${LABEL})="((?:[^"\\\\\\n]|\\\\[\\\\"n])*)"(,|$)`);
const NUMBER = /^(?:[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|Inf)|NaN)$/;

/**
 * Reads Prometheus' text format, version 0.0.4, more strictly than Prometheus: every family has HELP and TYPE before its
 * samples and comes once, no sample comes twice, counters end in `_total` and are no less than 0, and the buckets of a histogram
 * are cumulative and end in `+Inf`, which is its count.
 * @throws Error for anything else, with the line
 */
export function parseExposition(text: string): ParsedFamily[] {
  if (!text.endsWith('\n')) throw new Error('it does not end with a line feed');
  const families: { name: string; type: string; help: string; samples: ParsedSample[] }[] = [];
  let help: { name: string; text: string } | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const helped = HELP_LINE.exec(line);
    const typed = TYPE_LINE.exec(line);
    if (helped !== null) {
      help = { name: helped[1]!, text: unescaped(helped[2]!) };
    } else if (typed !== null) {
      const [, name, type] = typed;
      if (help?.name !== name) throw new Error(`TYPE without its HELP: ${line}`);
      if (families.some((family) => family.name === name)) throw new Error(`again: ${line}`);
      families.push({ name: name!, type: type!, help: help!.text, samples: [] });
      help = undefined;
    } else {
      const family = families.at(-1);
      if (family === undefined || help !== undefined) throw new Error(`out of place: ${line}`);
      family.samples.push(sampleOf(line, family));
    }
  }
  for (const family of families) check(family);
  return families;
}

function sampleOf(line: string, { name: family, type }: ParsedFamily): ParsedSample {
  const match = SAMPLE_LINE.exec(line);
  if (match === null) throw new Error(`no sample: ${line}`);
  const [, name, labels = '', value] = match;
  const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  if (!suffixes.some((suffix) => name === family + suffix))
    throw new Error(`not of ${family}: ${line}`);
  if (!NUMBER.test(value!)) throw new Error(`no number: ${line}`);
  return { name: name!, labels: labelsOf(labels, line), value: numberOf(value!) };
}

function labelsOf(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const pair = LABEL_PAIR.exec(rest);
    if (pair === null) throw new Error(`bad labels: ${line}`);
    const [all, label, value] = pair;
    if (label! in labels) throw new Error(`label twice: ${line}`);
    labels[label!] = unescaped(value!);
    rest = rest.slice(all.length);
  }
  return labels;
}

function unescaped(text: string): string {
  return text.replace(/\\([\\"n])/g, (_, character) => (character === 'n' ? '\n' : character));
}

function numberOf(text: string): number {
  return text.endsWith('Inf') ? (text.startsWith('-') ? -1 : 1) / 0 : Number(text);
}

function check({ name, type, samples }: ParsedFamily): void {
  const keys = samples.map((sample) => JSON.stringify([sample.name, sample.labels]));
  if (new Set(keys).size !== keys.length) throw new Error(`${name} has a sample twice`);
  if (type === 'counter' && !name.endsWith('_total')) throw new Error(`${name} is a counter`);
  if (type !== 'gauge' && samples.some(({ value }) => !(value >= 0))) {
    throw new Error(`${name} has a sample below 0`);
  }
  if (type === 'histogram') checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: readonly ParsedSample[]): void {
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
  const bounds = buckets.map(({ labels }) => numberOf(labels.le!));
  const counts = buckets.map(({ value }) => value);
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY) throw new Error(`${name} has no +Inf`);
  for (let at = 1; at < buckets.length; at++) {
    if (!(bounds[at]! > bounds[at - 1]!)) throw new Error(`${name} has bounds out of order`);
    if (counts[at]! < counts[at - 1]!) throw new Error(`${name} is not cumulative`);
  }
  const count = samples.find((sample) => sample.name === `${name}_count`)?.value;
  if (count !== counts.at(-1)) throw new Error(`${name} has another count than +Inf`);
  if (!samples.some((sample) => sample.name === `${name}_sum`))
    throw new Error(`${name} has no sum`);
}
