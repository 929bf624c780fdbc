import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { commanded, commandWords } from './command.js';
import { startScript } from './evtchn-program.js';
import { COMMAND, ServedHost } from './served-host.js';
import { Terminal, type TerminalOptions } from './terminal.js';

let host: ServedHost;
/** A program that sends on one channel without end, and has a second that is quiet. */
let busy: Client;
beforeAll(async () => {
  host = await ServedHost.start({ domains: [0, 7] });
  busy = await startScript(
    host.directory,
    `
    const { here, port, send } = pair();
    const quiet = open({ device: device(7) });
    for (let more = 0; more < 40; more++) quiet.bindUnboundPort(0);
    say(port);
    process.stdin.resume();
    process.stdin.on('end', () => process.exit());
    const beat = setInterval(() => {
      send();
      here.unmask(here.tryPending());
    }, 2);`,
  );
  busyPort = Number(await busy.line());
});
let busyPort: number;
afterAll(async () => {
  busy.hangUp();
  await busy.endedWell();
  await host.stop();
});

/** `top` at a terminal, once it has shown rates. */
async function top(
  words: readonly string[] = [],
  options: TerminalOptions = {},
): Promise<Terminal> {
  const terminal = await Terminal.start(
    commandWords('top', '--host', host.directory, '--interval', '0.1', ...words),
    options,
  );
  await terminal.shows(/^[1-9]\S* events\/s/);
  return terminal;
}

/** The rows below the headings, without what is below them. */
const rows = (lines: readonly string[]) => lines.slice(3, -1).filter((line) => line !== '');

/** Ends it as a person does, and sees that the terminal is as before. */
async function quit(terminal: Terminal, key = 'q'): Promise<void> {
  terminal.type(key);
  expect(await terminal.ended()).toEqual({ end: 0, echo: true, canonical: true });
  expectRestored(terminal);
}

function expectRestored({ screen }: Terminal): void {
  expect(screen).toMatchObject({ alternate: false, cursorVisible: true, wrapping: true });
}

describe('top on a screen', () => {
  it('shows the busiest channel first, with its rate', async () => {
    const terminal = await top();
    expect(terminal.screen).toMatchObject({ alternate: true, cursorVisible: false });
    const lines = await terminal.until(
      (screen) => Number(rows(screen)[0]?.trim().split(/\s+/)[4]) > 50,
    );
    expect(lines[0]).toMatch(/: 2 domains, \d+ ports, 3 open files/);
    expect(rows(lines)[0]).toMatch(new RegExp(`^ +0 +${busyPort} +interdomain +0:\\d+`));
    expect(rows(lines)[0]).toContain(String(busy.pid));
    await quit(terminal);
  });

  it('is drawn in frames, each at once, and never cleared', async () => {
    const terminal = await top();
    const before = terminal.screen.frames;
    await terminal.until(() => terminal.screen.frames > before + 10);
    expect(terminal.screen.flicker).toEqual([]);
    expect(terminal.text).not.toContain('\x1b[2J');
    await quit(terminal, '\x03');
  });

  it('sorts, and the other way round', async () => {
    const terminal = await top();
    terminal.type('<<<<');
    await terminal.shows(/; by domain$/);
    expect(rows(terminal.screen.lines)[0]).toMatch(/^ +0 /);
    terminal.type('r');
    const lines = await terminal.shows(/; by domain, reversed$/);
    expect(rows(lines)[0]).toMatch(/^ +7 /);
    terminal.type('s');
    await terminal.shows(/; by port$/);
    await quit(terminal);
  });

  it('filters while it is typed', async () => {
    const terminal = await top();
    terminal.type('/7: unbound');
    await terminal.shows(/; 4[0-9] match "7: unbound"$/);
    expect(rows(terminal.screen.lines).every((line) => /^ +7 +\d+ +unbound/.test(line))).toBe(true);
    terminal.type('\r');
    await terminal.shows(/^s\/S/);
    await quit(terminal);
  });

  it('scrolls', async () => {
    const terminal = await top(['--filter', '7: unbound', '--sort', 'port'], { rows: 12 });
    const firstPort = (lines: readonly string[]) => Number(rows(lines)[0]!.trim().split(/\s+/)[1]);
    const first = firstPort(terminal.screen.lines);
    terminal.type('\x1b[B');
    await terminal.until((lines) => firstPort(lines) > first);
    terminal.type('\x1b[F');
    await terminal.until((lines) => rows(lines).at(-1)!.includes(' 48 '));
    terminal.type('\x1b[H');
    await terminal.until((lines) => firstPort(lines) === first);
    await quit(terminal);
  });

  it('stands still, and goes on', async () => {
    const terminal = await top();
    terminal.type(' ');
    await terminal.shows(/; PAUSED$/);
    terminal.type(' ');
    await terminal.until((lines) => !lines[0]!.includes('PAUSED'));
    const before = terminal.screen.frames;
    await terminal.until(() => terminal.screen.frames > before + 3);
    await quit(terminal);
  });

  it('has help', async () => {
    const terminal = await top();
    terminal.type('?');
    await terminal.shows(/^Any key goes back\.$/);
    terminal.type('x');
    await terminal.shows(/sends\/s; by events$/);
    await quit(terminal);
  });

  it('follows the size of the terminal', async () => {
    const terminal = await top([], { columns: 120, rows: 30 });
    terminal.resize(60, 10);
    await terminal.until((lines) => lines.length === 10 && /^s\/S/.test(lines[9]!));
    for (const line of terminal.screen.lines) expect(line.length).toBeLessThanOrEqual(60);
    terminal.resize(110, 16);
    await terminal.until((lines) => lines.length === 16 && /q quit$/.test(lines[15]!));
    expect(terminal.screen.flicker).toEqual([]);
    await quit(terminal);
  });

  it('gives the terminal back while it is suspended', async () => {
    const terminal = await top();
    terminal.type('\x1a');
    await terminal.stopped();
    expectRestored(terminal);
    terminal.signal('SIGCONT');
    await terminal.until((lines) => terminal.screen.alternate && /^s\/S/.test(lines.at(-1)!));
    expect(terminal.screen.cursorVisible).toBe(false);
    await quit(terminal);
  });

  it.each([
    ['SIGTERM', -15],
    ['SIGINT', -2],
    ['SIGHUP', -1],
    ['SIGQUIT', -3],
  ] as const)('gives the terminal back when %s ends it', async (signal, end) => {
    const terminal = await top();
    terminal.signal(signal);
    expect(await terminal.ended()).toEqual({ end, echo: true, canonical: true });
    expectRestored(terminal);
  });

  it('ends after so many looks', async () => {
    const terminal = await top(['-n', '3']);
    expect(await terminal.ended()).toEqual({ end: 0, echo: true, canonical: true });
    expectRestored(terminal);
  });

  it('needs a terminal that can be drawn on', async () => {
    const terminal = await Terminal.start(commandWords('top', '--host', host.directory), {
      environment: { TERM: 'dumb' },
      columns: 200,
    });
    expect((await terminal.ended()).end).toBe(2);
    expect(terminal.text).toContain('elsewhere --batch');
  });
});

