import { describe, expect, it } from 'vitest';
import {
  DOMID_SELF,
  EVTCHN_FIFO_BUSY,
  EVTCHN_FIFO_LINK_MASK,
  EVTCHN_FIFO_LINKED,
  EVTCHN_FIFO_MASKED,
  EVTCHN_FIFO_PENDING,
  type HostDomain,
  ManualClock,
  SHARED_INFO_EVTCHN_MASK_WORD,
  SHARED_INFO_EVTCHN_PENDING_WORD,
  XenHost,
} from '../../src/index.js';
import { refusal } from './refusal.js';
import { itHasEveryRow } from './table-rows.js';

/** A two-level domain in which nothing runs, and an IPI of each of its vCPUs. */
function twoLevel(vcpus = 1) {
  const clock = new ManualClock();
  const host = new XenHost({ clock });
  const domain = host.createDomain({ domid: 1, kernel: false, vcpus });
  const sharedInfo = new Uint32Array(domain.xen.sharedInfo.buffer);
  const mask = (port: number, on: boolean) => {
    const word = SHARED_INFO_EVTCHN_MASK_WORD + (port >>> 5);
    const bit = 1 << (port & 31);
    sharedInfo[word] = on ? sharedInfo[word]! | bit : sharedInfo[word]! & ~bit;
  };
  const pendingWord = (port: number) => sharedInfo[SHARED_INFO_EVTCHN_PENDING_WORD + (port >>> 5)]!;
  return { clock, host, domain, hypercalls: domain.hypercalls, mask, pendingWord };
}

/** A FIFO domain in which nothing runs: its event words and the control blocks of its vCPUs. */
function fifo(vcpus = 1) {
  const domain = new XenHost().createDomain({ domid: 1, kernel: false, vcpus });
  const { hypercalls, xen } = domain;
  const controls = xen.vcpus.map(({ id }) => {
    const gfn = xen.memory.allocatePage();
    hypercalls.initControl(gfn, 0, id);
    return xen.memory.page(gfn)!;
  });
  const gfn = xen.memory.allocatePage();
  hypercalls.expandArray(gfn);
  return { domain, hypercalls, controls, words: xen.memory.page(gfn)! };
}

const bit = (word: number | undefined, number: number) => ((word ?? 0) >>> number) & 1;
const upcalls = ({ xen }: HostDomain) => xen.vcpus.map((vcpu) => vcpu.upcallPending);
const HEAD = 2;

itHasEveryRow('the paragraphs below the table of spec/event-channels.md 1.2', [
  '2-level delivery',
  'FIFO delivery',
  'SCHEDOP_poll',
]);

describe('2-level delivery', () => {
  it('sets the pending bit, the selector of its 64 ports and the upcall flag of the vCPU', () => {
    const { domain, hypercalls, pendingWord } = twoLevel(2);
    const ports = Array.from({ length: 70 }, () => hypercalls.bindIpi(1));
    hypercalls.send(ports[69]!);
    expect(pendingWord(70)).toBe(1 << (70 & 31));
    expect([...domain.xen.vcpus[1]!.pendingSel]).toEqual([2, 0]);
    expect(upcalls(domain)).toEqual([false, true]);
  });

  it('stops if the bit was set already: it coalesces, and wakes no poller', async () => {
    const { domain, hypercalls, mask, clock } = twoLevel();
    const port = hypercalls.bindIpi(0);
    const other = hypercalls.bindIpi(0);
    mask(port, true);
    hypercalls.send(port);
    // Any event of the domain would end this poll, if it were one.
    const poll = hypercalls.poll([other, other], { timeout: 5 });
    hypercalls.send(port);
    clock.advance(5);
    await expect(poll).resolves.toBe('timeout');
    expect(upcalls(domain)).toEqual([false]);
  });

  it('tells nobody of a masked port', () => {
    const { domain, hypercalls, mask, pendingWord } = twoLevel();
    const port = hypercalls.bindIpi(0);
    mask(port, true);
    hypercalls.send(port);
    expect(pendingWord(port)).toBe(1 << port);
    expect([...domain.xen.vcpus[0]!.pendingSel]).toEqual([0, 0]);
    expect(upcalls(domain)).toEqual([false]);
  });

  it('marks the upcall only when the selector bit is new', () => {
    const { domain, hypercalls } = twoLevel();
    const ports = [hypercalls.bindIpi(0), hypercalls.bindIpi(0)];
    hypercalls.send(ports[0]!);
    domain.xen.vcpus[0]!.upcallPending = false;
    hypercalls.send(ports[1]!);
    expect(upcalls(domain)).toEqual([false]);
    domain.xen.vcpus[0]!.pendingSel.fill(0);
    hypercalls.close(ports[1]!);
    hypercalls.send(hypercalls.bindIpi(0));
    expect(upcalls(domain)).toEqual([true]);
  });

  it('unmask raises the upcall only if the mask was set, the port pending and the selector clear', () => {
    const { domain, hypercalls, mask } = twoLevel();
    const [vcpu] = domain.xen.vcpus;
    const port = hypercalls.bindIpi(0);
    mask(port, true);
    hypercalls.unmask(port);
    expect(upcalls(domain)).toEqual([false]);
    mask(port, true);
    hypercalls.send(port);
    hypercalls.unmask(port);
    expect(upcalls(domain)).toEqual([true]);
    vcpu!.upcallPending = false;
    vcpu!.pendingSel.fill(0);
    hypercalls.unmask(port);
    expect(upcalls(domain)).toEqual([false]);
    mask(port, true);
    vcpu!.pendingSel[0] = 1;
    hypercalls.unmask(port);
    expect(upcalls(domain)).toEqual([false]);
  });
});

