import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Client, type Outcome } from './client.js';
import { commanded } from './command.js';
import { PATIENCE } from './deadline.js';
import { startScript } from './evtchn-program.js';
import { PYTHON } from './requirements.js';
import { ServedHost } from './served-host.js';

let host: ServedHost;
beforeAll(async () => {
  host = await ServedHost.start({ domains: [0, 7] });
});
afterAll(() => host.stop());

/** What `why` says of a port. */
function why(port: number, ...options: (string | number)[]): Promise<Outcome> {
  return commanded(['why', port, '--host', host.directory, ...options]);
}

/** The same, once it is as it is for so long that it counts as stuck. */
async function whyStuck(port: number, ...options: (string | number)[]): Promise<string> {
  return vi.waitFor(
    async () => {
      const { status, stdout } = await why(port, ...options);
      expect(status, stdout).toBe(3);
      return stdout;
    },
    { timeout: PATIENCE, interval: 200 },
  );
}

/** The same of a port that is well. */
async function whyWell(port: number, ...options: (string | number)[]): Promise<string> {
  const { status, stdout, stderr } = await why(port, ...options);
  expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: '' });
  return stdout;
}

/** Has a program do what a script says and then say a port; the rest of the test is about that. */
async function withProgram(
  script: string,
  test: (port: number, client: Client) => Promise<void>,
): Promise<void> {
  const client = await startScript(
    host.directory,
    `${script}
    say(port);
    process.stdin.resume();
    process.stdin.on('end', () => process.exit());`,
  );
  try {
    await test(Number(await client.line()), client);
    client.hangUp();
    await client.endedWell();
  } finally {
    // Another test is not to see what a failed one has left.
    client.signal('SIGKILL');
  }
  await host.untilUnused();
}

describe('a port that is not there', () => {
  it('was never opened', async () => {
    const { status, stdout } = await why(500);
    expect(status).toBe(4);
    expect(stdout).toContain('Port 500 of domain 0 is not in use.');
    expect(stdout).toContain('It was not closed lately either');
  });

  it('was closed, and by whom', async () => {
    await withProgram(
      'const here = open(); const port = here.bindUnboundPort(7); here.unbind(port);',
      async (port, { pid }) => {
        const { status, stdout } = await why(port);
        expect(status).toBe(4);
        expect(stdout).toMatch(
          new RegExp(
            `Port ${port} of domain 0 was closed [\\d.]+ m?s ago by open file \\d+ of \\S+ \\(pid ${pid}\\), and nobody opened it again\\.`,
          ),
        );
      },
    );
  });

  it('is of a domain that there is not, or is destroyed', async () => {
    const never = await why(1, '--domain', 99);
    expect(never).toMatchObject({ status: 4, stderr: '' });
    expect(never.stdout).toContain('There is no domain 99 on this host');
    await withProgram(
      `
      import { mkdirSync, rmdirSync } from 'node:fs';
      mkdirSync(host + '/8');
      const there = open({ device: device(8) });
      const port = there.bindUnboundPort(0);
      rmdirSync(host + '/8');`,
      async (port) => {
        const { status, stdout } = await why(port, '--domain', 8);
        expect(status).toBe(4);
        expect(stdout).toMatch(
          /Domain 8 was destroyed [\d.]+ m?s ago, and all its ports with it\./,
        );
      },
    );
  });
});

describe('a port that waits for a peer', () => {
  it('never had one', async () => {
    await withProgram(
      'const here = open(); const port = here.bindUnboundPort(7);',
      async (port) => {
        expect(await whyWell(port)).toMatch(/unbound.*(nobody|not).*connected/is);
      },
    );
  });

  it('lost it when the peer closed its end', async () => {
    await withProgram(
      `
      const here = open();
      const there = open({ device: device(7) });
      const port = here.bindUnboundPort(7);
      there.unbind(there.bindInterdomain(0, port));`,
      async (port) => {
        const { status, stdout } = await why(port);
        expect(status).toBe(3);
        expect(stdout).toMatch(/domain 7.*closed/is);
      },
    );
  });

  it('lost it when the domain of the peer was destroyed', async () => {
    await withProgram(
      `
      import { mkdirSync } from 'node:fs';
      mkdirSync(host + '/9');
      const here = open();
      const there = open({ device: device(9) });
      const port = here.bindUnboundPort(9);
      there.bindInterdomain(0, port);`,
      async (port) => {
        rmdirSync(join(host.directory, '9'));
        const { status, stdout } = await why(port);
        expect(status).toBe(3);
        expect(stdout).toMatch(/domain 9.*destroyed/is);
      },
    );
  });
});

