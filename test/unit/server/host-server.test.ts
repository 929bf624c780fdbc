import { expect, it } from 'vitest';
import { HostServer } from '../../../src/server/host-server.js';

it('refuses to serve through nothing', async () => {
  const owner = { uid: 0, gid: 0 };
  await expect(HostServer.start({ owner, domains: [0] })).rejects.toMatchObject({ code: 'EINVAL' });
  const none = HostServer.start({ cuse: [], owner, domains: [0] });
  await expect(none).rejects.toMatchObject({ code: 'EINVAL' });
});
