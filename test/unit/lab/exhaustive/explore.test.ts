import { describe, expect, it } from 'vitest';
import { IOCTL_EVTCHN_BIND_STATIC } from '../../../../src/abi/ioctl.js';
import {
  ExplorationError,
  type ExploreOptions,
  explore,
  type Scenario,
} from '../../../../src/lab.js';
import { readBlocking } from '../../../../src/vfs/blocking.js';
import type { File } from '../../../../src/vfs/file.js';
import { BUFFER, ProgramMemory } from '../../../model/program-memory.js';

function exhaustively(scenario: Scenario, options: ExploreOptions = {}) {
  return explore(scenario, { strategy: 'exhaustive', runs: 100_000, ...options });
}

async function failureOf(scenario: Scenario, options?: ExploreOptions): Promise<ExplorationError> {
  const error: unknown = await exhaustively(scenario, options).catch((thrown: unknown) => thrown);
  if (error instanceof ExplorationError) return error;
  throw new Error('no run failed');
}

/** Three parties that write and read a cell, two of them the same. */
const threeParties: Scenario = (lab) => {
  const cells = [lab.cell('a', 0), lab.cell('b', 0)];
  for (const number of [0, 1, 2]) {
    lab.party(`party ${number}`, async () => {
      const cell = cells[number % 2]!;
      await cell.write(number);
      await cell.read();
    });
  }
};

/** Two parties that add one to the same number, in two steps. */
const lostUpdate: Scenario = (lab) => {
  const sum = lab.cell('sum', 0);
  for (const name of ['one', 'other']) {
    lab.party(name, async () => sum.write((await sum.read()) + 1));
  }
  lab.atEnd(() => expect(sum.value).toBe(2));
};

/** The same with a variable, which the lab cannot see. */
const lostUpdateOfVariable: Scenario = (lab) => {
  let sum = 0;
  for (const name of ['one', 'other']) {
    lab.party(name, async (party) => {
      const before = sum;
      await party.step('adds');
      sum = before + 1;
    });
  }
  lab.atEnd(() => expect(sum).toBe(2));
};

describe('an exhaustive exploration', () => {
  it('runs every schedule once', async () => {
    const found = await exhaustively(threeParties, { reduction: 'none' });
    // Nine steps of three parties: 9! / (3! 3! 3!).
    expect(found).toEqual({ runs: 1680, steps: 1680 * 9, complete: true });
  });

  it('runs those only in which somebody finds another thing, where parties share cells alone', async () => {
    // Of two parties that write and read the same cell: who writes first, and whether the other reads in between.
    const found = await exhaustively(threeParties, { reduction: 'parties' });
    expect(found).toMatchObject({ runs: 4, complete: true });
  });

  it('takes steps of parties to use the same variables unless told otherwise', async () => {
    expect(await exhaustively(threeParties)).toMatchObject({ runs: 1680, complete: true });
    const { failure } = await failureOf(lostUpdateOfVariable);
    expect(failure.kind).toBe('assertion');
  });

  it('is not complete when it ends for the number of runs', async () => {
    const found = await exhaustively(threeParties, { runs: 100 });
    expect(found).toMatchObject({ runs: 100, complete: false });
  });

  for (const reduction of ['none', 'deliveries', 'parties'] as const) {
    it(`finds an update that is lost, with reduction ${reduction}`, async () => {
      const { failure, schedule } = await failureOf(lostUpdate, { reduction });
      expect(failure.kind).toBe('assertion');
      expect(schedule).toHaveLength(6);
    });
  }

  it('bounds pre-emptions', async () => {
    // Each of the three goes through once it has begun: in any order.
    const none = await exhaustively(threeParties, { preemptions: 0 });
    expect(none).toMatchObject({ runs: 6, complete: true });
    expect(await exhaustively(lostUpdate, { preemptions: 0 })).toMatchObject({ complete: true });
    const { failure } = await failureOf(lostUpdate, { preemptions: 1 });
    expect(failure.kind).toBe('assertion');
    const all = await exhaustively(threeParties, { preemptions: 9 });
    expect(all).toMatchObject({ runs: 1680, complete: true });
  });

  it('refuses a reduction where pre-emptions are bounded', async () => {
    const options = { preemptions: 1, reduction: 'parties' } as const;
    await expect(exhaustively(threeParties, options)).rejects.toThrow(RangeError);
    await expect(exhaustively(threeParties, { preemptions: -1 })).rejects.toThrow(RangeError);
  });

  it('has the same numbers in each run', async () => {
    const drawn = new Set<number>();
    await exhaustively((lab) => {
      drawn.add(lab.random.next());
      threeParties(lab);
    });
    expect(drawn.size).toBe(1);
  });

  it('says so when a scenario does another thing in another run', async () => {
    let runs = 0;
    const changing: Scenario = (lab) => {
      const names = ++runs === 1 ? ['one', 'other'] : ['one', 'other', 'third'];
      for (const name of names) lab.party(name, (party) => party.step());
    };
    await expect(exhaustively(changing)).rejects.toThrow('cannot be repeated');
  });

  it('finds a notification that comes between the check and the wait', async () => {
    const { failure } = await failureOf((lab) => {
      let port: number | undefined;
      const full = lab.cell('full', false);
      lab.party('back', async (party) => {
        using evtchn = party.openEvtchn(0);
        port = evtchn.bindUnboundPort(1);
        // Taken before it looks, and so not heard of after it has looked.
        const check = async () => (await full.read()) || evtchn.tryPending() !== undefined;
        while (!(await check())) evtchn.unmask(await evtchn.pending());
        if (!(await full.read())) await evtchn.pending();
      });
      lab.party('front', async (party) => {
        using evtchn = party.openEvtchn(1);
        await party.until(() => port !== undefined);
        const mine = evtchn.bindInterdomain(0, port!);
        evtchn.notify(mine);
        await full.write(true);
      });
    });
    expect(failure.kind).toBe('lost-wakeup');
  });

  it('runs blocking reads of the device, of two readers, in every order with two pre-emptions at most', async () => {
    const reads: number[] = [];
    // The channels are the scenario's own.
    const allowing = { leftovers: 'allow', preemptions: 2 } as const;
    const found = await exhaustively((lab) => {
      const back = lab.createDomain({ domid: 0, kernelChannels: false, bindStatic: true });
      const front = lab.createDomain({ domid: 1, kernelChannels: false });
      const file = back.open();
      const ends = [0, 1].map(() => {
        const port = back.hypercalls.allocUnbound(0, 1);
        bindStatic(file, port);
        return front.hypercalls.bindInterdomain(0, port);
      });
      let left = 2;
      for (const name of ['reader', 'other reader']) {
        lab.party(name, async (party) => {
          const memory = programMemory();
          reads.push(await party.wait('read', () => readBlocking(file, memory, BUFFER, 4)));
          file.write(memory, BUFFER, 4);
          if (--left === 0) file.put();
        });
      }
      lab.party('sender', async (party) => {
        for (const end of ends) {
          front.hypercalls.send(end);
          await party.step();
        }
      });
    }, allowing);
    expect(found.complete).toBe(true);
    expect(new Set(reads)).toEqual(new Set([4]));
    expect(reads).toHaveLength(2 * found.runs);
  });
});

function programMemory(): ProgramMemory {
  const memory = new ProgramMemory();
  memory.mapped = 4096;
  return memory;
}

function bindStatic(file: File, port: number): void {
  const memory = programMemory();
  memory.words[0] = port;
  expect(file.ioctl(IOCTL_EVTCHN_BIND_STATIC, memory, BUFFER)).toBe(0);
}