describe('a port with an event in the ring', () => {
  it('is not read by anybody', async () => {
    await withProgram('const { port, send } = pair(); send(); send();', async (port, { pid }) => {
      const stdout = await whyStuck(port);
      expect(stdout).toMatch(
        new RegExp(
          `An event of port ${port} of domain 0 has been in the ring of open file \\d+ of \\S+ \\(pid ${pid}\\) for [\\d.]+ s, the next to be read: nobody waits in read, poll or epoll`,
        ),
      );
      expect(stdout).toMatch(new RegExp(`\\(pid ${pid}\\) (is blocked|sleeps|is running)`));
    });
  });

  it('is not read by a process that was stopped', async () => {
    await withProgram('const { port, send } = pair(); send();', async (port, client) => {
      client.signal('SIGSTOP');
      const stdout = await whyStuck(port);
      expect(stdout).toContain(
        `is stopped, by SIGSTOP or at its terminal: kill -CONT ${client.pid} has it go on.`,
      );
      client.signal('SIGCONT');
    });
  });

  it('is polled for, and not read', async () => {
    const client = await Client.start(PYTHON, [
      '-uc',
      `
import fcntl, os, select, struct, sys
def device(): return os.open(sys.argv[1], os.O_RDWR)
def call(fd, number, *words):
    return fcntl.ioctl(fd, len(words) << 18 | ord("E") << 8 | number, bytearray(struct.pack(f"{len(words)}I", *words)))
here, there = device(), device()
port = call(here, 2, 0)
remote = call(there, 1, 0, port)
epoll = select.epoll()
epoll.register(here, select.EPOLLIN | select.EPOLLET)
call(there, 4, remote)
epoll.poll()
print(port)
epoll.poll(60)`,
      host.device(),
    ]);
    const stdout = await whyStuck(Number(await client.line()));
    client.signal('SIGKILL');
    await client.ended();
    expect(stdout).toContain(
      'the next to be read: somebody waits for it in poll, select or epoll, but nobody reads',
    );
    expect(stdout).toContain(`(pid ${client.pid}) is blocked in epoll_wait(2) on`);
    await host.untilUnused();
  });

  it('cannot be read, since the ring overflowed', async () => {
    await withProgram(
      `
      const { here, there, port, send } = pair();
      for (let more = 0; more < 10; more++) there.bindInterdomain(0, here.bindUnboundPort(0));
      send();
      for (let events = 0; events <= 1024; events++) {
        here.unmask(port);
        send();
      }`,
      async (port) => {
        const { status, stdout } = await why(port);
        expect(status).toBe(3);
        expect(stdout).toMatch(
          /overflowed [\d.]+ m?s ago: every read fails with EFBIG until IOCTL_EVTCHN_RESET, which throws away the \d+ events in it/,
        );
      },
    );
  });

  it('lost it to a full ring', async () => {
    await withProgram(
      `
      const { here, there, port: first, send } = pair();
      const others = Array.from({ length: 10 }, () => here.bindUnboundPort(0));
      const remotes = others.map((other) => there.bindInterdomain(0, other));
      send();
      for (let events = 0; events <= 1024; events++) {
        here.unmask(first);
        send();
      }
      there.notify(remotes[0]);
      here.reset();
      here.unmask(first);
      const port = others[0];`,
      async (port) => {
        const { status, stdout } = await why(port);
        expect(status).toBe(3);
        expect(stdout).toMatch(
          new RegExp(`An event of port ${port} of domain 0 met the full ring of .* and is lost`),
        );
      },
    );
  });

  it('lost it by a reset', async () => {
    await withProgram(
      'const { here, port, send } = pair(); send(); here.reset();',
      async (port) => {
        const { status, stdout } = await why(port);
        expect(status).toBe(3);
        expect(stdout).toContain(
          `IOCTL_EVTCHN_RESET threw away an unread event of port ${port} of domain 0`,
        );
      },
    );
  });
});

describe('a port that was read and not written back', () => {
  it('is no trouble while nothing is behind it', async () => {
    await withProgram(
      'const { here, port, send } = pair(); send(); here.tryPending();',
      async (port, { pid }) => {
        expect(await whyWell(port)).toMatch(
          new RegExp(
            `An event of port ${port} of domain 0 was read [\\d.]+ m?s ago by \\S+ \\(pid ${pid}\\) and the port has not been written back: it is not enabled\\. The next event would wait in Xen until then\\.`,
          ),
        );
      },
    );
  });

  it('is stuck with another event behind it', async () => {
    await withProgram(
      'const { here, port, send } = pair(); send(); here.tryPending(); send();',
      async (port) => {
        expect(await whyStuck(port)).toMatch(
          /has not been written back: it is not enabled\. Another event has been waiting behind it in Xen for [\d.]+ s\./,
        );
      },
    );
  });
});

