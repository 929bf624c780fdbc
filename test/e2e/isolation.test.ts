import { expect, it } from 'vitest';
import { output } from './client.js';
import { program } from './programs.js';
import { ServedHost } from './served-host.js';

it('a program in one domain cannot reach the ports of another', async () => {
  const host = await ServedHost.start({ domains: [0, 1, 2] });
  expect(await output(program('isolation'), [host.directory])).toBe('apart\n');
  for (const domain of [0, 1, 2]) await host.untilUnused(domain);
  await host.stop();
});
