import { describe, expect, it } from 'vitest';
import { type ExplorationError, explore, type Scenario } from '../../../../src/lab.js';
import { failureOf } from '../failure-of.js';
import {
  checkThenWait,
  connected,
  lostUpdate,
  oneEventPerSend,
  unmaskForgotten,
} from '../scenarios.js';

/** The report, without the numbers of source lines, which change with every edit. */
const reportOf = ({ message }: ExplorationError) =>
  message.replaceAll(/ *(scenarios\.ts):\d+$/gm, '  $1').replaceAll(/\.ts:\d+/g, '.ts');
const CONTROLS = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

describe('the report of a failing run', () => {
  it('is a sentence, the steps, and how to repeat it', async () => {
    expect(reportOf(await failureOf(lostUpdate, { strategy: 'random' }))).toMatchInlineSnapshot(`
      "Assertion: the check at the end failed: Error: count is 1

      How it came about:
      (> another goes on; >> it goes although, left alone, another would have)

       1 >  one    begins  scenarios.ts
       2    one    count.read() = 0  scenarios.ts
       3 >> other  begins  scenarios.ts
       4    other  count.read() = 0  scenarios.ts
       5    other  count.write(1)  scenarios.ts
                   other is over
       6 >  one    count.write(1)  scenarios.ts
                   one is over

      Found in run 1 of 1000: seed 1, random, 6 steps with 5 switches; shrunk to 6 steps with 2 switches.
      Again:
        await replay(scenario, 'x1:1.0:2p1:kre')
      "
    `);
  });

  it('tells of a lost wake-up who waits, and where the last event went', async () => {
    expect(reportOf(await failureOf(checkThenWait, { strategy: 'random' }))).toMatchInlineSnapshot(`
      "Lost wake-up: back would wait for ever

      back waits in pending() (scenarios.ts) since step 10, for any port it holds of domain 0.
        Port 1, whose peer, front's port 1 of domain 7, was closed at step 8:
          => nobody has ever sent an event to port 1
      front was over at step 8.

      How it came about:
      (> another goes on; >> it goes although, left alone, another would have)

        1 >  back   begins  scenarios.ts
                    open("/dev/xen/evtchn") = file 1
                    ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, {remote_domain=7}) = 1
        2    back   produced.read() = 0  scenarios.ts
        3 >> front  begins  scenarios.ts
                    open("/dev/xen/evtchn") = file 2
        4    front  until(the port) holds  scenarios.ts
                    ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, {remote_domain=0, remote_port=1}) = 1
                      -- port 1 <- its bind pending, masked
        5    front  produced.write(1)  scenarios.ts
        6    front  sleeping.read() = false  scenarios.ts
        7    front  produced.write(2)  scenarios.ts
        8    front  sleeping.read() = false  scenarios.ts
                    close(file 2) = 0
                      -- port 1 closed, its peer dom0:1 has none any more
                    front is over
        9 >  back   sleeping.write(true)  scenarios.ts
       10    back   pending(): waits  scenarios.ts
       11 >  dom7   upcall

      Found in run 30 of 1000: seed 1, random, 11 steps with 6 switches; shrunk to 11 steps with 3 switches.
      Again:
        await replay(scenario, 'x1:1.29:2p1:8ah')
      "
    `);
  });

  it('tells of an event behind a mask who did not unmask it', async () => {
    const { message } = await failureOf(unmaskForgotten);
    expect(message).toMatch(
      /=> an event is pending behind the mask: back has not unmasked port 1 since it read that of step \d+/,
    );
    expect(message).toMatch(/step \d+ +front notifies: pending, but masked: it stays in Xen/);
    expect(message).toMatch(/whose peer, front's port 1 of domain 7, was closed at step \d+:/);
  });

  it('tells of events that merged', async () => {
    const { message } = await failureOf(oneEventPerSend);
    expect(message).toMatch(
      /back waits in after\(\d\) \(.*\) since step \d+, for port 1 of domain 0/,
    );
    expect(message).toMatch(/step \d+ +front notifies: pending already, the two are one event/);
    expect(message).toContain('-- port 1 <- dom7:1 pending (merged)');
  });

  it('tells of who waits for an event that nobody has sent', async () => {
    const scenario: Scenario = (lab) =>
      connected(
        lab,
        async (_party, evtchn) => {
          await evtchn.pending();
        },
        async (party) => {
          await party.until(() => false, 'an answer');
        },
      );
    const { message } = await failureOf(scenario);
    expect(message).toContain("Port 1, connected to front's port 1 of domain 7:");
    expect(message).toContain('=> nobody has ever sent an event to port 1');
    expect(message).toMatch(/front waits in until\(an answer\) \(.*\) since step \d+\./);
  });

  it('tells of a peer that died, and of what never was', async () => {
    const scenario: Scenario = (lab) => {
      lab.party('back', async (party) => {
        const evtchn = party.openEvtchn(0);
        evtchn.bindUnboundPort(7);
        await evtchn.pending();
      });
      lab.party('other', async (party) => {
        await party.openEvtchn(0, { comm: 'another' }).pending();
      });
      lab.party('front', (party) => party.until(() => false, 'ever'), { mortal: 7 });
    };
    const { message } = await failureOf(scenario, { seed: 2 });
    expect(message).toContain('Port 1, to which nobody has connected:');
    const died = await failureOf((lab) => {
      lab.createDomain({ domid: 7, kernelChannels: false });
      lab.party('back', async (party) => {
        await party.openEvtchn(0).pending();
      });
      lab.party('front', (party) => party.until(() => false, 'ever'), { mortal: 7 });
    });
    expect(died.message).toContain('It holds none: no event can come.');
  });

  it('tells of the ports first that have an event', async () => {
    const { message } = await failureOf((lab) => {
      lab.party('one', async (party) => {
        const evtchn = party.openEvtchn(0);
        for (let port = 0; port < 6; port++) evtchn.bindUnboundPort(7);
        const mine = evtchn.bindUnboundPort(0);
        evtchn.notify(evtchn.bindInterdomain(0, mine));
        evtchn.unmask(mine);
        await evtchn.pending();
        await evtchn.pending();
        await evtchn.pending();
      });
    });
    expect(message).toContain('  And 4 more ports.');
    expect(message.indexOf('  Port 7, ')).toBeLessThan(message.indexOf('  Port 1, '));
    expect(message).toMatch(/Port 8, .*\n.*an event, of connecting: pending/);
  });

  it('tells of an event that a party without a wait for it has not read', async () => {
    const scenario: Scenario = (lab) =>
      connected(
        lab,
        async (party) => {
          await party.until(() => false, 'what the event would tell');
        },
        async (_party, evtchn, port) => evtchn.notify(port),
      );
    const { message } = await failureOf(scenario);
    expect(message).toMatch(/back waits in until\(what the event would tell\) .*\n +Port 1, /);
    expect(message).toContain('=> the event is in the ring of back, which does not read it');
  });

  it('is short where no step was taken', async () => {
    const { message } = await failureOf((lab) => {
      lab.party('one', async () => {});
      throw new Error('not so');
    });
    expect(message).toContain('the scenario threw: Error: not so');
    expect(message).not.toContain('How it came about');
  });

  it('tells of timers, deaths, and accidents', async () => {
    const scenario: Scenario = (lab) => {
      const dom7 = lab.createDomain({ domid: 7, kernelChannels: false });
      lab.party('back', async (party) => {
        const evtchn = party.openEvtchn(0);
        const port = evtchn.bindUnboundPort(0);
        evtchn.bindInterdomain(0, port);
        await party.sleep(5);
        if (evtchn.read().includes(port) && dom7.destroyed) throw new Error('who sent this?');
        evtchn.close();
      });
      lab.party('guest', (party) => party.until(() => false, 'ever'), {
        mortal: 7,
        daemon: true,
      });
    };
    const { message } = await failureOf(scenario, { spurious: 1, runs: 5000 });
    expect(message).toMatch(/back +sleep\(5\) is over, at 5 ms/);
    expect(message).toMatch(/>> guest +dies with domain 7/);
    expect(message).toMatch(/>> accident +spurious event on port 1 of domain 0/);
    expect(message).toContain('-- domain destroyed');
  });

  it('leaves the middle of a long run out', async () => {
    const { message } = await failureOf(
      (lab) => {
        lab.party('busy', async (party) => {
          for (let round = 0; ; round++) await party.step(`round ${round}`);
        });
      },
      { maxSteps: 500, runs: 1 },
    );
    expect(message).toMatch(/^Endless run: .*500 steps/);
    expect(message).toContain('… 380 steps are left out …');
    expect(message).toContain('step(round 3)');
    expect(message).not.toContain('step(round 200)');
    expect(message).toContain('step(round 498)');
  });

  it('says so when the scenario is another each time', async () => {
    let runs = 0;
    const scenario: Scenario = (lab) => {
      const late = runs++ === 0;
      lab.party('one', async () => {
        if (late) throw new Error('only the first time');
      });
    };
    const { message, cause, failure } = await failureOf(scenario);
    expect(failure.kind).toBe('nondeterminism');
    expect(message).toContain('Build everything anew');
    expect((cause as Error).message).toBe('only the first time');
  });

  it('has colours only if asked', async () => {
    const plain = await failureOf(lostUpdate);
    const coloured = await failureOf(lostUpdate, { colour: true });
    expect(plain.message).not.toMatch(CONTROLS);
    expect(coloured.message).toMatch(CONTROLS);
    expect(coloured.message.replaceAll(CONTROLS, '')).toBe(plain.message);
  });

  it('has a stack that leads to where a party threw', async () => {
    const error = await failureOf((lab) => {
      lab.party('one', async (party) => {
        await party.step('before');
        throw new TypeError('of the program');
      });
    });
    expect(error.message).toContain('one threw: TypeError: of the program');
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.stack!.split('\n').find((line) => /^ +at /.test(line))).toContain(
      'report.test.ts',
    );
    expect(error.stack!.startsWith(`ExplorationError: ${error.message}`)).toBe(true);
  });

  it('has a stack that leads to where a party waits', async () => {
    const error = await failureOf(checkThenWait);
    expect(error.stack!.split('\n').find((line) => /^ +at /.test(line))).toContain('scenarios.ts');
  });

  it('says how it was found', async () => {
    const error: unknown = await explore(lostUpdate, { strategy: 'pct', seed: 6, runs: 50 }).catch(
      (thrown: unknown) => thrown,
    );
    expect((error as Error).message).toMatch(/Found in run \d+ of 50: seed 6, pct, \d+ steps with/);
  });
});
