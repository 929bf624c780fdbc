import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EACCES, EINVAL, ENOSPC } from '../../../src/abi/errno.js';
import { bareDomain, bareXen } from './bare-xen.js';
import { FifoGuest, LINKED, MASKED, PENDING } from './fifo-guest.js';
import { upcallByte, writePendingBit, writeUpcallByte } from './shared-pages.js';

function fifoDomain(ports: number, vcpus = 1, pages = 1) {
  const domain = bareDomain(bareXen('deferred'), { vcpus });
  const guest = new FifoGuest(domain, pages);
  const ops = domain.hypervisor.eventChannels;
  for (let i = 0; i < ports; i++) ops.allocUnbound(domain, domain.id, 0);
  return { domain, guest, ops };
}

describe('FifoPorts', () => {
  it('names 131072 ports and calls itself fifo', () => {
    const { domain } = fifoDomain(0);
    expect([domain.ports.abi, domain.ports.limit]).toEqual(['fifo', 131072]);
  });

  it('links the first event as head of its queue, sets its ready bit and raises the upcall', () => {
    const { domain, guest } = fifoDomain(3);
    domain.ports.setPending(2);
    expect(guest.word(2)).toBe(0xa0000000);
    expect(guest.ready(0)).toBe(1 << 7);
    expect(guest.head(0, 7)).toBe(2);
    expect(upcallByte(domain, 0)).toBe(1);
  });

  it('writes the word of a port at byte 4 times its number, in pages of 1024', () => {
    const { domain, guest } = fifoDomain(2050, 1, 3);
    domain.ports.setPending(2049);
    domain.ports.setPending(1023);
    expect(guest.word(2049)).toBe(PENDING + LINKED + 1023);
    expect(guest.word(1023)).toBe(PENDING + LINKED);
    expect(domain.ports.isPending(2049)).toBe(true);
    expect(domain.ports.isBusy(1023)).toBe(true);
  });

  it('links a second event behind the first and raises no second upcall', () => {
    const { domain, guest } = fifoDomain(3);
    domain.ports.setPending(3);
    writeUpcallByte(domain, 0, 0);
    domain.ports.setPending(1);
    expect(guest.word(3)).toBe(PENDING + LINKED + 1);
    expect(guest.head(0, 7)).toBe(3);
    expect(upcallByte(domain, 0)).toBe(0);
    expect(guest.walk(0, 7)).toEqual([3, 1]);
  });

  it('sets PENDING only on a port that is linked already', () => {
    const { domain, guest } = fifoDomain(3);
    domain.ports.setPending(1);
    guest.write(1, LINKED);
    domain.ports.setPending(1);
    expect(guest.word(1)).toBe(PENDING + LINKED);
    expect(guest.walk(0, 7)).toEqual([1]);
  });

  it('does not link a masked port, and links it when it is unmasked', () => {
    const { domain, guest, ops } = fifoDomain(3);
    guest.write(2, MASKED);
    domain.ports.setPending(2);
    expect(guest.word(2)).toBe(PENDING + MASKED);
    expect(upcallByte(domain, 0)).toBe(0);
    ops.unmask(domain, 2);
    expect(guest.word(2)).toBe(PENDING + LINKED);
    expect(guest.head(0, 7)).toBe(2);
    expect(upcallByte(domain, 0)).toBe(1);
  });

  it('only clears the mask of a port with nothing pending', () => {
    const { domain, guest, ops } = fifoDomain(3);
    guest.write(2, MASKED);
    ops.unmask(domain, 2);
    expect(guest.word(2)).toBe(0);
    expect(upcallByte(domain, 0)).toBe(0);
  });

  it('puts each priority on a queue of its own, with a ready bit of its own', () => {
    const { domain, guest } = fifoDomain(16);
    for (let port = 1; port <= 16; port++) {
      expect(domain.ports.setPriority(port, port - 1)).toBe(0);
      domain.ports.setPending(port);
    }
    expect(guest.ready(0)).toBe(0xffff);
    for (let queue = 0; queue < 16; queue++) expect(guest.walk(0, queue)).toEqual([queue + 1]);
  });

  it('refuses priorities above 15, and any for a free port first', () => {
    const { domain } = fifoDomain(1);
    expect(domain.ports.setPriority(1, 16)).toBe(-EINVAL);
    expect(domain.ports.setPriority(2, 16)).toBe(-EACCES);
    expect(domain.ports.setPriority(0, 3)).toBe(-EACCES);
  });

  it('clears PENDING and nothing else', () => {
    const { domain, guest } = fifoDomain(2);
    domain.ports.setPending(1);
    domain.ports.setPending(2);
    domain.ports.clearPending(1);
    expect(guest.word(1)).toBe(LINKED + 2);
    expect(domain.ports.isPending(1)).toBe(false);
  });

  it('keeps an event of a vCPU without control block in its word and tells nobody', () => {
    const domain = bareDomain(bareXen('deferred'), { vcpus: 2 });
    const ops = domain.hypervisor.eventChannels;
    const control = domain.memory.allocatePage();
    expect(ops.initControl(domain, control, 0, 0)).toBe(0);
    const array = domain.memory.allocatePage();
    expect(ops.expandArray(domain, array)).toBe(0);
    const port = ops.allocUnbound(domain, domain.id, 0);
    expect(ops.bindVcpu(domain, port, 1)).toBe(0);
    domain.ports.setPending(port);
    expect(domain.memory.page(array)![port]).toBe(PENDING);
    expect(upcallByte(domain, 1)).toBe(0);
  });

  it('wakes a poller for an event that is new, also of a masked port, and not for a repeated one', () => {
    const { domain, guest } = fifoDomain(2);
    let woken = 0;
    guest.write(1, MASKED);
    domain.vcpus[0]!.startPolling(1, () => woken++);
    domain.ports.setPending(1);
    expect(woken).toBe(1);
    domain.vcpus[0]!.startPolling(1, () => woken++);
    domain.ports.setPending(1);
    expect(woken).toBe(1);
  });
});

