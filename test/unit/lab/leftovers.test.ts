import { describe, expect, it } from 'vitest';
import type { Lab } from '../../../src/lab.js';
import { explored, failureOf } from './programs.js';

function opened(lab: Lab, daemon: boolean): void {
  lab.party(
    'a',
    async (party) => {
      const evtchn = party.openEvtchn(0);
      evtchn.bindUnboundPort(1);
      evtchn.bindUnboundPort(1);
      if (daemon) await evtchn.pending();
    },
    { daemon },
  );
}

describe('what a run leaves behind', () => {
  it('is a handle that is open, with its ports', async () => {
    expect(await failureOf((lab) => opened(lab, false))).toMatchObject({
      kind: 'leftover',
      message: 'left behind: an open handle of a on domain 0, with port 1, 2',
      left: ['an open handle of a on domain 0, with port 1, 2'],
    });
  });

  it('is a handle that no party opened', async () => {
    const { left } = await failureOf((lab) => {
      lab.createDomain({ domid: 0 }).openEvtchn({ comm: 'setup' });
      lab.party('a', async () => {});
    });
    expect(left).toEqual(['an open handle of setup on domain 0']);
  });

  it('is a channel of hypercalls', async () => {
    const { left } = await failureOf((lab) => {
      lab.createDomain({ domid: 1, kernel: false }).hypercalls.allocUnbound(1, 0);
      lab.party('a', async () => {});
    });
    expect(left).toEqual(['port 1 of domain 1, which is nobody’s'.replace('’', "'")]);
  });

  it('is a call that nobody awaits', async () => {
    const { left } = await failureOf((lab) => {
      lab.party('a', async (party) => {
        void party.wait('never', () => new Promise(() => {}));
        await party.step();
        await party.step();
        void party.step('forgotten');
        void party.sleep(1);
      });
    });
    expect(left).toContain('step(forgotten), which a does not await');
  });

  it('is not what belongs to a party that need not end, to a kernel, or to a domain that is gone', async () => {
    await explored((lab) => opened(lab, true));
    await explored((lab) => {
      lab.createDomain({ domid: 0 });
      lab.createDomain({ domid: 1, abi: 'two-level' });
      lab.party('a', async (party) => {
        party.openEvtchn(2);
        lab.host.domain(2)!.destroy();
      });
    });
  });

  it('is not what a check at the end has cleared up', async () => {
    await explored((lab) => {
      const evtchn = lab.createDomain({ domid: 0 }).openEvtchn();
      lab.party('a', async () => {});
      lab.atEnd(() => evtchn.close());
    });
  });

  it('is nobody’s business if it is allowed', async () => {
    await explored((lab) => opened(lab, false), { leftovers: 'allow' });
  });
});
