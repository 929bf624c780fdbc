/**
 * A line through values, as the `d` of an SVG path: the highest touches the top, 0 is at the bottom, the last is at the right.
 * Empty for less than two values.
 */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return '';
  const most = Math.max(...values);
  const step = width / (values.length - 1);
  const points = values.map((value, index) => {
    const y = most === 0 ? height : height - (value / most) * (height - 1);
    return `${(index * step).toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M${points.join('L')}`;
}
