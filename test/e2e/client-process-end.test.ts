import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saidBy, startScript } from './evtchn-program.js';
import { ServedHost } from './served-host.js';

let host: ServedHost;
beforeAll(async () => {
  host = await ServedHost.start();
});
afterAll(async () => {
  await host.untilUnused();
  await host.stop();
});

describe('a process ends by itself', () => {
  it.each([
    ['with an open handle that nobody waits on', 'open();'],
    [
      'after the last event that somebody waited for',
      'const { here, send } = pair(); send(); await here.pending(); send();',
    ],
    [
      'after the waiting thread was used',
      'const { here, send } = pair(); const wait = here.pending(); send(); await wait;',
    ],
    [
      'when everybody has given up',
      `const giving = new AbortController();
      open().pending({ signal: giving.signal }).catch(() => {}); await turn(); giving.abort();`,
    ],
    ['while somebody waits on a handle without a reference', 'open().unref().pending().then(say);'],
    [
      'when the handle gives its reference up while somebody waits',
      `const here = open();
      here.pending().then(say); await turn(); here.unref();`,
    ],
    [
      'with channels and loops without a reference',
      `const { here, port } = pair(); here.unref();
      here.channel(port).after(1).then(say); (async () => { for await (const port of here) say(port); })();`,
    ],
    [
      'when the handle is closed',
      'const here = open(); here.pending().catch(() => {}); await turn(); here.close();',
    ],
  ])('%s', async (_, script) => {
    expect(await saidBy(await startScript(host.directory, script))).toEqual([]);
  });
});

describe('a process stays', () => {
  it.each([
    [
      'while somebody waits',
      'const { here, port, send } = pair(); here.pending().then((event) => say(event === port));',
    ],
    [
      'while a channel is waited on',
      `const { here, port, send } = pair(); here.channel(port).after(0).then((count) => say(count === 1));`,
    ],
    [
      'when the handle got its reference back',
      `const { here, port, send } = pair(); here.unref();
      here.pending().then((event) => say(event === port)); await turn(); here.ref();`,
    ],
    [
      'for one handle that is waited on among many that are not',
      `const { here, port, send } = pair();
      for (let i = 0; i < 5; i++) open().unref().pending().then(say);
      here.pending().then((event) => say(event === port));`,
    ],
  ])('%s, and ends when the event has come', async (_, script) => {
    const client = await startScript(
      host.directory,
      `${script}
      // Without a reference of its own: it is the waiting that keeps the process.
      setTimeout(send, 300).unref();`,
    );
    expect(await saidBy(client)).toEqual(['true']);
  });
});

describe('a process that waits ends at once', () => {
  const WAITING =
    'const { here } = pair(); here.pending(); (async () => { for await (const port of here); })();';
  const thread = 'await (await warmUp()).close();';

  it.each([
    ['by process.exit', 'await turn(); process.exit(4);', 4],
    ['by process.exit while the waiting thread starts', 'process.exit(5);', 5],
    [
      'by process.exit in a continuation',
      'const other = pair(); const wait = other.here.pending(); other.send(); await wait; process.exit(7);',
      7,
    ],
    ['by an error that nobody caught', 'setImmediate(() => { throw new Error("boom"); });', 1],
    ['by a rejection that nobody handled', 'Promise.reject(new Error("boom"));', 1],
    [
      'by process.exit although a listener of its end throws',
      'process.on("exit", () => { throw new Error("boom"); }); process.exit(4);',
      4,
    ],
    ['by a wait that is rejected and that nobody handles', 'here.close();', 1],
    ['by SIGTERM', 'process.kill(process.pid, "SIGTERM");', 128 + 15],
    ['by SIGKILL', 'process.kill(process.pid, "SIGKILL");', 128 + 9],
    [
      'by a signal that is handled',
      'process.on("SIGTERM", () => process.exit(6)); process.kill(process.pid, "SIGTERM");',
      6,
    ],
    ['by abort()', 'process.abort();', 128 + 6],
  ])('%s', async (_, script, status) => {
    const client = await startScript(host.directory, `${thread}\n${WAITING}\n${script}`);
    expect((await client.ended()).status).toBe(status);
  });
});

describe('a process whose waiting thread starts when it ends', () => {
  const EARLIEST = 12;
  const LATEST = 48;

  it('ends well, whatever the thread has come to', async () => {
    const outcomes: string[] = [];
    for (let delay = EARLIEST; delay <= LATEST; delay++) {
      const end = `here.pending().catch(() => {}); setTimeout(() => here.close(), ${delay});`;
      const client = await startScript(host.directory, `const here = open(); ${end}`);
      const { status, stderr } = await client.ended();
      outcomes.push(`${status} ${stderr}`);
    }
    expect(outcomes.filter((outcome) => outcome !== '0 ')).toEqual([]);
  });
});
