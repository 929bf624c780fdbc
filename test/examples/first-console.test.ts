import { expect, test } from 'vitest';
import { openEvtchn, XenHost } from 'xen-evtchn';
import { BackEnd } from '../../examples/console/back-end.js';
import { BufferMemory } from '../../examples/console/buffer-memory.js';
import { CONSOLE_SIZE } from '../../examples/console/console-page.js';
import { FrontEnd } from '../../examples/console/front-end.js';

test('a guest asks who is there, and is told', async () => {
  const host = new XenHost();
  const dom0 = openEvtchn({ domain: host.createDomain({ domid: 0 }) });
  const dom7 = openEvtchn({ domain: host.createDomain({ domid: 7 }) });
  const memory = new BufferMemory(new ArrayBuffer(CONSOLE_SIZE));
  const back = new BackEnd(dom0, memory, 7);
  const front = new FrontEnd(dom7, memory, 0);

  const question = back.read(); // waits: nothing has been said yet
  await front.write(Buffer.from('login: '));
  expect(`${Buffer.from((await question)!)}`).toBe('login: ');

  await back.write(Buffer.from('root\n'));
  expect(`${Buffer.from((await front.read())!)}`).toBe('root\n');

  front.close();
  expect(await back.read()).toBeUndefined(); // no more text, now or later
});
