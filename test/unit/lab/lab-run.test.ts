import { describe, expect, it } from 'vitest';
import { VIRQ_DOM_EXC } from '../../../src/abi/virq.js';
import type { Evtchn } from '../../../src/embedded.js';
import { explored, failureOf, pingPong } from './programs.js';

describe('a run', () => {
  it('is over when all parties are, whatever the order', async () => {
    const { runs, steps, complete } = await explored(pingPong(5));
    expect(runs).toBe(200);
    expect(steps).toBeGreaterThan(200 * 20);
    expect(complete).toBe(false);
  });

  it('has every order of two steps', async () => {
    const orders = new Set<string>();
    await explored((lab) => {
      let order = '';
      for (const name of ['a', 'b']) {
        lab.party(name, async (party) => {
          order += name;
          await party.step();
          order += name;
        });
      }
      lab.atEnd(() => orders.add(order));
    });
    expect([...orders].sort()).toEqual(['aabb', 'abab', 'abba', 'baab', 'baba', 'bbaa']);
  });

  it('has several operations of one party go on in every order', async () => {
    const orders = new Set<string>();
    await explored((lab) => {
      let order = '';
      lab.party('a', async (party) => {
        const steps = ['x', 'y', 'z'].map((name) => party.step(name).then(() => (order += name)));
        await Promise.all(steps);
      });
      lab.atEnd(() => orders.add(order));
    });
    expect(orders.size).toBe(6);
  });

  it('lets a party wait for whichever comes first', async () => {
    const winners = new Set<string>();
    await explored((lab) => {
      let bound = false;
      lab.party('reader', async (party) => {
        using evtchn = party.openEvtchn(0);
        evtchn.bindVirq(VIRQ_DOM_EXC);
        bound = true;
        const event = evtchn.pending().then(() => 'event');
        const late = party.sleep(10).then(() => 'late');
        winners.add(await Promise.race([event, late]));
        event.catch(() => {});
        evtchn.close();
        await party.step('what was not waited for is over');
      });
      lab.party('cause', async (party) => {
        await party.until(() => bound);
        lab.host.raiseVirq(VIRQ_DOM_EXC);
      });
    });
    expect([...winners].sort()).toEqual(['event', 'late']);
  });

  it('has timers fire only when nothing else can happen, if it is told so', async () => {
    const orders = new Set<string>();
    const scenario = (lab: Parameters<Parameters<typeof explored>[0]>[0]) => {
      let order = '';
      lab.party('sleeper', async (party) => {
        await party.sleep(1);
        order += 'slept';
      });
      lab.party('worker', async (party) => {
        await party.step();
        await party.step();
        order += 'worked';
      });
      lab.atEnd(() => orders.add(order));
    };
    await explored(scenario, { timers: 'idle' });
    expect([...orders]).toEqual(['workedslept']);
    await explored(scenario);
    expect(orders.size).toBe(2);
  });

  it('has virtual time go on by its timers', async () => {
    await explored((lab) => {
      lab.party('a', async (party) => {
        await party.sleep(1000);
        expect(lab.host.clock.now()).toBe(1000);
        await party.sleep(0.5);
        expect(lab.host.clock.now()).toBe(1000.5);
      });
    });
  });

  it('ends though a party that need not end has timers', async () => {
    await explored((lab) => {
      lab.party(
        'ticker',
        async (party) => {
          for (;;) await party.sleep(10);
        },
        { daemon: true },
      );
      lab.party('a', (party) => party.sleep(100));
    });
  });

  it('waits for awaits that settle by themselves, however deep', async () => {
    await explored((lab) => {
      lab.party('a', async (party) => {
        for (let i = 0; i < 500; i++) await null;
        await party.step();
        for (let i = 0; i < 500; i++) await null;
      });
    });
  });

  it('knows whose code runs when a party settles what another awaits', async () => {
    const { waiting } = await failureOf((lab) => {
      const cell = lab.cell('cell', 0);
      let open = () => {};
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      lab.party('opener', async (party) => {
        await party.step();
        open();
        await party.until(() => false, 'never');
      });
      lab.party('other', async (party) => {
        await gate;
        await cell.write(1);
        await party.until(() => false, 'neither');
      });
    });
    expect(waiting).toEqual([
      { party: 'opener', operations: [{ call: 'until(never)' }] },
      { party: 'other', operations: [{ call: 'until(neither)' }] },
    ]);
  });

  it('lets parties await each other', async () => {
    await explored((lab) => {
      let first = Promise.resolve();
      lab.party('a', (party) => {
        first = party.step().then(() => party.step());
        return first;
      });
      lab.party('b', async (party) => {
        await party.step();
        await first;
        await party.step();
      });
    });
  });

  it('hands an event of a shared handle to one of those who wait', async () => {
    const orders = new Set<string>();
    await explored((lab) => {
      let evtchn: Evtchn | undefined;
      let port: number | undefined;
      let order = '';
      lab.party('a', async (party) => {
        evtchn = party.openEvtchn(0);
        port = evtchn.bindUnboundPort(1);
        evtchn.unmask(await evtchn.pending());
        order += 'a';
      });
      lab.party('b', async (party) => {
        await party.until(() => evtchn !== undefined);
        evtchn!.unmask(await evtchn!.pending());
        order += 'b';
      });
      lab.party('sender', async (party) => {
        using mine = party.openEvtchn(1);
        await party.until(() => port !== undefined);
        const own = mine.bindInterdomain(0, port!);
        for (const length of [1, 2]) {
          mine.notify(own);
          await party.until(() => order.length === length);
        }
        evtchn!.close();
      });
      lab.atEnd(() => orders.add(order));
    });
    expect([...orders].sort()).toEqual(['ab', 'ba']);
  });

  it('lets who waits go on when the handle is closed, the domain is destroyed, or a signal aborts', async () => {
    const reasons = new Set<string>();
    await explored((lab) => {
      const controller = new AbortController();
      const handles: Evtchn[] = [];
      for (const [domid, name] of ['closed', 'destroyed', 'aborted'].entries()) {
        lab.party(name, async (party) => {
          const evtchn = party.openEvtchn(domid);
          handles.push(evtchn);
          const options = name === 'aborted' ? { signal: controller.signal } : {};
          const error = await evtchn.pending(options).catch((reason: unknown) => reason);
          reasons.add(`${name} ${(error as { code?: string }).code ?? error}`);
          if (name !== 'destroyed') evtchn.close();
        });
      }
      lab.party('cause', async (party) => {
        await party.until(() => handles.length === 3);
        controller.abort('enough');
        await party.step();
        lab.host.domain(1)!.destroy();
        await party.step();
        const open = handles.filter(({ closed }) => !closed);
        for (const handle of open) handle.close();
      });
    });
    expect([...reasons].sort()).toEqual(['aborted enough', 'closed EBADF', 'destroyed ENODEV']);
  });

  it('passes over the upcall of a domain that was destroyed', async () => {
    await explored((lab) => {
      let port: number | undefined;
      lab.party('back', async (party) => {
        const evtchn = party.openEvtchn(0);
        port = evtchn.bindUnboundPort(1);
        await evtchn.pending().catch(() => {});
        evtchn.close();
      });
      lab.party('front', async (party) => {
        using evtchn = party.openEvtchn(1);
        await party.until(() => port !== undefined);
        evtchn.notify(evtchn.bindInterdomain(0, port!));
        lab.host.domain(0)!.destroy();
      });
    });
  });
});