describe('FIFO delivery', () => {
  it('remembers an event whose array page is missing', () => {
    const domain = new XenHost().createDomain({ domid: 1, kernel: false });
    const { hypercalls, xen } = domain;
    hypercalls.initControl(xen.memory.allocatePage(), 0, 0);
    const port = hypercalls.bindIpi(0);
    hypercalls.send(port);
    expect(upcalls(domain)).toEqual([false]);
    hypercalls.expandArray(xen.memory.allocatePage());
    expect(upcalls(domain)).toEqual([true]);
  });

  it('tells nobody on a vCPU without a control block', () => {
    const domain = new XenHost().createDomain({ domid: 1, kernel: false, vcpus: 2 });
    const { hypercalls, xen } = domain;
    hypercalls.initControl(xen.memory.allocatePage(), 0, 0);
    const gfn = xen.memory.allocatePage();
    hypercalls.expandArray(gfn);
    const port = hypercalls.bindIpi(1);
    hypercalls.send(port);
    expect(bit(xen.memory.page(gfn)![port], EVTCHN_FIFO_LINKED)).toBe(0);
    expect(upcalls(domain)).toEqual([false, false]);
  });

  it('sets PENDING and LINKED, the head of the empty queue, the ready bit and the upcall flag', () => {
    const { domain, hypercalls, controls, words } = fifo();
    const port = hypercalls.bindIpi(0);
    hypercalls.setPriority(port, 3);
    hypercalls.send(port);
    expect(bit(words[port], EVTCHN_FIFO_PENDING)).toBe(1);
    expect(bit(words[port], EVTCHN_FIFO_LINKED)).toBe(1);
    expect(bit(words[port], EVTCHN_FIFO_BUSY)).toBe(0);
    expect(controls[0]![0]).toBe(1 << 3);
    expect(controls[0]![HEAD + 3]).toBe(port);
    expect(upcalls(domain)).toEqual([true]);
  });

  it('links further ports at the tail, without another upcall', () => {
    const { domain, hypercalls, controls, words } = fifo();
    const ports = [1, 2, 3].map(() => hypercalls.bindIpi(0));
    hypercalls.send(ports[0]!);
    domain.xen.vcpus[0]!.upcallPending = false;
    hypercalls.send(ports[1]!);
    hypercalls.send(ports[2]!);
    const next = ports.map((port) => words[port]! & EVTCHN_FIFO_LINK_MASK);
    expect(next).toEqual([ports[1], ports[2], 0]);
    expect(controls[0]![HEAD + 7]).toBe(ports[0]);
    expect(upcalls(domain)).toEqual([false]);
  });

  it('marks the upcall only if the ready bit is new', () => {
    const { domain, hypercalls, controls } = fifo();
    const [vcpu] = domain.xen.vcpus;
    const port = hypercalls.bindIpi(0);
    controls[0]![0] = 1 << 7;
    hypercalls.send(port);
    expect(upcalls(domain)).toEqual([false]);
    controls[0]![0] = 0;
    const other = hypercalls.bindIpi(0);
    hypercalls.setPriority(other, 2);
    hypercalls.send(other);
    expect(vcpu!.upcallPending).toBe(true);
  });

  it('leaves a masked port unlinked, and links it on unmask', () => {
    const { domain, hypercalls, words } = fifo();
    const port = hypercalls.bindIpi(0);
    words[port] = 1 << EVTCHN_FIFO_MASKED;
    hypercalls.send(port);
    expect(bit(words[port], EVTCHN_FIFO_PENDING)).toBe(1);
    expect(bit(words[port], EVTCHN_FIFO_LINKED)).toBe(0);
    hypercalls.unmask(port);
    expect(bit(words[port], EVTCHN_FIFO_MASKED)).toBe(0);
    expect(bit(words[port], EVTCHN_FIFO_LINKED)).toBe(1);
    expect(upcalls(domain)).toEqual([true]);
  });

  // Another CPU would be needed for the event that Xen loses after three attempts to lock a changing queue.
  it('resolves a change of queue at the next event: the old queue is not linked to any more', () => {
    const { hypercalls, controls, words } = fifo();
    const [moved, other] = [hypercalls.bindIpi(0), hypercalls.bindIpi(0)];
    hypercalls.send(moved!);
    hypercalls.setPriority(moved!, 1);
    // The guest takes it off its queue, and it comes again.
    words[moved!] = 0;
    controls[0]!.fill(0);
    hypercalls.send(moved!);
    hypercalls.send(other!);
    expect(words[moved!]! & EVTCHN_FIFO_LINK_MASK).toBe(0);
    expect(controls[0]![HEAD + 1]).toBe(moved);
    expect(controls[0]![HEAD + 7]).toBe(other);
    expect(controls[0]![0]).toBe((1 << 1) | (1 << 7));
  });

  it('clears only PENDING on close: the guest unlinks the word and ignores it', () => {
    const { hypercalls, words } = fifo();
    const port = hypercalls.bindIpi(0);
    hypercalls.send(port);
    hypercalls.close(port);
    expect(bit(words[port], EVTCHN_FIFO_PENDING)).toBe(0);
    expect(bit(words[port], EVTCHN_FIFO_LINKED)).toBe(1);
  });
});

