const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A span of time, in five or six characters: `0.3ms`, `45ms`, `3.2s`, `2m05s`, `1h07m`, `3d04h`.
 * @param milliseconds - 0 or more
 */
export function shortDuration(milliseconds: number): string {
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)}ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)}ms`;
  if (milliseconds < 9.95 * SECOND) return `${(milliseconds / SECOND).toFixed(1)}s`;
  if (milliseconds < MINUTE - SECOND / 2) return `${Math.round(milliseconds / SECOND)}s`;
  const seconds = Math.round(milliseconds / SECOND) * SECOND;
  if (seconds < HOUR) return pair(seconds, MINUTE, 'm', SECOND, 's');
  if (seconds < DAY) return pair(seconds, HOUR, 'h', MINUTE, 'm');
  return pair(seconds, DAY, 'd', HOUR, 'h');
}

function pair(span: number, large: number, one: string, small: number, other: string): string {
  const rest = Math.floor((span % large) / small);
  return `${Math.floor(span / large)}${one}${String(rest).padStart(2, '0')}${other}`;
}
