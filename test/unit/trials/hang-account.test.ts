import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { HostSnapshot } from '../../../src/snapshot/host-snapshot.js';
import { hangAccount } from '../../../src/trials/hang-account.js';
import { openWatchedHost } from '../../../src/watch/open-watched-host.js';
import type { WatchedHost } from '../../../src/watch/watched-host.js';
import { channel, domain, snapshotOf } from '../snapshot/snapshot-fixture.js';

vi.mock('../../../src/watch/open-watched-host.js', () => ({ openWatchedHost: vi.fn() }));

/** No process has this number. */
const GONE = 0x3fffff;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hang-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Has a run serve a host in this state. */
function serving(snapshot: HostSnapshot): void {
  const host: Partial<WatchedHost> = { directory, snapshot: async () => snapshot };
  vi.mocked(openWatchedHost).mockResolvedValue(host as WatchedHost);
}

it('says what is stuck, what the processes do, and which faults there were', async () => {
  const lost = (port: number) =>
    channel({
      port,
      state: 'unbound',
      lostPeer: { domid: 7, port: 9, at: 0, how: 'closed' },
      file: 1,
    });
  const ports = Array.from({ length: 10 }, (_, index) => index + 1);
  const files = [{ file: 1, pid: GONE, comm: 'back', ports: 10 }];
  serving(snapshotOf(domain({ domid: 0, files, channels: ports.map(lost) })));
  mkdirSync(join(directory, '0'));
  writeFileSync(join(directory, '0', 'evtchn'), '');
  writeFileSync(join(directory, 'faults'), 'seed 7, spec ci\nnumber fault domain\n17 delay 0\n');
  const { sentences, faults } = await hangAccount(1);
  expect(sentences[0]).toMatch(/^Port 1 of domain 0: /);
  expect(sentences).toHaveLength(10);
  expect(sentences[8]).toBe('... and 2 more.');
  expect(sentences[9]).toMatch(/^Domain 0: back \(pid \d+\) is gone/);
  expect(faults?.faults).toMatchObject([{ number: 17 }]);
  expect(openWatchedHost).toHaveBeenCalledWith({ pid: 1 });
});

it('says if nothing is stuck', async () => {
  serving(snapshotOf(domain({ domid: 0, channels: [channel({ port: 14 })] })));
  writeFileSync(join(directory, 'faults'), '');
  const { sentences, faults } = await hangAccount(1);
  expect(sentences).toEqual([
    'No port is stuck: every event that was sent has been taken, or is still to be read.',
  ]);
  expect(faults).toBeUndefined();
});

it('says why the host cannot be asked', async () => {
  vi.mocked(openWatchedHost).mockRejectedValue(new Error('process 1 serves no host'));
  expect(await hangAccount(1)).toEqual({
    sentences: ['Its host cannot be asked: process 1 serves no host'],
    faults: undefined,
  });
});
