import { inForeground } from './foreground.js';

/** Signals that a program may be sent by whoever knows only this process. */
const SIGNALS: readonly NodeJS.Signals[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGTERM',
  'SIGSTKFLT',
  'SIGCONT',
  'SIGURG',
  'SIGVTALRM',
  'SIGWINCH',
  'SIGIO',
  'SIGPWR',
];

/** Those that a terminal sends to its whole foreground process group. */
const OF_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT', 'SIGWINCH']);

/**
 * From now on this process survives signals, and passes them on. One that comes from the terminal is not passed on while
 * this process is in the terminal's foreground group: the programs are in that group too and had it already.
 * @param receive - told of each
 */
export function forwardSignals(receive: (signal: NodeJS.Signals) => void): void {
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (!OF_TERMINAL.has(signal) || !inForeground()) receive(signal);
    });
  }
}
