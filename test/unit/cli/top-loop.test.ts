import { expect, it, vi } from 'vitest';
import { showBatch } from '../../../src/cli/top-loop.js';
import { plain } from '../../../src/terminal/style.js';
import { TopView } from '../../../src/terminal/top-view.js';
import type { WatchedHost } from '../../../src/watch/watched-host.js';
import { connectedPair } from '../terminal/watched-host.js';

/** A host that can be looked at so often. */
function hostOf(looks: number): WatchedHost {
  const { world } = connectedPair();
  let left = looks;
  const host: Pick<WatchedHost, 'name' | 'snapshot'> = {
    name: 'host',
    snapshot: async () => {
      if (left-- === 0) throw new Error('it cannot be read');
      world.clock.advance(1000);
      return world.snapshot();
    },
  };
  return host as WatchedHost;
}

/** What the batches print, and how they end. */
async function batches(host: WatchedHost, isThere: boolean, times: number) {
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
    printed += text;
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  });
  const view = new TopView({ host: 'host', interval: 1, paint: plain, sort: 'port', filter: '' });
  try {
    const of = { host, isThere: async () => isThere };
    const end = await showBatch(of, view, { interval: 0, times });
    return { end, tables: printed.split('\n\n').filter((table) => table !== '') };
  } finally {
    write.mockRestore();
  }
}

it('prints as many tables as asked for', async () => {
  const { end, tables } = await batches(hostOf(100), true, 3);
  expect(end).toBeUndefined();
  expect(tables).toHaveLength(3);
  expect(tables[0]).toMatch(/^host: 2 domains/);
});

it('says that the host has ended when it has', async () => {
  const { end, tables } = await batches(hostOf(3), false, 9);
  expect(end).toBe('the host has ended: it cannot be read');
  expect(tables).toHaveLength(2);
});

it('fails when the host is there still', async () => {
  await expect(batches(hostOf(3), true, 9)).rejects.toThrow('it cannot be read');
});

it('fails when there is nothing to look at from the first', async () => {
  await expect(batches(hostOf(0), false, 9)).rejects.toThrow('it cannot be read');
});