describe('FifoPorts without the array page of a port', () => {
  it('remembers one event and raises it when the page comes', () => {
    const { domain, guest } = fifoDomain(1030);
    domain.ports.setPending(1029);
    domain.ports.setPending(1029);
    expect(domain.ports.isPending(1029)).toBe(false);
    expect(domain.ports.isMasked(1029)).toBe(true);
    expect(domain.ports.isBusy(1029)).toBe(false);
    expect(upcallByte(domain, 0)).toBe(0);
    expect(guest.expand()).toBe(0);
    expect(guest.walk(0, 7)).toEqual([1029]);
    guest.consume(0, 7);
    guest.write(1029, 0);
    expect(guest.expand()).toBe(0);
    expect(guest.readyQueues(0)).toEqual([]);
  });

  it('raises remembered events masked where the new page is masked', () => {
    const { domain, guest } = fifoDomain(1030);
    domain.ports.setPending(1025);
    guest.expand(MASKED);
    expect(guest.word(1025)).toBe(PENDING + MASKED);
    expect(guest.readyQueues(0)).toEqual([]);
  });

  it('ignores unmask and clear, which have no word to work on', () => {
    const { domain, guest } = fifoDomain(1030);
    domain.ports.setPending(1025);
    domain.ports.unmask(1025);
    domain.ports.clearPending(1025);
    guest.expand();
    expect(guest.walk(0, 7)).toEqual([1025]);
  });

  it('takes 128 pages and then answers ENOSPC', () => {
    const { domain, guest } = fifoDomain(0);
    for (let page = 1; page < 128; page++) expect(guest.expand()).toBe(0);
    expect(domain.fifo!.full).toBe(true);
    expect(guest.expand()).toBe(-ENOSPC);
  });

  it('delivers what was pending two-level once the guest gave its pages', () => {
    const domain = bareDomain(bareXen('deferred'));
    const ops = domain.hypervisor.eventChannels;
    for (let i = 0; i < 5; i++) ops.allocUnbound(domain, domain.id, 0);
    writePendingBit(domain, 4, true);
    const guest = new FifoGuest(domain);
    expect(guest.walk(0, 7)).toEqual([4]);
  });
});