describe('SCHEDOP_poll', () => {
  it('answers EINVAL for more than 128 ports, before all else', async () => {
    const { hypercalls } = twoLevel();
    const port = hypercalls.bindIpi(0);
    hypercalls.send(port);
    const poll = hypercalls.poll(new Array(129).fill(port));
    await expect(poll).rejects.toMatchObject({ code: 'EINVAL', syscall: 'SCHEDOP_poll' });
  });

  it('returns at once while an upcall is deliverable, whatever the ports', async () => {
    const { hypercalls } = twoLevel();
    hypercalls.send(hypercalls.bindIpi(0));
    await expect(hypercalls.poll([50, 100000])).resolves.toBe('event');
    await expect(hypercalls.poll([])).resolves.toBe('event');
  });

  it('returns at once if a listed port is pending, even masked', async () => {
    const { hypercalls, mask } = twoLevel();
    const port = hypercalls.bindIpi(0);
    mask(port, true);
    hypercalls.send(port);
    await expect(hypercalls.poll([port])).resolves.toBe('event');
  });

  it('answers EINVAL for a port that is not usable or not valid, unless one before it is pending', async () => {
    const { hypercalls, mask } = twoLevel();
    const port = hypercalls.bindIpi(0);
    mask(port, true);
    for (const bad of [0, 50, 100000]) {
      await expect(hypercalls.poll([port, bad])).rejects.toMatchObject({ code: 'EINVAL' });
    }
    hypercalls.send(port);
    await expect(hypercalls.poll([port, 50])).resolves.toBe('event');
    await expect(hypercalls.poll([50, port])).rejects.toMatchObject({ code: 'EINVAL' });
  });

  it('waits for its one port only; for several any event of the domain ends it', async () => {
    const { hypercalls, mask } = twoLevel(2);
    const [port, other] = [hypercalls.bindIpi(0), hypercalls.bindIpi(0)];
    for (const each of [port, other]) mask(each!, true);
    const third = hypercalls.bindIpi(0);
    mask(third, true);
    const order: string[] = [];
    const one = hypercalls.poll([port!]).then(() => order.push('one'));
    const several = hypercalls.poll([port!, other!], { vcpu: 1 }).then(() => order.push('several'));
    hypercalls.send(third);
    await several;
    expect(order).toEqual(['several']);
    hypercalls.send(port!);
    await one;
    expect(order).toEqual(['several', 'one']);
  });

  it('gives up at an absolute time, and never without one', async () => {
    const { hypercalls, clock } = twoLevel();
    const port = hypercalls.bindIpi(0);
    clock.advance(100);
    let ended = false;
    const poll = hypercalls.poll([port], { timeout: 150 }).finally(() => {
      ended = true;
    });
    clock.advance(49);
    await Promise.resolve();
    expect(ended).toBe(false);
    clock.advance(1);
    await expect(poll).resolves.toBe('timeout');
    const forEver = hypercalls.poll([port]);
    expect(clock.nextAt).toBeUndefined();
    hypercalls.send(port);
    await expect(forEver).resolves.toBe('event');
  });

  it('leaves events where they are: they are still delivered to the guest', async () => {
    const host = new XenHost({ delivery: 'deferred' });
    const { hypercalls, kernel } = host.createDomain({ domid: 1, kernelChannels: false });
    const handled: number[] = [];
    const port = hypercalls.allocUnbound(DOMID_SELF, 1);
    const peer = hypercalls.bindInterdomain(DOMID_SELF, port);
    kernel!.bindEvtchnToIrqHandler(port, { name: 'x', interrupt: (at) => handled.push(at) });
    kernel!.disableUpcalls(0);
    const poll = hypercalls.poll([port]);
    hypercalls.send(peer);
    await expect(poll).resolves.toBe('event');
    kernel!.enableUpcalls(0);
    host.run();
    expect(handled).toEqual([port]);
    expect(refusal(() => hypercalls.close(port))).toBe('ok');
  });
});
