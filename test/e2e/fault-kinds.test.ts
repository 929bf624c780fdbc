import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { onDevice, ran, startRun } from './run-client.js';
import { ServedHost } from './served-host.js';

/** What the scripts have: channels that lead from the domain back to itself, and what can be read from the device. */
const PRELUDE = `
import ctypes, errno, select
def channel():
    near = bind(0)
    return near, connect(0, near)
def unbind(port): call(3, port)
def reset(): fcntl.ioctl(device, 0x4505)
def ready(): return len(select.select([device], [], [], 0)[0]) > 0
def take(ports=1):
    data = os.read(device, 4 * ports)
    return list(struct.unpack(f"{len(data) // 4}I", data))
def enable(*ports): os.write(device, struct.pack(f"{len(ports)}I", *ports))
def quiet_channel():
    near, far = channel()
    assert take() == [far]
    enable(far)
    return near, far
def error_of(do, *words):
    try: return do(*words)
    except OSError as error: return errno.errorcode[error.errno]
`;

/** What a script says, line by line, on a host of its own that shows these faults. It must end well, and have met one. */
async function says(faults: string, script: string): Promise<string[]> {
  const words = ['--faults', faults, '--seed', 1, ...onDevice(PRELUDE + script)];
  const { status, stdout, stderr } = await ran(words);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(/^xen-evtchn: [1-9]\d* faults? injected \(seed 1\)\n$/),
  });
  return stdout.trimEnd().split('\n');
}

describe('of a fault a program sees', () => {
  it('spurious: an event that nobody has sent', async () => {
    const script = `
near, far = quiet_channel()
say(take() == [far])
enable(far)
say(ready())`;
    expect(await says('spurious:nth=2:max=1', script)).toEqual(['True', 'False']);
  });

  it('storm: an event that is there again as often as its port is written back', async () => {
    const script = `
near, far = quiet_channel()
events = 0
while ready():
    enable(*take())
    events += 1
say(events)`;
    expect(await says('storm:nth=2:max=1:events=5', script)).toEqual(['5']);
  });

  it('delay: an event that comes when another port has had one', async () => {
    const script = `
a, b = quiet_channel(), quiet_channel()
notify(a[0])
say(ready())
notify(b[0])
say(sorted(take(4)) == sorted([a[1], b[1]]))`;
    expect(await says('delay:nth=2:max=1:until=event:ms=60000', script)).toEqual(['False', 'True']);
  });

  it('merge: one event of several', async () => {
    const script = `
near, far = quiet_channel()
for send in range(3):
    say(ready())
    notify(near)
say(take(4) == [far])
enable(far)
say(ready())`;
    expect(await says('merge:nth=2:max=1:events=3:ms=60000', script)).toEqual([
      ...['False', 'False', 'False'],
      'True',
      'False',
    ]);
  });

  it('permute: the events of two ports the other way round', async () => {
    const script = `
a, b = quiet_channel(), quiet_channel()
notify(a[0])
notify(b[0])
say(take(4) == [b[1], a[1]])`;
    expect(await says('permute:nth=2:events=2:ms=60000', script)).toEqual(['True']);
  });

  it('eintr: a read that is interrupted, and takes nothing', async () => {
    const script = `
libc = ctypes.CDLL(None, use_errno=True)
near, far = quiet_channel()
port = ctypes.c_uint32(7)
say(libc.read(device, ctypes.byref(port), 4), errno.errorcode[ctypes.get_errno()], port.value)
notify(near)
say(take() == [far])`;
    expect(await says('eintr:nth=1', script)).toEqual(['-1 EINTR 7', 'True']);
  });

  it('short-read: fewer ports than there are, and then the others', async () => {
    const script = `
ports = [channel()[1] for each in range(3)]
first = take(8)
say(0 < len(first) < 3)
say(first + take(8) == ports)`;
    expect(await says('short-read:nth=1', script)).toEqual(['True', 'True']);
  });

  it('bind: no port, once', async () => {
    const script = `
port = bind(0)
say(error_of(bind, 0))
say(bind(0) == port + 1)`;
    expect(await says('bind:nth=2:errno=ENOSPC', script)).toEqual(['ENOSPC', 'True']);
    expect(await says('bind:nth=2:errno=ENOMEM', script)).toEqual(['ENOMEM', 'True']);
  });

  it('overflow: a ring full of what was left unread, until it is reset', async () => {
    // The ring has 64 entries: too few for 30 of ports that are gone, 18 first events, and one more on each of 18 ports.
    const script = `
for near, far in [channel() for each in range(31)]:
    unbind(near)
    unbind(far)
channels = [channel() for each in range(16)]
say(len(take(1)))
channels.append(channel())
channels.append(channel())
say(error_of(take))
reset()
say(ready())
near, far = channels[0]
enable(far)
notify(near)
say(take(64) == [far])`;
    expect(await says('overflow', script)).toEqual(['1', 'EFBIG', 'False', 'True']);
  });

  it('slow: a call that takes its time', async () => {
    const script = `
channel()
began = time.monotonic()
take()
say(time.monotonic() - began > 0.29)`;
    expect(await says('slow:nth=3:ms=300', script)).toEqual(['True']);
  });

  it('destroy: that its domain is gone, of which its peer is not told', async () => {
    const options = ['--faults', 'destroy:domain=7:nth=2', '--seed', '1'];
    const host = await ServedHost.start({ domains: [0, 7], options });
    const waiting = `
port = bind(7)
say(port)
sys.stdin.readline()
say(take() == [port])
enable(port)
say(notify(port), ready())`;
    const back = await startRun(['--host', host.directory, ...onDevice(PRELUDE + waiting)]);
    const port = Number(await back.line());
    const script = `
port = connect(0, ${port})
say(notify(port), error_of(notify, port))`;
    const words = ['--host', host.directory, '--domain', 7, ...onDevice(PRELUDE + script)];
    expect(await ran(words)).toEqual({ status: 0, stdout: '0 ENODEV\n', stderr: '' });
    expect(readdirSync(host.directory)).not.toContain('7');
    const left = { port: String(port), state: 'unbound' };
    expect(await host.channels(0)).toContainEqual(expect.objectContaining(left));
    back.say();
    expect(await back.endedWell()).toBe(`${port}\nTrue\n0 False\n`);
    await host.stop();
  });
});
