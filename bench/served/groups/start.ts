import { spawnSync } from 'node:child_process';
import { figure, withMiddleHalf } from '../../report/format.js';
import { median } from '../../statistics.js';
import { XEN_EVTCHN } from '../servers.js';
import type { Group } from './group.js';

/** Milliseconds of each start. */
interface StartFigures {
  readonly node: number[];
  readonly run: number[];
}

/** `run -- true` takes at most so many milliseconds more than `node -e 0`. */
const MORE_MS = 250;
/** A pair of starts is disturbed if Node alone took so many times its fastest. */
const DISTURBED = 1.2;
/** Pairs in place of disturbed ones, per pair asked for. */
const REPEATS = 2;

export const start: Group<StartFigures> = {
  about: 'xen-evtchn run -- true, next to node -e 0',

  async measure(_, { starts }, progress) {
    const last = starts * (1 + REPEATS);
    progress(`${starts} to ${last} times each`);
    const pairs: Start[] = [];
    while (undisturbed(pairs) < starts && pairs.length < last) {
      const node = timeOf(['-e', '0']);
      pairs.push({ node, run: timeOf([XEN_EVTCHN, 'run', '--', 'true']) });
    }
    // Chosen by Node alone, whose starts then look quicker, and never the other's.
    const best = pairs.sort((a, b) => a.node - b.node).slice(0, starts);
    return { node: best.map(({ node }) => node), run: best.map(({ run }) => run) };
  },

  report({ node, run }) {
    const more = median(run) - median(node);
    return {
      tables: [
        {
          title: 'Starting a program, ms',
          columns: ['', 'ms'],
          rows: [
            ['node -e 0', withMiddleHalf(node)],
            ['xen-evtchn run -- true', withMiddleHalf(run)],
          ],
        },
      ],
      verdicts: [
        {
          requirement: `xen-evtchn run -- true: within ${MORE_MS} ms of node -e 0`,
          measured: `${figure(more)} ms more`,
          met: more <= MORE_MS,
        },
      ],
    };
  },
};

/** One start after the other. */
interface Start {
  readonly node: number;
  readonly run: number;
}

function undisturbed(pairs: readonly Start[]): number {
  const fastest = Math.min(...pairs.map(({ node }) => node));
  return pairs.filter(({ node }) => node <= fastest * DISTURBED).length;
}

/** Runs Node to its end. @returns milliseconds */
function timeOf(args: readonly string[]): number {
  const since = process.hrtime.bigint();
  const { status, error } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ms = Number(process.hrtime.bigint() - since) / 1e6;
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return ms;
}