type Step =
  | { readonly op: 'send'; readonly port: number }
  | { readonly op: 'priority'; readonly port: number; readonly priority: number }
  | { readonly op: 'vcpu'; readonly port: number; readonly vcpu: number }
  | { readonly op: 'mask' | 'unmask'; readonly port: number }
  | {
      readonly op: 'reopen';
      readonly port: number;
      readonly vcpu: number;
      readonly priority: number;
    }
  | { readonly op: 'take'; readonly vcpu: number; readonly queue: number };

const VCPUS = 2;
const PORTS = 5;
const PORT_NUMBERS = [1, 2, 3, 4, 5];
const port = fc.integer({ min: 1, max: PORTS });
const vcpu = fc.nat(VCPUS - 1);
/** Few priorities, so that ports meet. */
const priority = fc.constantFrom(0, 7, 15);

function steps(withReopen: boolean): fc.Arbitrary<Step[]> {
  const send = fc.record({ op: fc.constant('send' as const), port });
  const take = fc.record({ op: fc.constant('take' as const), vcpu, queue: priority });
  const kinds: fc.WeightedArbitrary<Step>[] = [
    { weight: 6, arbitrary: send },
    { weight: 4, arbitrary: take },
    { weight: 3, arbitrary: fc.record({ op: fc.constant('priority' as const), port, priority }) },
    { weight: 3, arbitrary: fc.record({ op: fc.constant('vcpu' as const), port, vcpu }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('mask' as const), port }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('unmask' as const), port }) },
  ];
  if (withReopen) {
    kinds.push({
      weight: 3,
      arbitrary: fc.record({ op: fc.constant('reopen' as const), port, vcpu, priority }),
    });
  }
  return fc.array(fc.oneof(...kinds), { maxLength: 60, size: 'max' });
}

/** The queues as they must be: lists of ports, a port on one at most. */
class Model {
  readonly queues = new Map<string, number[]>();
  readonly #of = Array.from({ length: PORTS + 1 }, () => ({ vcpu: 0, priority: 7 }));
  readonly #masked = new Set<number>();
  readonly #pending = new Set<number>();

  queue(vcpu: number, priority: number): number[] {
    const key = `${vcpu}/${priority}`;
    if (!this.queues.has(key)) this.queues.set(key, []);
    return this.queues.get(key)!;
  }

  linked(port: number): boolean {
    return [...this.queues.values()].some((ports) => ports.includes(port));
  }

  state(): string[] {
    const queues = [...this.queues].filter(([, ports]) => ports.length > 0);
    const lines = queues.map(([name, ports]) => `${name}: ${ports}`).sort();
    const ports = PORT_NUMBERS.map(
      (port) => `${port}: ${this.#pending.has(port)} ${this.linked(port)}`,
    );
    return [...lines, ...ports];
  }

