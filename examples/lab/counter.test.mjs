// A test for the runner of Node itself: node --test counter.test.mjs
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { explore } from 'xen-evtchn/lab';

it('counts to two, in whatever order things happen', async () => {
  const scenario = (lab) => {
    const count = lab.cell('count', 0);
    for (const name of ['one', 'other']) {
      lab.party(name, async () => {
        await count.update((value) => value + 1);
      });
    }
    lab.atEnd(() => assert.equal(count.value, 2));
  };
  await explore(scenario, { runs: 500 });
});
