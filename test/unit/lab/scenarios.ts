// Programs for tests of what a failing exploration shows.
import type { Lab, Party, Scenario } from '../../../src/lab.js';

/** Two parties that are connected: what each does then. */
export function connected(
  lab: Lab,
  back: (party: Party, evtchn: ReturnType<Party['openEvtchn']>, port: number) => Promise<void>,
  front: (party: Party, evtchn: ReturnType<Party['openEvtchn']>, port: number) => Promise<void>,
): void {
  let port: number | undefined;
  lab.party('back', async (party) => {
    using evtchn = party.openEvtchn(0);
    port = evtchn.bindUnboundPort(7);
    await back(party, evtchn, port);
  });
  lab.party('front', async (party) => {
    using evtchn = party.openEvtchn(7);
    await party.until(() => port !== undefined, 'the port');
    await front(party, evtchn, evtchn.bindInterdomain(0, port!));
  });
}

/** The back end finds the ring empty and then says that it sleeps; what came in between sends no event. */
export const checkThenWait: Scenario = (lab) => {
  const produced = lab.cell('produced', 0);
  const sleeping = lab.cell('sleeping', false);
  connected(
    lab,
    async (_party, evtchn) => {
      for (let taken = 0; taken < 2; taken = produced.value) {
        if ((await produced.read()) > taken) continue;
        await sleeping.write(true);
        evtchn.unmask(await evtchn.pending());
        await sleeping.write(false);
      }
    },
    async (_party, evtchn, port) => {
      for (let line = 1; line <= 2; line++) {
        await produced.write(line);
        if (await sleeping.read()) evtchn.notify(port);
      }
    },
  );
};

/** The same with another look before it sleeps. */
export const checkAgain: Scenario = (lab) => {
  const produced = lab.cell('produced', 0);
  const sleeping = lab.cell('sleeping', false);
  connected(
    lab,
    async (_party, evtchn) => {
      for (let taken = 0; taken < 2; taken = produced.value) {
        if ((await produced.read()) > taken) continue;
        await sleeping.write(true);
        if ((await produced.read()) === taken) evtchn.unmask(await evtchn.pending());
        await sleeping.write(false);
      }
    },
    async (_party, evtchn, port) => {
      for (let line = 1; line <= 2; line++) {
        await produced.write(line);
        if (await sleeping.read()) evtchn.notify(port);
      }
    },
  );
};

/** The second event is not unmasked, and there is a third. */
export const unmaskForgotten: Scenario = (lab) => {
  connected(
    lab,
    async (party, evtchn) => {
      evtchn.unmask(await evtchn.pending());
      await evtchn.pending();
      await party.step('forgets');
      await evtchn.pending();
    },
    async (party, evtchn, port) => {
      for (let event = 0; event < 3; event++) {
        evtchn.notify(port);
        await party.sleep(1);
      }
    },
  );
};

/** Takes it that each send is an event of its own. */
export const oneEventPerSend: Scenario = (lab) => {
  connected(
    lab,
    async (_party, evtchn, port) => {
      const channel = evtchn.channel(port);
      for (let seen = 0; seen < 3; seen++) await channel.after(seen);
    },
    async (party, evtchn, port) => {
      for (let sent = 0; sent < 3; sent++) {
        await party.step('has something to say');
        evtchn.notify(port);
      }
    },
  );
};

/** Two that read, add, and write: what one wrote may be overwritten. */
export const lostUpdate: Scenario = (lab) => {
  const count = lab.cell('count', 0);
  const add = async () => {
    const before = await count.read();
    await count.write(before + 1);
  };
  lab.party('one', add);
  lab.party('other', add);
  lab.atEnd(() => {
    if (count.value !== 2) throw new Error(`count is ${count.value}`);
  });
};
