import { it } from 'vitest';
import { explore, replay } from 'xen-evtchn/lab';
import { exchange } from '../../examples/lab/mailbox.js';

it('delivers all letters, in whatever order things happen', async () => {
  await explore(exchange(['one', 'two', 'three']), { runs: 1000 });
});

it('loses no letter where one was lost once', async () => {
  await replay(exchange(['one', 'two']), 'x1:1.0:-:354', { loose: true });
});
