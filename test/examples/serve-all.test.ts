import { expect, test } from 'vitest';
import { ENODEV, XenHost } from 'xen-evtchn';
import { serveAll } from '../../examples/serve-all.js';

/** A back end in domain 0 with some connected ports. */
function connected(count: number) {
  const host = new XenHost();
  const back = host.createDomain({ domid: 0 }).openEvtchn();
  const front = host.createDomain({ domid: 7 }).openEvtchn();
  const ports = Array.from({ length: count }, () => back.bindUnboundPort(7));
  const peers = ports.map((port) => front.bindInterdomain(0, port));
  return { host, back, front, ports, peers };
}

/** Lets every promise that is settled have its say. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

test('eight notifies are two events: the first, and the rest as one', async () => {
  const { back, front, ports, peers } = connected(1);
  const looks: number[] = [];
  const done = serveAll(back, ports, (port) => looks.push(port));
  for (let i = 0; i < 8; i++) front.notify(peers[0]!);
  await settle();
  expect(looks).toEqual([ports[0], ports[0]]);
  back.close();
  await done;
});

test('after an overflow it looks at all ports, and goes on', async () => {
  const { back, front, ports, peers } = connected(3);
  // Unmasked without being read, until the ring of the handle is full.
  while (back.poll() !== 8) {
    front.notify(peers[0]!);
    back.unmask(ports[0]!);
  }
  const looks: number[] = [];
  const done = serveAll(back, ports, (port) => looks.push(port));
  await settle();
  expect(looks).toEqual(ports);
  for (const peer of peers) front.notify(peer);
  await settle();
  expect(looks).toEqual([...ports, ...ports]);
  back.close();
  await done;
});

test("other errors are the caller's", async () => {
  const { host, back, ports } = connected(1);
  const done = serveAll(back, ports, () => {});
  host.domain(0)!.destroy();
  await expect(done).rejects.toMatchObject({ errno: -ENODEV });
  const other = connected(1);
  const failing = serveAll(other.back, other.ports, () => {
    throw new RangeError('no such sector');
  });
  other.front.notify(other.peers[0]!);
  await expect(failing).rejects.toThrow('no such sector');
});