describe('a port to which nothing is sent', () => {
  it('is ready, and its peer never sent', async () => {
    await withProgram(
      'const { here, port } = pair(); here.pending().catch(() => {});',
      async (port) => {
        const stdout = await whyWell(port);
        expect(stdout).toMatch(
          new RegExp(
            `Port ${port} of domain 0 is enabled, but its peer, port \\d+ of domain 0, has not sent an event since they were connected`,
          ),
        );
      },
    );
  });

  it('had its last event, and handled it', async () => {
    await withProgram(
      'const { here, port, send } = pair(); send(); here.unmask(here.tryPending());',
      async (port) => {
        expect(await whyWell(port)).toMatch(
          /is enabled: its last event came [\d.]+ m?s ago, was read [\d.]+ m?s ago and written back [\d.]+ m?s ago\. Nothing was sent since\./,
        );
      },
    );
  });

  it('is bound to a VIRQ that nobody raised', async () => {
    await withProgram('const here = open(); const port = here.bindVirq(3);', async (port) => {
      expect(await whyWell(port)).toMatch(
        /is ready, but VIRQ_DOM_EXC has not been raised since it was bound/,
      );
    });
  });

  it("is the kernel's own", async () => {
    expect(await whyWell(1)).toContain(
      'The kernel of domain 0 handles port 1 of domain 0 itself, as timer0: no program gets its events.',
    );
  });
});

it('finds who has the descriptor of a process that is gone', async () => {
  const parent = await Client.start(PYTHON, [
    '-uc',
    `
import fcntl, os, signal, struct, sys
device = os.open(sys.argv[1], os.O_RDWR)
port = fcntl.ioctl(device, 1 << 18 | ord("E") << 8 | 2, bytearray(struct.pack("I", 7)))
child = os.fork()
if child == 0:
    # Not to keep the parent's end from being seen.
    os.close(1)
    os.close(2)
    signal.pause()
print(port, child)`,
    host.device(),
  ]);
  const [port, child] = (await parent.line()).split(' ').map(Number);
  await parent.endedWell();
  const stdout = await whyWell(port!);
  expect(stdout).toMatch(
    new RegExp(
      `\\(pid ${parent.pid}\\) is gone, though its descriptor is still open: in \\S+ \\(pid ${child}\\), which is blocked in pause\\(2\\)`,
    ),
  );
  process.kill(child!, 'SIGKILL');
  await host.untilUnused();
});

it('tells what the process at the other end does, too', async () => {
  await withProgram(
    'const there = open(); const port = there.bindUnboundPort(7);',
    async (port, back) => {
      const front = await startScript(
        host.directory,
        `open({ device: device(7) }).bindInterdomain(0, ${port}); say('connected');
      process.stdin.resume(); process.stdin.on('end', () => process.exit());`,
      );
      expect(await front.line()).toBe('connected');
      const { owners, verdict } = JSON.parse(await whyWell(port, '--json'));
      expect(verdict).toBe('peer-never-sent');
      expect(owners).toMatchObject([
        { domid: 0, port, opener: { pid: back.pid } },
        { domid: 7, opener: { pid: front.pid } },
      ]);
      front.hangUp();
      await front.endedWell();
      await host.untilUnused(7);
    },
  );
});

describe('wrong usage of why', () => {
  it.each([
    [['why'], "missing required argument 'PORT'"],
    [['why', '-1'], 'It must be the number of a port'],
    [['why', 'x'], 'It must be the number of a port'],
    [['why', '4294967296'], 'It must be the number of a port'],
    [['why', '1', '2'], 'too many arguments'],
    [['why', '1', '--domain', '40000'], 'a domain number'],
    [['why', '1', '--host', 'a', '--pid', '1'], 'cannot be used with'],
  ])('%j', async (words, message) => {
    const { status, stdout, stderr } = await commanded(words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^xen-evtchn: .*; see xen-evtchn why --help\n$/);
    expect(stderr).toContain(message);
  });

  it('a host that is not there is a failure', async () => {
    const { status, stdout, stderr } = await commanded(['why', 1, '--host', '/nowhere']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^xen-evtchn: no host is served at \/nowhere.*\n$/);
  });
});
