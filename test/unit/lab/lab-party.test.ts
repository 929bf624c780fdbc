import { describe, expect, it } from 'vitest';
import { IOCTL_EVTCHN_BIND_UNBOUND_PORT } from '../../../src/abi/ioctl.js';
import { POLLIN } from '../../../src/abi/poll.js';
import { PageMemory } from '../../../src/client/page-memory.js';
import { pollBlocking, readBlocking } from '../../../src/vfs/blocking.js';
import { explored, failureOf, sender } from './programs.js';

describe('a party', () => {
  it('has its name, also as that of the process whose handle it opens', async () => {
    await explored((lab) => {
      lab.party('back', async (party) => {
        expect(party.name).toBe('back');
        using _ = party.openEvtchn(0);
        expect([...lab.host.domain(0)!.driver!.openFiles.values()][0]!.comm).toBe('back');
        using other = party.openEvtchn(0, { comm: 'other' });
        expect(other.closed).toBe(false);
        expect([...lab.host.domain(0)!.driver!.openFiles.values()][1]!.comm).toBe('other');
      });
    });
  });

  it('opens the device of a domain that is made for it, without channels of its kernel', async () => {
    await explored((lab) => {
      const made = lab.createDomain({ domid: 2, vcpus: 2 });
      lab.party('a', async (party) => {
        using first = party.openEvtchn(1);
        expect(first.bindUnboundPort(0)).toBe(1);
        using second = party.openEvtchn(2);
        expect(second.bindUnboundPort(0)).toBeGreaterThan(2);
        expect(lab.host.domain(2)).toBe(made);
      });
    });
  });

  it('does not bring back a domain that was destroyed', async () => {
    await explored((lab) => {
      lab.party('a', async (party) => {
        party.openEvtchn(1);
        lab.host.domain(1)!.destroy();
        expect(() => party.openEvtchn(1)).toThrow('ENOENT');
        lab.createDomain({ domid: 1 });
        party.openEvtchn(1).close();
      });
    });
  });

  it('waits under the lab for SCHEDOP_poll, with and without a timeout', async () => {
    const ends = new Set<string>();
    await explored((lab) => {
      let port: number | undefined;
      let sent = false;
      lab.party('poller', async (party) => {
        using evtchn = party.openEvtchn(0);
        port = evtchn.bindUnboundPort(1);
        const { hypercalls } = lab.host.domain(0)!;
        const poll = () => hypercalls.poll([port!], { timeout: 20 });
        ends.add(await party.wait('SCHEDOP_poll', poll));
        await party.until(() => sent);
      });
      lab.party('sender', async (party) => {
        using evtchn = party.openEvtchn(1);
        await party.until(() => port !== undefined);
        const mine = evtchn.bindInterdomain(0, port!);
        await party.step();
        evtchn.notify(mine);
        sent = true;
      });
    });
    expect([...ends].sort()).toEqual(['event', 'timeout']);
  });

  it('waits under the lab for poll and a blocking read of a file', async () => {
    await explored((lab) => {
      let port: number | undefined;
      const { clock } = lab.host;
      const dom0 = lab.createDomain({ domid: 0, kernelChannels: false });
      lab.party('reader', async (party) => {
        const file = dom0.open({ comm: 'reader' });
        const memory = new PageMemory();
        memory.words[0] = 1;
        port = file.ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, memory, 0);
        const bits = await party.wait('poll', () => pollBlocking(file, POLLIN, -1, clock));
        expect(bits).toBe(POLLIN);
        const bytes = await party.wait('read', () => readBlocking(file, memory, 64, 4));
        expect([bytes, memory.words[16]]).toEqual([4, port]);
        await party.until(() => dom0.xen.channels.peer(port!) === 0);
        file.put();
      });
      sender(lab, () => port, 1);
    });
  });

  it('gets what the wait throws, and what was there already', async () => {
    await explored((lab) => {
      lab.party('a', async (party) => {
        await expect(
          party.wait('what throws', () => {
            throw new RangeError('at once');
          }),
        ).rejects.toThrow('at once');
        const rejected = party.wait('later', () => Promise.reject(new Error('later')));
        await expect(rejected).rejects.toThrow('later');
        expect(await party.wait('a value', () => 7)).toBe(7);
      });
    });
  });

  it('may call the lab in what it waits for', async () => {
    await explored((lab) => {
      lab.party('a', async (party) => {
        const both = async () => {
          await party.step();
          await party.sleep(1);
          return 'both';
        };
        expect(await party.wait('both', both)).toBe('both');
      });
      lab.party('b', (party) => party.step());
    });
  });

  it('refuses what it cannot wait for', async () => {
    await explored((lab) => {
      lab.party('a', async (party) => {
        const wrong = (value: unknown) => value as never;
        expect(() => party.step(wrong(1))).toThrow(TypeError);
        expect(() => party.until(wrong(1))).toThrow(TypeError);
        expect(() => party.until(() => true, wrong(1))).toThrow(TypeError);
        expect(() => party.sleep(-1)).toThrow(RangeError);
        expect(() => party.sleep(wrong('1'))).toThrow(TypeError);
        expect(() => party.wait('x', wrong(1))).toThrow(TypeError);
        expect(() => party.wait(wrong(1), () => 1)).toThrow(TypeError);
        expect(() => party.openEvtchn(0x7ff0)).toThrow(RangeError);
        expect(() => party.openEvtchn(0, wrong(1))).toThrow(TypeError);
      });
    });
  });

  it('has 64 handles at most, one after the other', async () => {
    await explored(
      (lab) => {
        lab.party('a', async (party) => {
          for (let count = 0; count < 64; count++) party.openEvtchn(0).close();
          expect(() => party.openEvtchn(0)).toThrow(RangeError);
        });
      },
      { runs: 1 },
    );
  });
});

describe('starting a party', () => {
  it.each<[string, unknown[], typeof Error]>([
    ['a name that is no string', [1, async () => {}], TypeError],
    ['no function', ['a', 1], TypeError],
    ['a name that there is', ['there', async () => {}], TypeError],
    ['options that are none', ['a', async () => {}, 1], TypeError],
    ['an unknown option', ['a', async () => {}, { demon: true }], TypeError],
    ['a daemon that is no boolean', ['a', async () => {}, { daemon: 1 }], TypeError],
    ['a reserved domain', ['a', async () => {}, { mortal: 0x7ff0 }], RangeError],
    ['a domain that is no number', ['a', async () => {}, { mortal: '1' }], TypeError],
  ])('is refused with %s', async (_, args, kind) => {
    const { error } = await failureOf((lab) => {
      lab.party('there', async () => {});
      (lab.party as (...args: unknown[]) => void).apply(lab, args);
    });
    expect(error).toBeInstanceOf(kind);
  });

  it('is possible for parties too', async () => {
    await explored((lab) => {
      let ended = false;
      lab.party('parent', async (party) => {
        await party.step();
        lab.party('child', async (child) => {
          await child.step();
          ended = true;
        });
        await party.until(() => ended);
      });
    });
  });

  it('refuses what a cell and a check cannot be', async () => {
    await explored((lab) => {
      lab.party('a', async () => {});
      expect(() => lab.cell(1 as unknown as string, 0)).toThrow(TypeError);
      expect(() => lab.atEnd(1 as unknown as () => void)).toThrow(TypeError);
    });
  });
});
