import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readJsonLines } from '../../src/trace-formats/json-lines-reader.js';
import { parseFaultList } from '../../src/watch/fault-list.js';
import { Client } from './client.js';
import { commanded, commandWords } from './command.js';
import { failsIfShortIn, SHORT_READS } from './faulty-programs.js';
import { pasted } from './pasted-command.js';
import { onDevice, ran } from './run-client.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => removeFolder(folder));

const NEVER = failsIfShortIn(99);
const ALWAYS = failsIfShortIn();

/** The numbers of the faults of a run, in order, and what the program said. */
async function faultsOf(...options: readonly (string | number)[]) {
  const log = join(folder, 'log');
  const words = ['--faults', SHORT_READS, ...options, '--fault-log', log, ...NEVER];
  const { status, stdout, stderr } = await ran(words);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { faults } = parseFaultList(readFileSync(log, 'utf8'))!;
  return { numbers: faults.map(({ number }) => number), stdout };
}

describe('run --faults', () => {
  it('shows the same faults for the same seed, and others for another', async () => {
    const first = await faultsOf('--seed', 1);
    expect(first.numbers.length).toBeGreaterThan(0);
    expect(await faultsOf('--seed', 1)).toEqual(first);
    expect((await faultsOf('--seed', 2)).numbers).not.toEqual(first.numbers);
  });

  it('shows only those that are asked for', async () => {
    const { numbers } = await faultsOf('--seed', 1);
    const two = [numbers[1]!, numbers[4]!];
    expect((await faultsOf('--seed', 1, '--only', two.join())).numbers).toEqual(two);
    const none = await faultsOf('--seed', 1, '--only', 'none');
    expect(none).toEqual({ numbers: [], stdout: 'short:\n' });
  });

  it('says in one line how many there were', async () => {
    const { status, stderr } = await ran(['--faults', SHORT_READS, '--seed', 1, ...NEVER]);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^xen-evtchn: \d+ faults injected \(seed 1\)\n$/),
    });
  });

  it('says how a run that failed is repeated, also where the seed was left to chance', async () => {
    const { status, stdout, stderr } = await ran(['--faults', SHORT_READS, ...ALWAYS]);
    expect(status).toBe(1);
    const [hint, last] = stderr.split('\n');
    const seed = /^xen-evtchn: the faults are those of seed (\d+): --seed \1 repeats/.exec(
      hint!,
    )![1];
    expect(last).toMatch(/^xen-evtchn: (no|\d+) faults? injected \(seed \d+\); to repeat: /);
    const command = stderr.slice(stderr.indexOf('to repeat: ') + 'to repeat: '.length);
    expect(command).toMatch(
      new RegExp(`^xen-evtchn run --faults ${SHORT_READS} --seed ${seed} -- `),
    );
    expect(await pasted(command)).toMatchObject({ status: 1, stdout });
  });

  it('has them in the trace, with their numbers', async () => {
    const log = join(folder, 'log');
    const trace = join(folder, 'trace.jsonl');
    const options = ['--faults', SHORT_READS, '--seed', 1, '--fault-log', log, '--trace', trace];
    await ran([...options, ...NEVER]);
    const { batches } = readJsonLines(readFileSync(trace, 'utf8'));
    const traced = batches.flatMap(({ records }) =>
      records.flatMap((record) => (record.type === 'fault' ? record.number : [])),
    );
    const { faults } = parseFaultList(readFileSync(log, 'utf8'))!;
    expect(traced).toEqual(faults.map(({ number }) => number));
  });

  it.each([
    ['die', /^xen-evtchn: \S*python3 was killed by SIGKILL, after a fault in domain 7\n/],
    ['destroy', /xen-evtchn: \S*python3 exited with 1, after a fault in domain 7\n/],
  ])('takes %s of a peer for no failure', async (fault, message) => {
    const port = join(folder, 'port');
    const back = onDevice(`
port = bind(7)
with open(${JSON.stringify(`${port}.new`)}, "w") as file: file.write(str(port))
os.rename(${JSON.stringify(`${port}.new`)}, ${JSON.stringify(port)})
os.read(device, 4)
say("heard of it")
`);
    const front = onDevice(`
while not os.path.exists(${JSON.stringify(port)}): time.sleep(0.01)
peer = connect(0, int(open(${JSON.stringify(port)}).read()))
while True: notify(peer)
`);
    const words = ['--faults', `${fault}:domain=7:nth=9`, '--seed', 1, ...back];
    const { status, stdout, stderr } = await ran([...words, ':::', '--domain', 7, ...front]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'heard of it\n' });
    expect(stderr).toMatch(message);
  });

  it('starts nothing if it cannot write the list', async () => {
    const proof = join(folder, 'started');
    const words = ['--faults', 'ci', '--seed', 1, '--fault-log', '/no/such/file', 'touch', proof];
    expect(await ran(words)).toEqual({
      status: 125,
      stdout: '',
      stderr:
        'xen-evtchn: cannot write the list of faults to /no/such/file: No such file or directory\n',
    });
    expect(existsSync(proof)).toBe(false);
  });

  it('ends with 125 if the disk is full', async () => {
    const words = ['--faults', 'ci', '--seed', 1, '--fault-log', '/dev/full', 'true'];
    const { status, stderr } = await ran(words);
    expect({ status, stderr }).toEqual({
      status: 125,
      stderr: 'xen-evtchn: cannot write the list of faults to /dev/full: No space left on device\n',
    });
  });

  it.each([
    [['--faults', 'cii', 'true'], "there is no fault 'cii'"],
    [['--faults', 'delay:rate=3', 'true'], "'rate=3' of delay is not above 0, up to 1"],
    [['--seed', '3', 'true'], '--seed is for --faults SPEC'],
    [['--faults', 'ci', '--host', '/tmp', 'true'], 'if its "serve" is given --faults'],
    [['--faults', 'ci', '--cuse', 'true'], 'has not with --cuse'],
  ])('refuses %j', async (words, reason) => {
    const { status, stdout, stderr } = await ran(words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^xen-evtchn: [^\n]+; see xen-evtchn run --help\n$/);
    expect(stderr).toContain(reason);
  });
});

