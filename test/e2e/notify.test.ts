import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, type Outcome } from './client.js';
import { onDevice, startRun } from './run-client.js';
import { COMMAND, ServedHost } from './served-host.js';

let host: ServedHost;
beforeAll(async () => {
  host = await ServedHost.start({ domains: [0, 7] });
});
afterAll(() => host.stop());

/** What comes of a command on the host. */
async function command(...words: readonly (string | number)[]): Promise<Outcome> {
  const [name, ...rest] = words;
  const args = [COMMAND, name!, '--host', host.directory, ...rest];
  return (await Client.start(process.execPath, args)).ended();
}

/** What a command says that does what it is asked for. */
async function said(...words: readonly (string | number)[]): Promise<string> {
  const outcome = await command(...words);
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  return outcome.stdout;
}

/** A program in Python on the device of a domain; it does what the lines of its input say. */
function program(domain: number, script: string): Promise<Client> {
  const loop = `
for line in sys.stdin:
    word = line.strip()
    if word == "read": say(struct.unpack("I", os.read(device, 4))[0])
    if word == "unmask": os.write(device, struct.pack("I", port)); say("unmasked")
`;
  return startRun(['--host', host.directory, '--domain', domain, ...onDevice(script + loop)]);
}

/** Has it do something that it tells of. */
async function told(client: Client, word: string): Promise<string> {
  client.say(word);
  return client.line();
}

async function end(...clients: readonly Client[]): Promise<void> {
  for (const client of clients) {
    client.hangUp();
    await client.endedWell();
  }
  await host.untilUnused(0);
  await host.untilUnused(7);
}

/** A back end in domain 0 and a front end in domain 7, connected. */
async function pair() {
  const back = await program(0, 'port = bind(7); say(port)');
  const port = Number(await back.line());
  const front = await program(7, `port = connect(0, ${port}); say(port)`);
  const local = Number(await front.line());
  return { back, front, port, local };
}

/** Waits until a program sleeps in read(2). */
async function untilBlocked(domain: number): Promise<void> {
  await expect
    .poll(async () => {
      const { stdout } = await command('ls', domain, '--json');
      const { domains } = JSON.parse(stdout) as { domains: { files: { readers: number }[] }[] };
      return domains[0]!.files.map(({ readers }) => readers);
    })
    .toEqual([1]);
}

describe('notify', () => {
  it('wakes a program that is blocked, as its peer would, or as if that had', async () => {
    const { back, front, port, local } = await pair();
    back.say('read');
    await untilBlocked(0);
    expect(await said('notify', local, '--domain', 7)).toMatch(
      new RegExp(
        `^sent on dom7 port ${local}: dom0 port ${port} had it read by python3\\[\\d+\\]\\n$`,
      ),
    );
    expect(await back.line()).toBe(String(port));
    expect(await told(back, 'unmask')).toBe('unmasked');
    back.say('read');
    await untilBlocked(0);
    expect(await said('notify', port, '--incoming')).toMatch(
      new RegExp(
        `^as if its peer had sent: dom0 port ${port} had it read by python3\\[\\d+\\]\\n$`,
      ),
    );
    expect(await back.line()).toBe(String(port));
    await end(back, front);
  });

  it('says where an event waits that nobody takes, and that later ones merge', async () => {
    const { back, front, port, local } = await pair();
    const send = async () => said('notify', local, '--domain', 7);
    const sent = `^sent on dom7 port ${local}: `;
    const name = `dom0 port ${port}`;
    expect(await send()).toMatch(
      new RegExp(
        `${sent}${name} has it queued in python3\\[\\d+\\], which does not wait for it now\\n$`,
      ),
    );
    expect(await send()).toMatch(
      new RegExp(
        `${sent}${name} is masked: remembered until python3\\[\\d+\\] reads and unmasks it\\n$`,
      ),
    );
    expect(await told(back, 'read')).toBe(String(port));
    expect(await send()).toMatch(
      new RegExp(
        `${sent}merged with the event that ${name} remembers until python3\\[\\d+\\] unmasks it\\n$`,
      ),
    );
    expect(await told(back, 'unmask')).toBe('unmasked');
    expect(await told(back, 'read')).toBe(String(port));
    await end(back, front);
  });

  it('says that nobody is connected', async () => {
    const back = await program(0, 'port = bind(7); say(port)');
    const port = Number(await back.line());
    expect(await said('notify', port)).toBe(
      `sent on dom0 port ${port}: nobody is connected: lost\n`,
    );
    await end(back);
  });

  it.each([
    [['99'], 'dom0 has no port 99: xen-evtchn ls 0 shows those it has'],
    [['1'], "dom0 port 1 is a VIRQ's, which nobody sends: raise it with xen-evtchn virq"],
    [['9', '--domain', '5'], 'there is no domain 5'],
  ])('fails in one line for %j', async (words, reason) => {
    const { status, stdout, stderr } = await command('notify', ...words);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^xen-evtchn: [^\n]+\n$/);
    expect(stderr).toContain(reason);
  });
});

describe('virq', () => {
  it('wakes a program that has bound it', async () => {
    const client = await program(7, 'port = call(0, 3); say(port)');
    const port = Number(await client.line());
    client.say('read');
    await untilBlocked(7);
    expect(await said('virq', 'dom_exc', '--domain', 7)).toMatch(
      new RegExp(
        `^raised VIRQ_DOM_EXC in dom7: dom7 port ${port} had it read by python3\\[\\d+\\]\\n$`,
      ),
    );
    expect(await client.line()).toBe(String(port));
    await end(client);
  });

  it('says that the kernel has it, or nobody', async () => {
    expect(await said('virq', 'VIRQ_TIMER')).toMatch(
      /^raised VIRQ_TIMER in dom0 on vCPU 0: the kernel has handled it on dom0 port \d+ \(timer0\)\n$/,
    );
    expect(await said('virq', 8)).toBe(
      'raised VIRQ_CON_RING in dom0: nobody in dom0 has bound it: lost\n',
    );
  });

  it('fails in one line for a vCPU that is not there', async () => {
    expect(await command('virq', 'TIMER', '--vcpu', 3)).toEqual({
      status: 1,
      stdout: '',
      stderr: 'xen-evtchn: dom0 has no vCPU 3\n',
    });
  });
});

describe('a host that cannot be steered', () => {
  it('is told of in one line', async () => {
    const args = [COMMAND, 'notify', '9', '--host', '/no/such/host'];
    expect(await (await Client.start(process.execPath, args)).ended()).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'xen-evtchn: no host is served at /no/such/host: start one with xen-evtchn serve --at /no/such/host\n',
    });
  });
});
