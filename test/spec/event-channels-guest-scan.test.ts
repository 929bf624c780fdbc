import { describe, expect, it } from 'vitest';
import { VIRQ_TIMER } from '../../src/index.js';
import { type KernelBenchOptions, kernelBench } from './kernel-channel.js';
import { itHasEveryRow } from './table-rows.js';

/** IPIs on the ports from 1 on, whose handlers write down the order in which they run. */
function recorder(options: KernelBenchOptions, count: number) {
  const bench = kernelBench({ ...options, delivery: 'deferred' });
  const { hypercalls } = bench.domain;
  const order: number[] = [];
  const handler = { name: 'recorder', interrupt: (port: number) => order.push(port) };
  for (let port = 1; port <= count; port++) {
    expect(hypercalls.bindIpi(0)).toBe(port);
    bench.kernel.bindEvtchnToIrqHandler(port, handler);
  }
  const send = (...ports: readonly number[]) => {
    for (const port of ports) hypercalls.send(port);
  };
  /** Raises events and tells in which order they are handled. */
  const run = (...ports: readonly number[]) => {
    send(...ports);
    order.length = 0;
    bench.host.run();
    return [...order];
  };
  return { ...bench, hypercalls, handler, order, send, run };
}

itHasEveryRow('the scans in spec/event-channels.md 1.3', ['2-level scan order', 'FIFO']);

describe('2-level scan order', () => {
  it('is that of the ports, not of the events', () => {
    const { run } = recorder({ abi: 'two-level' }, 130);
    expect(run(129, 64, 2, 63, 1)).toEqual([1, 2, 63, 64, 129]);
  });

  it('has VIRQ_TIMER first', () => {
    const { run, kernel, handler, domain, hypercalls } = recorder({ abi: 'two-level' }, 70);
    const irq = kernel.bindVirqToIrqHandler(VIRQ_TIMER, 0, handler);
    const timer = kernel.irqs.port(irq);
    expect(timer).toBe(71);
    hypercalls.send(5);
    hypercalls.send(70);
    domain.raiseVirq(VIRQ_TIMER);
    expect(run()).toEqual([timer, 5, 70]);
  });

  it('goes on after the last port processed, and scans the word it starts in twice', () => {
    const { run } = recorder({ abi: 'two-level' }, 130);
    expect(run(10, 20, 70)).toEqual([10, 20, 70]);
    expect(run(10, 69, 70, 71, 129)).toEqual([71, 129, 10, 69, 70]);
  });

  it('goes on with the next word after the last port of one', () => {
    const { run } = recorder({ abi: 'two-level' }, 130);
    expect(run(63)).toEqual([63]);
    expect(run(1, 63, 64)).toEqual([64, 1, 63]);
  });

  it('so a port that is always busy does not starve those behind it', () => {
    const bench = kernelBench({ abi: 'two-level', delivery: 'deferred' });
    const { hypercalls } = bench.domain;
    const order: string[] = [];
    const busy = hypercalls.bindIpi(0);
    const quiet = hypercalls.bindIpi(0);
    bench.kernel.bindEvtchnToIrqHandler(busy, {
      name: 'busy',
      interrupt() {
        order.push('busy');
        if (order.length < 20) hypercalls.send(busy);
        if (order.length === 5) hypercalls.send(quiet);
      },
    });
    bench.kernel.bindEvtchnToIrqHandler(quiet, {
      name: 'quiet',
      interrupt: () => order.push('quiet'),
    });
    hypercalls.send(busy);
    bench.host.run();
    expect(order.indexOf('quiet')).toBe(5);
    expect(order.length).toBeGreaterThanOrEqual(20);
  });

  it('is kept by every vCPU for itself', () => {
    const bench = kernelBench({ abi: 'two-level', delivery: 'deferred', vcpus: 2 });
    const { hypercalls } = bench.domain;
    const order: number[] = [];
    const handler = { name: 'recorder', interrupt: (port: number) => order.push(port) };
    for (const vcpu of [0, 1]) {
      for (let i = 0; i < 3; i++) bench.kernel.bindIpiToIrqHandler(vcpu, handler);
    }
    const run = (...ports: readonly number[]) => {
      for (const port of ports) hypercalls.send(port);
      order.length = 0;
      bench.host.run();
      return [...order];
    };
    expect(run(2)).toEqual([2]);
    expect(run(6, 5, 4)).toEqual([4, 5, 6]);
    expect(run(1, 2, 3)).toEqual([3, 1, 2]);
  });
});

describe('FIFO', () => {
  it('is in the order of the events within a priority', () => {
    const { run } = recorder({ abi: 'fifo' }, 130);
    expect(run(129, 64, 2, 63, 1)).toEqual([129, 64, 2, 63, 1]);
  });

  it('has the lowest queue number, the highest priority, first', () => {
    const { run, hypercalls } = recorder({ abi: 'fifo' }, 4);
    hypercalls.setPriority(2, 15);
    hypercalls.setPriority(3, 0);
    expect(run(1, 2, 3, 4)).toEqual([3, 1, 4, 2]);
  });

  it('looks for newly ready queues after each event', () => {
    const bench = kernelBench({ delivery: 'deferred' });
    const { hypercalls } = bench.domain;
    const order: string[] = [];
    const [low, lower, high] = [1, 2, 3].map(() => hypercalls.bindIpi(0));
    const bind = (port: number | undefined, name: string, then = () => {}) =>
      bench.kernel.bindEvtchnToIrqHandler(port!, {
        name,
        interrupt() {
          order.push(name);
          then();
        },
      });
    bind(low, 'low', () => hypercalls.send(high!));
    bind(lower, 'lower');
    bind(high, 'high');
    hypercalls.setPriority(high!, 1);
    hypercalls.send(low!);
    hypercalls.send(lower!);
    bench.host.run();
    expect(order).toEqual(['low', 'high', 'lower']);
  });

  it('passes over a linked port whose event is gone or that was masked meanwhile', () => {
    const { run, kernel, send } = recorder({ abi: 'fifo' }, 4);
    send(1, 2, 3);
    kernel.unbindFromIrqHandler(kernel.irqFromEvtchn(1));
    kernel.disableIrq(kernel.irqFromEvtchn(2));
    expect(run(4)).toEqual([3, 4]);
    kernel.enableIrq(kernel.irqFromEvtchn(2));
    expect(run()).toEqual([2]);
  });
});