it('says so when the host ends, and gives the terminal back', async () => {
  const short = await ServedHost.start();
  const terminal = await Terminal.start(
    commandWords('top', '--host', short.directory, '--interval', '0.1'),
    { columns: 200 },
  );
  await terminal.shows(/^0 events\/s/);
  await short.stop();
  expect(await terminal.ended()).toEqual({ end: 0, echo: true, canonical: true });
  expectRestored(terminal);
  expect(terminal.text).toMatch(/xen-evtchn: the host has ended: no host is served at /);
});

describe('top without a screen', () => {
  it('prints plain tables', async () => {
    const { status, stdout, stderr } = await commanded([
      ...['top', '--host', host.directory, '--batch', '-n', 2, '--interval', 0.2],
      ...['--filter', `0:${busyPort}`],
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const tables = stdout.split('\n\n');
    expect(tables).toHaveLength(2);
    for (const table of tables) {
      const [title, totals, headings, row, ...rest] = table.trimEnd().split('\n');
      expect(title).toMatch(/^\/.*: 2 domains/);
      expect(totals).toMatch(/^[1-9]\S* events\/s, .* by events; 1 match/);
      expect(headings).toMatch(/^dom +port +state/);
      expect(row).toMatch(new RegExp(`^ +0 +${busyPort} +interdomain`));
      expect(rest).toEqual([]);
    }
    expect(stdout).not.toContain('\x1b');
  });

  it('ends when nobody reads on', async () => {
    const reader = await Client.start('sh', [
      '-c',
      `'${process.execPath}' '${COMMAND}' top --host '${host.directory}' --batch --interval 0.1 | head -n 3`,
    ]);
    expect((await reader.endedWell()).split('\n')).toHaveLength(4);
  });

  it.each([
    [['top', '--interval', '0'], 'It must be seconds, 0.1 to 3600'],
    [['top', '--interval', '1e3'], 'It must be seconds'],
    [['top', '-n', '0'], '1 or more'],
    [['top', '--sort', 'colour'], 'Allowed choices are domain, port'],
    [['top', 'x'], 'too many arguments'],
    [['top'], 'top needs a terminal'],
  ])('refuses %j', async (words, message) => {
    const { status, stdout, stderr } = await commanded(words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^xen-evtchn: .*; see xen-evtchn top --help\n$/);
    expect(stderr).toContain(message);
  });
});
