import { sendNotification } from '../native/notify-socket.js';
import { writeReady } from './ready-descriptor.js';

/** Who is to be told that a host is served. */
export interface Audience {
  /** Prints a line on standard output. */
  readonly print: (line: string) => void;
  /** Prints a line about something that went wrong without stopping the host. */
  readonly say: (line: string) => void;
  /** A descriptor that waits for `ready`; closed afterwards. */
  readonly readyFd: number | undefined;
  /** The service manager's socket, NOTIFY_SOCKET of sd_notify(3). */
  readonly notifySocket: string | undefined;
}

function tell(audience: Audience, whom: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    audience.say(`could not tell ${whom}: ${(error as Error).message}`);
  }
}

function notify(audience: Audience, ...assignments: readonly string[]): void {
  const socket = audience.notifySocket;
  if (socket === undefined || socket === '') return;
  tell(audience, 'the service manager', () => sendNotification(socket, assignments.join('\n')));
}

/**
 * Tells everybody who waits for it that a host is served. Who cannot be told is named in a line; the host is served all the
 * same.
 */
export function announceReady(audience: Audience, path: string, domains: readonly number[]): void {
  audience.print(`serving ${path}`);
  const { readyFd } = audience;
  if (readyFd !== undefined) tell(audience, `descriptor ${readyFd}`, () => writeReady(readyFd));
  const status = `STATUS=Serving ${path}, domains at the start: ${domains.join(', ') || 'none'}`;
  notify(audience, 'READY=1', status, `MAINPID=${process.pid}`);
}

/** Tells the service manager that the host is being ended. */
export function announceStopping(audience: Audience): void {
  notify(audience, 'STOPPING=1', 'STATUS=Unmounting');
}