describe('serve --faults', () => {
  it('shows them to who joins, and lists them in its tree', async () => {
    const at = join(folder, 'host');
    const spec = 'bind:errno=ENOMEM:nth=2';
    const [node, ...words] = commandWords('serve', '--at', at, '--faults', spec, '--seed', 5);
    const server = await Client.start(node!, words);
    await server.line();
    const program = onDevice('bind(0)\ntry: bind(0)\nexcept OSError as error: say(error.errno)');
    const { status, stdout } = await ran(['--host', at, ...program]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '12\n' });
    const text = readFileSync(join(at, 'faults'), 'utf8');
    expect(text).toMatch(/^seed 5, spec bind:errno=ENOMEM:nth=2\n/);
    expect(parseFaultList(text)!.faults).toMatchObject([{ fault: 'bind', domid: 0 }]);
    server.signal('SIGTERM');
    expect(await server.ended()).toMatchObject({ status: 0 });
  });

  it('chooses a seed, and says which', async () => {
    const [node, ...words] = commandWords('serve', '--at', join(folder, 'host'), '--faults', 'ci');
    const server = await Client.start(node!, words);
    await server.line();
    server.signal('SIGTERM');
    const { stderr } = await server.ended();
    expect(stderr).toMatch(
      /^xen-evtchn: the faults are those of seed (\d+): --seed \1 repeats them\n$/,
    );
  });
});

describe('faults', () => {
  it('lists what there is, for people and for programs', async () => {
    const { status, stdout } = await commanded(['faults']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^SPEC: [\s\S]*\nspurious\n {2}[\s\S]*\nci\n/);
    const { faults, mixes } = JSON.parse((await commanded(['faults', '--json'])).stdout);
    expect(faults[0]).toMatchObject({ name: 'spurious', legal: expect.any(String) });
    expect(mixes[0]).toMatchObject({ name: 'ci' });
  });
});
