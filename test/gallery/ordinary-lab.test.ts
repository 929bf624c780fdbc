import { describe, expect, it } from 'vitest';
import type { Scenario } from 'xen-evtchn/lab';
import { runOrdinarily } from '../../gallery/ordinary-lab.js';

describe('without the lab', () => {
  it('parties meet on an ordinary host', async () => {
    const seen: string[] = [];
    const scenario: Scenario = (lab) => {
      const port = lab.cell<number | undefined>('port', undefined);
      const events = lab.cell('events', 0);
      lab.createDomain({ domid: 0, kernelChannels: false });
      lab.party('back', async (party) => {
        using evtchn = party.openEvtchn(0);
        await port.write(evtchn.bindUnboundPort(7));
        evtchn.unmask(await evtchn.pending());
        seen.push(`${party.name} has ${await events.update((count) => count + 1)}`);
      });
      lab.party('front', async (party) => {
        using evtchn = party.openEvtchn(7);
        await party.until(() => port.value !== undefined);
        const own = evtchn.bindInterdomain(0, (await port.read())!);
        await party.step();
        await party.sleep(1);
        await party.wait('a notify', () => evtchn.notify(own));
      });
      lab.party('server', (party) => party.until(() => false), { daemon: true });
      lab.atEnd(() => seen.push(`end, ${events.value} event`));
    };
    await expect(runOrdinarily(scenario, 2)).resolves.toBeUndefined();
    expect(seen).toEqual(['back has 1', 'end, 1 event', 'back has 1', 'end, 1 event']);
  });

  it('tells the run in which a party throws', async () => {
    let runs = 0;
    const scenario: Scenario = (lab) => {
      runs++;
      lab.party('one', async () => {
        if (runs === 3) throw new Error('third');
      });
    };
    await expect(runOrdinarily(scenario, 5)).resolves.toEqual({ run: 3, error: Error('third') });
  });

  it('tells the run in which a check throws', async () => {
    const scenario: Scenario = (lab) => {
      lab.party('one', async () => {});
      lab.atEnd(() => {
        throw new Error('wrong');
      });
    };
    await expect(runOrdinarily(scenario, 5)).resolves.toEqual({ run: 1, error: Error('wrong') });
  });

  it('has the same numbers for data in the same run', async () => {
    const numbers: number[] = [];
    const scenario: Scenario = (lab) => {
      numbers.push(lab.random.integer(0, 1_000_000));
    };
    await runOrdinarily(scenario, 2);
    await runOrdinarily(scenario, 2);
    expect(numbers.slice(0, 2)).toEqual(numbers.slice(2));
    expect(numbers[0]).not.toBe(numbers[1]);
  });
});
