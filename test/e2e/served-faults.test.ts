import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readJsonLines } from '../../src/trace-formats/json-lines-reader.js';
import { startScript } from './evtchn-program.js';
import { program } from './programs.js';
import { ran } from './run-client.js';
import { ServedHost } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';
import { readTable } from './text-table.js';

/** Steps that each program has to see the other make. */
const STEPS = 2000;

describe('a served host that shows faults', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => removeFolder(folder));

  it('delivers to correct programs all the same, and traces each fault', async () => {
    const path = join(folder, 'faults.jsonl');
    const half = (role: string, peer: number) => [
      ...[program('two-domains'), role, peer, join(folder, 'shared'), 'flood', STEPS],
    ];
    const { status, stdout, stderr } = await ran([
      ...['--faults', 'delivery,short-read,slow:ms=0..1', '--seed', 7, '--trace', path],
      ...['--domain', 0, ...half('back', 1), ':::', '--domain', 1, ...half('front', 0)],
    ]);
    expect({ status, stdout }, stderr).toMatchObject({ status: 0 });
    for (const role of ['back', 'front']) expect(stdout).toContain(`${role} saw ${STEPS} steps`);
    const { batches } = readJsonLines(readFileSync(path, 'utf8'));
    const records = batches.flatMap((batch) => batch.records);
    const faults = new Set(records.map((record) => record.type === 'fault' && record.fault));
    for (const fault of ['spurious', 'delay', 'merge', 'slow']) expect(faults).toContain(fault);
  }, 60_000);

  it('kills the programs of a domain, and tells of it', async () => {
    const options = ['--faults', 'die:domain=7:nth=2', '--seed', '1'];
    const host = await ServedHost.start({ domains: [0, 7], options });
    const front = await startScript(
      host.directory,
      `const front = openEvtchn({ device: device(7) });
       front.bindUnboundPort(0);
       say('bound');
       front.bindUnboundPort(0);
       say('bound twice');
       setInterval(() => {}, 1000);`,
    );
    const { status } = await front.ended();
    expect(status).toBe(128 + 9);
    await host.untilUnused(7);
    const [first, ...table] = readFileSync(join(host.directory, 'faults'), 'utf8').split('\n');
    expect(first).toBe('seed 1, spec die:domain=7:nth=2');
    const faults = readTable(table.join('\n'));
    expect(faults).toMatchObject([{ fault: 'die', domain: '7', detail: '1 process killed' }]);
    await host.stop();
  });
});
