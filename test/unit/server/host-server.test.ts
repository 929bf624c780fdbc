import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openSocketPair } from '../../../src/native/descriptor-passing.js';
import { HostServer } from '../../../src/server/host-server.js';

it('refuses to serve through nothing', async () => {
  const owner = { uid: 0, gid: 0 };
  await expect(HostServer.start({ owner, domains: [0] })).rejects.toMatchObject({ code: 'EINVAL' });
  const none = HostServer.start({ cuse: [], owner, domains: [0] });
  await expect(none).rejects.toMatchObject({ code: 'EINVAL' });
});

it('refuses faults that there are not, and closes the descriptors', async () => {
  const [fuse] = openSocketPair();
  const start = (spec: string) =>
    HostServer.start({ fuse, owner: { uid: 0, gid: 0 }, domains: [0], faults: { spec, seed: 1 } });
  await expect(start('tardy')).rejects.toThrow("there is no fault 'tardy'");
  expect(existsSync(`/proc/self/fd/${fuse}`)).toBe(false);
});