  send(port: number): void {
    this.#pending.add(port);
    if (this.#masked.has(port) || this.linked(port)) return;
    this.queue(this.#of[port]!.vcpu, this.#of[port]!.priority).push(port);
  }

  set(port: number, to: { vcpu?: number; priority?: number }): void {
    Object.assign(this.#of[port]!, to);
  }

  mask(port: number): void {
    this.#masked.add(port);
  }

  unmask(port: number): void {
    this.#masked.delete(port);
    if (this.#pending.has(port)) this.send(port);
  }

  taken(port: number): void {
    this.#pending.delete(port);
  }

  reopen(port: number, to: { vcpu: number; priority: number }): void {
    this.#pending.delete(port);
    this.#of[port] = { vcpu: to.vcpu, priority: to.priority };
  }
}

/** The same as a guest finds it in its pages. */
function inMemory(guest: FifoGuest): string[] {
  const queues: string[] = [];
  for (let vcpu = 0; vcpu < VCPUS; vcpu++) {
    for (const queue of guest.readyQueues(vcpu)) {
      queues.push(`${vcpu}/${queue}: ${guest.walk(vcpu, queue)}`);
    }
  }
  const ports = PORT_NUMBERS.map((port) => {
    const word = guest.word(port);
    return `${port}: ${(word & PENDING) !== 0} ${(word & LINKED) !== 0}`;
  });
  return [...queues.sort(), ...ports];
}

function followsTheModel(run: readonly Step[]): void {
  const { domain, guest, ops } = fifoDomain(PORTS, VCPUS);
  const model = new Model();
  for (const step of run) {
    switch (step.op) {
      case 'send':
        domain.ports.setPending(step.port);
        model.send(step.port);
        break;
      case 'priority':
        expect(ops.setPriority(domain, step.port, step.priority)).toBe(0);
        model.set(step.port, { priority: step.priority });
        break;
      case 'vcpu':
        expect(ops.bindVcpu(domain, step.port, step.vcpu)).toBe(0);
        model.set(step.port, { vcpu: step.vcpu });
        break;
      case 'mask':
        guest.write(step.port, guest.word(step.port) | MASKED);
        model.mask(step.port);
        break;
      case 'unmask':
        ops.unmask(domain, step.port);
        model.unmask(step.port);
        break;
      case 'take': {
        const queue = model.queue(step.vcpu, step.queue);
        if (queue.length === 0) break;
        const taken = guest.consume(step.vcpu, step.queue);
        expect(taken).toBe(queue.shift());
        guest.write(taken, guest.word(taken) & ~PENDING);
        model.taken(taken);
        break;
      }
      case 'reopen':
        // A linked port is not handed out again: its number would not be the same.
        if (model.linked(step.port)) break;
        ops.close(domain, step.port);
        expect(ops.allocUnbound(domain, domain.id, 0)).toBe(step.port);
        expect(domain.channels.vcpu(step.port)).toBe(0);
        expect(domain.channels.priority(step.port)).toBe(7);
        ops.bindVcpu(domain, step.port, step.vcpu);
        ops.setPriority(domain, step.port, step.priority);
        model.reopen(step.port, step);
        break;
    }
    expect(inMemory(guest)).toEqual(model.state());
  }
}

describe('the queues of FifoPorts', () => {
  it('keep their order and lose or double no link when ports change priority and vCPU', () => {
    fc.assert(fc.property(steps(false), followsTheModel), { numRuns: 200 });
  });

  it('keep their order and lose or double no link when ports are closed and opened again', () => {
    fc.assert(fc.property(steps(true), followsTheModel), { numRuns: 200 });
  });

  it('deliver the event of a port that was closed and opened again after an event', () => {
    const { domain, guest, ops } = fifoDomain(1);
    domain.ports.setPending(1);
    guest.write(guest.consume(0, 7), 0);
    ops.close(domain, 1);
    expect(ops.allocUnbound(domain, domain.id, 0)).toBe(1);
    domain.ports.setPending(1);
    expect(guest.word(1)).toBe(PENDING + LINKED);
    expect(guest.walk(0, 7)).toEqual([1]);
    expect(upcallByte(domain, 0)).toBe(1);
  });

  it('do not lose the event behind a port that was the tail, closed, and opened elsewhere', () => {
    const { domain, guest, ops } = fifoDomain(3);
    const [moved, stays, third] = [1, 2, 3];
    // Tail of queue 7, taken and closed.
    domain.ports.setPending(moved);
    guest.write(guest.consume(0, 7), 0);
    ops.close(domain, moved);
    expect(ops.allocUnbound(domain, domain.id, 0)).toBe(moved);
    // The same number on queue 3: queue 7 is empty now, however its tail reads.
    for (const each of [moved, third]) expect(ops.setPriority(domain, each, 3)).toBe(0);
    domain.ports.setPending(moved);
    domain.ports.setPending(stays);
    domain.ports.setPending(third);
    expect(guest.walk(0, 3)).toEqual([moved, third]);
    expect(guest.walk(0, 7)).toEqual([stays]);
  });
});
