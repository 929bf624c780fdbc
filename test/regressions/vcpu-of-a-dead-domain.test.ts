// A domain that dies with an event on its way to it takes no upcall any more: the lab chose its vCPU, which is not there.
import { expect, it } from 'vitest';
import { explore, type Scenario } from 'xen-evtchn/lab';

const scenario: Scenario = (lab) => {
  const front = lab.createDomain({ domid: 7, kernelChannels: false });
  let port: number | undefined;
  lab.party(
    'front',
    async (party) => {
      using evtchn = party.openEvtchn(7);
      port = evtchn.bindUnboundPort(0);
      await evtchn.pending();
    },
    { mortal: 7 },
  );
  lab.party('back', async (party) => {
    using evtchn = party.openEvtchn(0);
    await party.until(() => port !== undefined || front.destroyed);
    if (front.destroyed) return;
    evtchn.notify(evtchn.bindInterdomain(7, port!));
  });
};

it('is not chosen', async () => {
  await expect(explore(scenario, { runs: 200 })).resolves.toMatchObject({ runs: 200 });
});
