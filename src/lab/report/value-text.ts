const LONGEST = 60;

/** A value as a line of a report shows it. */
export function valueText(value: unknown): string {
  const text = plainText(value).replaceAll(/[\n\r]+ */g, ' ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function plainText(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value !== 'object' && typeof value !== 'string') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A cycle, a bigint in it, or a toJSON that throws.
    return Object.prototype.toString.call(value);
  }
}
