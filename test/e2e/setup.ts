// For every test file: marks what its tests start, and sees that nothing of it is left when they are over.
import { afterAll, expect, inject, vi } from 'vitest';
import { killClients } from './client.js';
import { MARK, markedProcesses, servedMounts } from './leftovers.js';
import { discardHosts } from './served-host.js';

const mark = inject('mark');
process.env[MARK] = mark;
const before = servedMounts();

afterAll(async () => {
  const running = await killClients();
  discardHosts();
  expect(running, 'programs that the tests have not ended').toEqual([]);
  await vi.waitFor(() => expect(markedProcesses(mark), 'processes left behind').toEqual([]), {
    timeout: 5000,
  });
  const added = servedMounts().filter((path) => !before.includes(path));
  expect(added, 'mounts left behind').toEqual([]);
});
