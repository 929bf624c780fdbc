import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../../src/cli/command-line.js';
import { replayCommand } from '../../../src/cli/replay-command.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { JsonLinesFormat } from '../../../src/trace-formats/json-lines.js';
import { forgetful, RecordedHost } from '../replay/recorded-host.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-command-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** A file with these records. */
function fileOf(records: readonly TraceRecord[]): string {
  const path = join(folder, 'lost.jsonl');
  const format = new JsonLinesFormat();
  const summary = { records: records.length, dropped: 0 };
  writeFileSync(path, format.begin() + format.batch({ records, dropped: 0 }) + format.end(summary));
  return path;
}

/** What comes of the command. */
async function replayed(...args: readonly string[]) {
  let out = '';
  let err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text, encoding, callback) => {
    out += text;
    const done = typeof encoding === 'function' ? encoding : callback;
    done?.(null);
    return true;
  });
  const output = {
    out: () => {},
    err: (text: string) => {
      err += text;
    },
  };
  const commands = [{ name: 'replay', load: async () => replayCommand(), failure: 3 }];
  const line = { commands, version: '1.2.3', output, debug: false };
  const failed = await runCommandLine(line, ['replay', ...args]);
  return { status: failed ?? process.exitCode ?? 0, out, err };
}

/** The trace of `forgetful`, with what comes five seconds later. */
function late() {
  const scene = forgetful();
  scene.clock.advance(5000);
  expect(scene.front.tryPending()).toBe(scene.local);
  scene.front.unmask(scene.local);
  return scene;
}

it('tells that all came out as recorded, and what is stuck then', async () => {
  const { recorded, port } = late();
  const { status, out, err } = await replayed(fileOf(recorded.records));
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toMatch(
    new RegExp(`^${recorded.records.length} records, 13 calls made again: all came out as rec`),
  );
  expect(out).toContain(
    `\nPort ${port} of domain 0 (interdomain 7:9, open file 1 of back): STUCK\n`,
  );
  expect(out).toContain('was read 7 s ago by back and the port has not been written back');
  expect(out).not.toContain('What to do');
});

it('says where to look when every file is closed', async () => {
  const { recorded, back, front } = late();
  const open = recorded.records.length;
  front.close();
  back.close();
  const path = fileOf(recorded.records);
  expect((await replayed(path)).out).toContain(
    `No port is stuck: every file is closed. Before the first was: --until ${open}\n`,
  );
  expect((await replayed(path, '--until', String(open))).out).toContain('STUCK');
});

it('says of a host on which nothing is wrong that nothing is', async () => {
  const recorded = new RecordedHost();
  recorded.host.createDomain({ domid: 1 }).openEvtchn();
  const { out } = await replayed(fileOf(recorded.records));
  expect(out).toMatch(/\n\nNo port is stuck\.\n$/);
});

it('shows differences, and ends with 1', async () => {
  const { recorded } = late();
  const records = recorded.records.map((record) =>
    record.type === 'read' ? { ...record, ports: [99] } : record,
  );
  const path = fileOf(records);
  const { status, out } = await replayed(path);
  expect(status).toBe(1);
  expect(out).toMatch(
    /: 3 differences\.\n\nRecord \d+ differs \(- as recorded, \+ as replayed\):\n/,
  );
  expect(out.match(/^- +\d+ .* read\(\{99\}\) = 4$/gm)?.length).toBe(2);
  const quiet = await replayed(path, '--quiet');
  expect(quiet.status).toBe(1);
  expect(quiet.out).toMatch(/^Record \d+ differs/);
  expect(out).toContain(quiet.out);
});

it('counts more differences than it shows, and says where it had to end', async () => {
  const recorded = new RecordedHost();
  const evtchn = recorded.host.createDomain({ domid: 1 }).openEvtchn();
  for (let i = 0; i < 12; i++) expect(evtchn.tryPending()).toBeUndefined();
  const records = recorded.records.map((record) =>
    record.type === 'read' ? { ...record, result: -5 } : record,
  );
  const read = { time: 1000, domid: 1, type: 'read', file: 8, ports: [], result: -5 } as const;
  const { out } = await replayed(fileOf([...records, read]), '--quiet');
  expect(out.match(/^Record /gm)?.length).toBe(10);
  expect(out).toMatch(
    /\n\n2 more differences behind these\.\n\nIt ends there: cannot replay record/,
  );
});

it('counts what it did not do', async () => {
  const recorded = new RecordedHost();
  const domain = recorded.host.createDomain({ domid: 1 });
  const evtchn = domain.openEvtchn();
  void domain.hypercalls.poll([]);
  evtchn.bindUnboundPort(1);
  const { out } = await replayed(fileOf(recorded.records.slice(0, -1)));
  expect(out).toMatch(
    /^\d+ records, 2 calls made again, 1 SCHEDOP_poll passed over, \d records left of a call that the trace does not have the end of: all came out as recorded\.\n/,
  );
});

it('prints nothing with --quiet if nothing differs', async () => {
  const { recorded } = late();
  const quiet = await replayed(fileOf(recorded.records), '--quiet');
  expect(quiet).toEqual({ status: 0, out: '', err: '' });
});

it.each([
  [
    'vitest',
    "import { expect, it } from 'vitest';\n",
    ").toEqual([\n    [0, 14, 'not-written-back'],",
  ],
  ['node', "import { it } from 'node:test';\n", ", [\n    [0, 14, 'not-written-back'],\n"],
])('prints a test for %s', async (runner, imported, stuck) => {
  const { recorded } = late();
  const path = fileOf(recorded.records);
  const { out } = await replayed(path, '--as-test', runner, '--until', '9999');
  expect(out).toContain(imported);
  expect(out).toContain("import { replayTrace } from 'xen-evtchn/lab';\n");
  expect(out).toContain(`readFileSync('${path}', 'utf8')`);
  expect(out).toContain('replayTrace(trace, { until: 9999 });\n');
  expect(out).toContain(stuck);
});

it('prints a test that wants nothing stuck where nothing is', async () => {
  const { out } = await replayed(fileOf([]), '--as-test', 'node');
  expect(out).toContain('const replayed = replayTrace(trace);\n');
  expect(out).toMatch(/\n {2}assert\.deepEqual\(stuck\.map\(.*\), \[\]\);\n\}\);\n$/);
});

it.each([
  [['/no/such/file'], 'cannot read /no/such/file: No such file or directory'],
  [['package.json'], 'package.json is no trace that can be replayed: line 1: not JSON'],
])('fails with 3 for %j', async (args, message) => {
  expect(await replayed(...args)).toEqual({ status: 3, out: '', err: `xen-evtchn: ${message}\n` });
});

it('fails with 3 for a trace that cannot be replayed', async () => {
  const { recorded } = late();
  const { status, err } = await replayed(fileOf(recorded.records.slice(60)));
  expect(status).toBe(3);
  expect(err).toMatch(/^xen-evtchn: cannot replay record \d+: [^\n]*\n$/);
});

it.each([
  [[], "missing required argument 'FILE'"],
  [['a', 'b'], 'too many arguments'],
  [['a', '--until', '0'], 'It must be the number of a record, 1 or more;'],
  [['a', '--until', 'x'], 'It must be the number of a record, 1 or more;'],
  [['a', '--as-test', 'jest'], 'Allowed choices are vitest, node;'],
  [['a', '--as-test', 'node', '--quiet'], 'cannot be used with'],
])('refuses %j', async (args, words) => {
  const { status, out, err } = await replayed(...args);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(/^xen-evtchn: [^\n]*; see xen-evtchn replay --help\n$/);
  expect(err).toContain(words);
});
