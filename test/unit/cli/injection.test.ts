import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  addInjectionOptions,
  domainNow,
  type InjectionFlags,
  injectAndTell,
  injectedHost,
} from '../../../src/cli/injection.js';
import { type ChannelEnd, destination } from '../../../src/snapshot/arrival.js';
import { EmbeddedHost } from '../inspect/embedded-host.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A host with a back end in domain 0 and a front end in domain 7, connected and with nothing pending. */
function connected() {
  const watched = new EmbeddedHost();
  const back = watched.host.createDomain({ domid: 0 }).openEvtchn({ comm: 'back' });
  const front = watched.host.createDomain({ domid: 7 }).openEvtchn({ comm: 'front' });
  const port = back.bindUnboundPort(7);
  const peer = front.bindInterdomain(0, port);
  front.unmask(front.tryPending()!);
  return { watched, back, front, port, peer };
}

/** What is told of a send of domain 0. */
async function told(watched: EmbeddedHost, end: ChannelEnd | undefined, act: () => Promise<void>) {
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  try {
    await injectAndTell(watched, 'sent', end, 'nobody is connected: lost', act);
  } finally {
    write.mockRestore();
  }
  return printed;
}

describe('an event by hand', () => {
  it('is told by what came of it', async () => {
    const { watched, front, port, peer } = connected();
    const end = destination(await domainNow(watched, 0), port);
    expect(end).toEqual({ domid: 7, port: peer });
    const send = () => told(watched, end, () => watched.notify(0, port));
    expect(await send()).toMatch(
      new RegExp(`^sent: dom7 port ${peer} has it queued in front\\[0\\].*\\n$`),
    );
    expect(front.tryPending()).toBe(peer);
    expect(await send()).toMatch(new RegExp(`^sent: dom7 port ${peer} is masked: remembered`));
    expect(await send()).toMatch(/^sent: merged with the event that dom7 port/);
  });

  it('is done too where it goes nowhere', async () => {
    const { watched } = connected();
    const act = vi.fn(async () => {});
    expect(await told(watched, undefined, act)).toBe('sent: nobody is connected: lost\n');
    expect(act).toHaveBeenCalledOnce();
  });

  it('is not told of when it fails', async () => {
    const { watched, peer } = connected();
    const end = { domid: 7, port: peer };
    await expect(told(watched, end, () => watched.notify(5, 1))).rejects.toThrow(
      'there is no domain 5',
    );
  });

  it('needs a domain', async () => {
    const { watched } = connected();
    expect((await domainNow(watched, 7)).domid).toBe(7);
    await expect(domainNow(watched, 5)).rejects.toThrow('there is no domain 5 at /srv/xen');
  });
});

it('is about domain 0 unless its options say another', () => {
  const flags = (...args: string[]) =>
    addInjectionOptions(new Command('notify')).parse(args, { from: 'user' }).opts<InjectionFlags>();
  expect(flags()).toEqual({ domain: 0 });
  expect(flags('--domain', '7', '--host', '/srv')).toEqual({ domain: 7, host: '/srv' });
});

it('goes to the host of its options, or of the environment', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'injection-'));
  try {
    writeFileSync(join(folder, 'server'), 'pid 1\n');
    vi.stubEnv('XEN_EVTCHN_HOST', folder);
    expect((await injectedHost({})).name).toBe(folder);
    await expect(injectedHost({ host: join(folder, 'none') })).rejects.toThrow(
      `no host is served at ${folder}/none`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
