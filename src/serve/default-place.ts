/**
 * Where a host is served if nobody says.
 * @returns undefined if there is no such place: an ordinary user without XDG_RUNTIME_DIR
 */
export function defaultPlace(): string | undefined {
  if (process.getuid?.() === 0) return '/run/xen-evtchn';
  const runtime = process.env.XDG_RUNTIME_DIR;
  return runtime === undefined || runtime === '' ? undefined : `${runtime}/xen-evtchn`;
}
