import { describe, expect, it } from 'vitest';
import { VIRQ_TIMER } from '../../../src/abi/virq.js';
import { explore, type Lab } from '../../../src/lab.js';
import { explored, failureOf, sender } from './programs.js';

/** A reader of one event, and whether the sender sends it. */
function expecting(lab: Lab, sends: number): void {
  let port: number | undefined;
  lab.party('reader', async (party) => {
    using evtchn = party.openEvtchn(0);
    port = evtchn.bindUnboundPort(1);
    await evtchn.pending();
    await party.until(() => lab.host.domain(1)?.xen.channels.active === 0);
  });
  sender(lab, () => port, sends);
}

describe('an event that nobody sent', () => {
  it('comes on a connected port, in some runs, and is taken for another', async () => {
    expect((await failureOf((lab) => expecting(lab, 0))).kind).toBe('lost-wakeup');
    let woken = 0;
    for (let seed = 0; seed < 30; seed++) {
      const once = { runs: 1, spurious: 1, seed };
      const run = explore((lab) => expecting(lab, 0), once);
      woken += await run.then(
        () => 1,
        () => 0,
      );
    }
    await explored((lab) => expecting(lab, 1), { spurious: 3 });
    expect(woken).toBeGreaterThan(0);
    expect(woken).toBeLessThan(30);
  });

  it('does not come on a port that nobody is connected to', async () => {
    const { kind } = await failureOf(
      (lab) =>
        lab.party('a', async (party) => {
          using evtchn = party.openEvtchn(0);
          evtchn.bindUnboundPort(1);
          await evtchn.pending();
        }),
      { spurious: 5, runs: 1 },
    );
    expect(kind).toBe('lost-wakeup');
  });

  it('comes on the port of a virtual interrupt, as often as it may', async () => {
    const counts = new Set<number>();
    await explored(
      (lab) => {
        let count = 0;
        lab.party(
          'ticks',
          async (party) => {
            using evtchn = party.openEvtchn(0);
            evtchn.bindVirq(VIRQ_TIMER);
            for await (const _ of evtchn) count++;
          },
          { daemon: true },
        );
        lab.party('a', async (party) => {
          for (let step = 0; step < 10; step++) await party.step();
        });
        lab.atEnd(() => counts.add(count));
      },
      { spurious: 2 },
    );
    expect([...counts].sort()).toEqual([0, 1, 2]);
  });
});

describe('a party that may die', () => {
  it('dies at any of its steps or lives, and nothing of it runs on', async () => {
    const ends = new Set<string>();
    await explored((lab) => {
      let reached = '';
      lab.party(
        'mortal',
        async (party) => {
          const evtchn = party.openEvtchn(1);
          try {
            for (const name of ['a', 'b']) {
              await party.step();
              reached += name;
            }
          } finally {
            reached += '!';
            evtchn.close();
          }
        },
        { mortal: 1 },
      );
      lab.party('other', (party) => party.step());
      lab.atEnd(() => ends.add(reached));
    });
    expect([...ends].sort()).toEqual(['', 'a', 'ab!']);
  });

  it('takes the others of its domain with it, and leaves its peers waiting', async () => {
    const { waiting } = await failureOf((lab) => {
      let port: number | undefined;
      lab.party('back', async (party) => {
        using evtchn = party.openEvtchn(0);
        port = evtchn.bindUnboundPort(1);
        evtchn.unmask(await evtchn.pending());
        await evtchn.pending();
      });
      for (const name of ['front', 'second']) {
        lab.party(
          name,
          async (party) => {
            using evtchn = party.openEvtchn(1);
            await party.until(() => port !== undefined);
            if (name === 'second') return;
            const mine = evtchn.bindInterdomain(0, port!);
            await party.step();
            evtchn.notify(mine);
          },
          { mortal: 1 },
        );
      }
    });
    expect(waiting).toEqual([{ party: 'back', operations: [{ call: 'pending()', domid: 0 }] }]);
  });

  it('does not die if it may not', async () => {
    let dead = 0;
    await explored(
      (lab) => {
        lab.party('mortal', (party) => party.step(), { mortal: 1 });
        lab.createDomain({ domid: 1 });
        lab.atEnd(() => {
          if (lab.host.domain(1) === undefined) dead++;
        });
      },
      { deaths: 0 },
    );
    expect(dead).toBe(0);
  });

  it('gets nothing back from what it awaits of others', async () => {
    let wrong = 0;
    await explored((lab) => {
      let open = () => {};
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      let dead = false;
      lab.party(
        'mortal',
        async (party) => {
          await gate;
          await party.step();
          if (dead) wrong++;
        },
        { mortal: 1 },
      );
      lab.createDomain({ domid: 1 });
      lab.party('other', async (party) => {
        await party.step();
        dead = lab.host.domain(1) === undefined;
        open();
      });
    });
    expect(wrong).toBe(0);
  });
});
