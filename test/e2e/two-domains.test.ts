import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client, output } from './client.js';
import { program } from './programs.js';
import { COMMAND, ServedHost } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

/** Events each way. */
const EVENTS = 100_000;

describe('two processes in two domains, over libxenevtchn', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => removeFolder(folder));

  /** Arguments of one half of the pair. */
  const half = (role: 'back' | 'front', peer: number, mode: string, events: number) => [
    program('two-domains'),
    role,
    peer,
    join(folder, 'shared'),
    mode,
    events,
  ];

  /** What a half says when it has seen every step of the other. */
  const saw = (role: string) => new RegExp(`^${role} saw ${EVENTS} steps by (\\d+) events$`, 'm');

  it(`lose none of ${EVENTS} notifies each way that run into each other`, async () => {
    const said = await output(
      process.execPath,
      [
        ...[COMMAND, 'run', '--domain', 0, ...half('back', 1, 'flood', EVENTS), ':::'],
        ...['--domain', 1, ...half('front', 0, 'flood', EVENTS)],
      ],
      { deadline: 110_000 },
    );
    for (const role of ['back', 'front']) {
      const events = Number(saw(role).exec(said)?.[1]);
      expect(events, said).toBeGreaterThan(0);
      expect(events, said).toBeLessThanOrEqual(EVENTS);
    }
  }, 120_000);

  it(`deliver ${EVENTS} events, each the answer to the last, on a host they share`, async () => {
    const host = await ServedHost.start({ domains: [3, 4] });
    const run = (domain: number, args: readonly (string | number)[]) =>
      Client.start(process.execPath, [
        ...[COMMAND, 'run', '--host', host.directory, '--domain', domain, '--'],
        ...args,
      ]);
    const back = await run(3, half('back', 4, 'lockstep', EVENTS / 2));
    const front = await run(4, half('front', 3, 'lockstep', EVENTS / 2));
    const steps = EVENTS / 2;
    expect(await back.endedWell(110_000)).toBe(`back saw ${steps} steps by ${steps} events\n`);
    expect(await front.endedWell()).toBe(`front saw ${steps} steps by ${steps} events\n`);
    await host.untilUnused(3);
    await host.untilUnused(4);
    await host.stop();
  }, 120_000);
});
