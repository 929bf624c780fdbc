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

export const start: Group<StartFigures> = {
  about: 'xen-evtchn run -- true, next to node -e 0',

  async measure(_, { starts }, progress) {
    progress(`${starts} times each`);
    const figures: StartFigures = { node: [], run: [] };
    for (let count = 0; count < starts; count++) {
      figures.node.push(timeOf(['-e', '0']));
      figures.run.push(timeOf([XEN_EVTCHN, 'run', '--', 'true']));
    }
    return figures;
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