describe('a run fails', () => {
  it('when a party throws, at once or later, with what it threw', async () => {
    const error = new Error('wrong');
    for (const run of [
      async () => {
        throw error;
      },
      () => {
        throw error;
      },
    ]) {
      const failure = await failureOf((lab) => lab.party('a', run));
      expect(failure).toMatchObject({ kind: 'assertion', message: 'a threw', error, runs: 1 });
    }
  });

  it('when the scenario throws', async () => {
    const error = new Error('wrong');
    const failure = await failureOf(() => {
      throw error;
    });
    expect(failure).toMatchObject({ kind: 'assertion', message: 'the scenario threw', error });
  });

  it('when a check at the end throws, which come in order and only when nothing else failed', async () => {
    const order: string[] = [];
    const failure = await failureOf((lab) => {
      lab.party('a', async () => {});
      lab.atEnd(() => order.push('first'));
      lab.atEnd(() => {
        throw new Error('second');
      });
      lab.atEnd(() => order.push('third'));
    });
    expect(failure).toMatchObject({ kind: 'assertion', message: 'the check at the end failed' });
    expect(new Set(order)).toEqual(new Set(['first']));
  });

  it('when a party would wait for ever, and says for what', async () => {
    const failure = await failureOf((lab) => {
      lab.party('reader', async (party) => {
        using evtchn = party.openEvtchn(0);
        evtchn.bindUnboundPort(1);
        await evtchn.pending();
      });
      lab.party('other', (party) => party.step());
    });
    expect(failure).toMatchObject({
      kind: 'lost-wakeup',
      message: 'reader would wait for ever',
      waiting: [{ party: 'reader', operations: [{ call: 'pending()', domid: 0 }] }],
    });
  });

  it('when it goes on and on', async () => {
    const failure = await failureOf(
      (lab) =>
        lab.party('a', async (party) => {
          for (;;) await party.step();
        }),
      { maxSteps: 50 },
    );
    expect(failure).toMatchObject({
      kind: 'endless',
      message: 'not over after 50 steps: a',
      steps: 50,
    });
  });

  it('when a condition throws: that is for who waits for it', async () => {
    const failure = await failureOf((lab) =>
      lab.party('a', (party) =>
        party.until(() => {
          throw new RangeError('no');
        }),
      ),
    );
    expect(failure.error).toBeInstanceOf(RangeError);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['never settles', () => new Promise(() => {})],
    ['is a timer', () => new Promise((resolve) => setTimeout(resolve, 1))],
    ['is a timer that is due', () => new Promise((resolve) => setTimeout(resolve, 0))],
    ['is I/O', () => import('node:fs/promises').then(({ readdir }) => readdir('/'))],
  ])('when a party awaits what is not the lab’s: a promise that %s', async (_, begin) => {
    const { kind, message } = await failureOf((lab) =>
      lab.party('a', async (party) => {
        await party.step();
        await begin();
        await party.step();
      }),
    );
    expect(kind).toBe('foreign');
    expect(message).toMatch(/^a: await(s|ed) something that is not the lab's; the lab's are /);
  });

  it('tells who awaits something else from those whose event is missing', async () => {
    const { kind, waiting } = await failureOf((lab) => {
      let done = () => {};
      const never = new Promise<void>((resolve) => {
        done = resolve;
      });
      lab.party('reader', async (party) => {
        using evtchn = party.openEvtchn(0);
        await evtchn.pending();
        done();
      });
      lab.party('other', () => never);
    });
    expect(kind).toBe('lost-wakeup');
    expect(waiting).toEqual([
      { party: 'reader', operations: [{ call: 'pending()', domid: 0 }] },
      { party: 'other', operations: [] },
    ]);
  });

  it('when what a party is does not promise anything', async () => {
    const run = (() => 7) as unknown as () => Promise<void>;
    const { error } = await failureOf((lab) => lab.party('a', run));
    expect(error).toEqual(new TypeError('a is not async: what it returned is no promise'));
  });
});
