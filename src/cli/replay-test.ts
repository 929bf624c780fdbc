import type { ReplayedTrace } from '../replay/replayed-trace.js';
import { stuckPorts } from '../snapshot/stuck-ports.js';
import { LATER } from './replay-report.js';
import type { ReplayTestKind } from './replay-test-kind.js';

/** What a test is made of. */
export interface ReplayTestSource {
  /** The file, as the test is to name it. */
  readonly path: string;
  readonly until: number | undefined;
  readonly replayed: ReplayedTrace;
}

/** How a runner says the same. */
interface Dialect {
  readonly imports: readonly string[];
  readonly test: string;
  readonly equal: (actual: string, expected: string) => string;
}

const DIALECTS: Readonly<Record<ReplayTestKind, Dialect>> = {
  vitest: {
    imports: ["import { expect, it } from 'vitest';"],
    test: 'it',
    equal: (actual, expected) => `expect(${actual}).toEqual(${expected});`,
  },
  node: {
    imports: ["import assert from 'node:assert/strict';", "import { it } from 'node:test';"],
    test: 'it',
    equal: (actual, expected) => `assert.deepEqual(${actual}, ${expected});`,
  },
};

/**
 * A unit test that replays a trace, and wants of it what came of it now: the same results, and the same ports stuck
 * {@link LATER}, to which the clock of the replay is moved.
 */
export function replayTest(
  kind: ReplayTestKind,
  { path, until, replayed }: ReplayTestSource,
): string {
  const { imports, test, equal } = DIALECTS[kind];
  const options = until === undefined ? '' : `, { until: ${until} }`;
  replayed.clock.advance(LATER);
  const stuck = stuckPorts(replayed.snapshot()).map(
    ({ domid, port, verdict }) => `    [${domid}, ${port}, ${quoted(verdict)}],\n`,
  );
  const list = stuck.length === 0 ? '[]' : `[\n${stuck.join('')}  ]`;
  const lines = [
    "import { readFileSync } from 'node:fs';",
    ...imports,
    "import { readJsonLines, stuckPorts } from 'xen-evtchn';",
    "import { replayTrace } from 'xen-evtchn/lab';",
    '',
    `${test}(${quoted(`${path}, replayed`)}, () => {`,
    `  const trace = readJsonLines(readFileSync(${quoted(path)}, 'utf8'));`,
    `  const replayed = replayTrace(trace${options});`,
    `  ${equal('replayed.differences.map(({ text }) => text)', '[]')}`,
    '  // What lasts is stuck.',
    `  replayed.clock.advance(${LATER});`,
    '  const stuck = stuckPorts(replayed.snapshot());',
    `  ${equal('stuck.map(({ domid, port, verdict }) => [domid, port, verdict])', list)}`,
    '});',
    '',
  ];
  return lines.join('\n');
}

/** A string as these sources have it. */
function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
