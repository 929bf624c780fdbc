// The tests of the mailbox with Node's own test runner: node --test mailbox.node-test.mjs
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { explore } from 'xen-evtchn/lab';

/** One party counts what another sends, by a counter that both have. */
const scenario = (lab) => {
  const sent = lab.cell('sent', 0);
  let seen = 0;
  let port;
  lab.party('back', async (party) => {
    const evtchn = party.openEvtchn(0);
    port = evtchn.bindUnboundPort(7);
    while (seen < 2) {
      evtchn.unmask(await evtchn.pending());
      seen = await sent.read();
    }
    evtchn.close();
  });
  lab.party('front', async (party) => {
    const evtchn = party.openEvtchn(7);
    await party.until(() => port !== undefined, 'the port');
    const local = evtchn.bindInterdomain(0, port);
    for (let count = 1; count <= 2; count++) {
      await sent.write(count);
      evtchn.notify(local);
    }
    evtchn.close();
  });
  lab.atEnd(() => assert.equal(seen, 2));
};

it('counts all, in whatever order things happen', async () => {
  await explore(scenario, { runs: 500 });
});
