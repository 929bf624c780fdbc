import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Client } from './client.js';
import { servedMounts } from './leftovers.js';
import { onDevice, runWords, startRun } from './run-client.js';

/** What `run` may have left: mounts in this mount namespace, folders for temporary files. */
const leftovers = (): string[] => [
  ...servedMounts().filter((path) => /^\/(dev|sys)\//.test(path)),
  ...readdirSync(tmpdir()).filter((name) => /^xen-evtchn-.{6}$/.test(name)),
];

/** Whether there is a process that has not ended. */
const runsStill = (pid: number): boolean => {
  if (!existsSync(`/proc/${pid}`)) return false;
  return !/^State:\sZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
};

describe('a signal to run', () => {
  it.each([
    'SIGHUP',
    'SIGINT',
    'SIGQUIT',
    'SIGUSR1',
    'SIGUSR2',
    'SIGALRM',
    'SIGTERM',
    'SIGCONT',
    'SIGWINCH',
    'SIGPWR',
  ] as const)('reaches the program: %s', async (signal) => {
    const client = await startRun([
      '/usr/bin/python3',
      '-uc',
      `
import os, signal, time
def receive(number, frame):
    print(signal.Signals(number).name)
    os._exit(9)
signal.signal(signal.${signal}, receive)
print("ready")
time.sleep(60)`,
    ]);
    expect(await client.line()).toBe('ready');
    client.signal(signal);
    expect(await client.line()).toBe(signal);
    expect(await client.ended()).toMatchObject({ status: 9, stderr: '' });
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
    ['SIGUSR1', 138],
  ] as const)('that kills the program is its exit status: %s', async (signal, status) => {
    const client = await startRun(onDevice('say("ready"); os.read(device, 4)'));
    expect(await client.line()).toBe('ready');
    client.signal(signal);
    expect(await client.ended()).toMatchObject({ status });
  });
});

describe('at a terminal', () => {
  /** A command at a terminal of its own, which is typed at by saying. Whatever shell the user has: `script` would take it. */
  const atTerminal = (command: string): Promise<Client> => {
    const options = ['--quiet', '--return', '--echo', 'never', '--command', command, '/dev/null'];
    return Client.start('script', options, { environment: { SHELL: '/bin/sh' } });
  };

  /** `xen-evtchn run` there, in the shell's place: one that waits for it would have the Ctrl-C too, and end. */
  const runAtTerminal = (...words: string[]): Promise<Client> => {
    const quoted = runWords(...words).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    return atTerminal(`exec ${quoted.join(' ')}`);
  };

  it('Ctrl-C reaches the program once', async () => {
    const client = await runAtTerminal(
      '/usr/bin/python3',
      '-uc',
      `
import os, signal, sys
def end(number, frame):
    print("end")
    sys.exit(0)
signal.signal(signal.SIGINT, lambda number, frame: print("interrupted"))
signal.signal(signal.SIGUSR1, end)
print(os.getppid())
while True: signal.pause()`,
    );
    const run = Number(await client.line());
    client.say('\x03');
    expect(await client.line()).toBe('interrupted\r');
    // Comes by way of run, as a second Ctrl-C would, and after it.
    process.kill(run, 'SIGUSR1');
    expect(await client.line()).toBe('end\r');
    expect((await client.ended()).status).toBe(0);
  });

  it('Ctrl-C ends a program, and run says so', async () => {
    const client = await runAtTerminal('sh', '-c', 'echo ready; exec sleep 60');
    expect(await client.line()).toBe('ready\r');
    client.say('\x03');
    expect((await client.ended()).status).toBe(130);
  });

  it('settings that the program makes stay', async () => {
    const words = runWords('stty', '-echo').join(' ');
    const client = await atTerminal(`${words}; stty -a`);
    expect((await client.ended()).stdout).toMatch(/ -echo /);
  });
});

describe('run, killed by SIGKILL', () => {
  it('leaves neither program nor mount nor folder', async () => {
    const client = await startRun(onDevice('say(os.getpid()); os.read(device, 4)'));
    const pid = Number(await client.line());
    expect(runsStill(pid)).toBe(true);
    client.signal('SIGKILL');
    expect((await client.ended()).status).toBe(137);
    await vi.waitFor(() => expect(runsStill(pid)).toBe(false), { timeout: 5000 });
    expect(leftovers()).toEqual([]);
  });

  it.each([0, 30, 60, 90, 120, 150, 180])(
    'leaves nothing, %i ms after its start',
    async (delay) => {
      const client = await startRun(['sleep', '60']);
      await setTimeout(delay);
      client.signal('SIGKILL');
      expect((await client.ended()).status).toBe(137);
      expect(leftovers()).toEqual([]);
    },
  );

  it('takes a program along that does not use the device', async () => {
    const client = await startRun(['sh', '-c', 'echo $$; exec sleep 60']);
    const pid = Number(await client.line());
    client.signal('SIGKILL');
    await client.ended();
    await vi.waitFor(() => expect(runsStill(pid)).toBe(false), { timeout: 5000 });
  });
});

describe('a device that fails', () => {
  it('ends the program, and is told', async () => {
    const client = await startRun(['sh', '-c', 'umount --force /dev/xen/evtchn; exec sleep 60']);
    client.hangUp();
    expect(await client.ended()).toEqual({
      status: 125,
      stdout: '',
      stderr: 'xen-evtchn: the device failed: the kernel ended the connection to the device\n',
    });
  });
});
