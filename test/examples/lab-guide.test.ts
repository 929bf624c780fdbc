// What docs/lab.md shows besides the mailbox.
import { expect, it } from 'vitest';
import { explore } from 'xen-evtchn/lab';

it('can die, and time can pass, in any order', async () => {
  const heard = new Set<string>();
  await explore(
    (lab) => {
      const dom7 = lab.createDomain({ domid: 7, kernelChannels: false });

      lab.party('toolstack', async (party) => {
        await party.sleep(100);
        heard.add(dom7.destroyed ? 'died within 100 ms' : 'lives after 100 ms');
      });

      lab.party('guest', (party) => party.until(() => false, 'its end'), {
        daemon: true,
        mortal: 7,
      });
    },
    { runs: 50 },
  );
  expect([...heard].sort()).toEqual(['died within 100 ms', 'lives after 100 ms']);
});

it('takes data from the lab', async () => {
  const lengths = new Set<number>();
  await explore(
    (lab) => {
      const length = lab.random.integer(1, 3);
      lab.party('one', async () => {
        lengths.add(length);
      });
    },
    { runs: 100 },
  );
  expect([...lengths].sort()).toEqual([1, 2, 3]);
});
