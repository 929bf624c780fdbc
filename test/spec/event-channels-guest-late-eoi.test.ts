import { describe, expect, it } from 'vitest';
import { EAGAIN, ManualClock, O_ASYNC, XenHost } from '../../src/index.js';
import { bindChannel, type Channel, DeviceProgram, quietChannel } from './device-program.js';
import { KernelChannel, kernelBench } from './kernel-channel.js';
import { itHasEveryRow } from './table-rows.js';

/** Of the default 250 Hz, in ms. */
const JIFFY = 4;

/** Counts how often the time is asked for. */
class CountingClock extends ManualClock {
  reads = 0;

  override now(): number {
    this.reads++;
    return super.now();
  }
}

/**
 * An upcall loop over 600 channels which takes some time on its way: the clock moves on in the handler of the 300th event.
 * @param eoiInLoop - the drivers end each event in its handler, and not later
 */
function storm(milliseconds: number, eoiInLoop = true) {
  const bench = kernelBench({ delivery: 'deferred' });
  let handled = 0;
  const channels = Array.from(
    { length: 600 },
    () =>
      new KernelChannel(bench, (channel) => {
        if (++handled === 300) bench.clock.advance(milliseconds);
        if (eoiInLoop) channel.lateEoi();
      }),
  );
  for (const channel of channels) channel.send();
  bench.host.run();
  const masked = () => channels.filter((channel) => channel.masked).map(({ port }) => port);
  return { ...bench, channels, masked };
}

itHasEveryRow('the late EOI in spec/event-channels.md 1.3', [
  'Late EOI',
  'xen_irq_lateeoi',
  '/dev/xen/evtchn always passes flags=0',
  'Upcall loop',
]);

describe('Late EOI', () => {
  it('the port stays masked from the event to the EOI; what comes meanwhile is one event', () => {
    const channel = new KernelChannel(kernelBench());
    channel.send();
    for (let i = 0; i < 5; i++) channel.send();
    expect(channel.events).toBe(1);
    channel.lateEoi();
    expect(channel.events).toBe(2);
    channel.lateEoi();
    expect(channel.events).toBe(2);
  });

  it('clears the pending bit when the event is taken', () => {
    const bench = kernelBench();
    const channel = new KernelChannel(bench);
    channel.send();
    expect(bench.kernel.abi.isPending(channel.port)).toBe(false);
    channel.send();
    expect(bench.kernel.abi.isPending(channel.port)).toBe(true);
  });

  it.each(['two-level', 'fifo'] as const)(
    'an event re-raised during an affinity move waits for the EOI, with %s',
    (abi) => {
      const bench = kernelBench({ vcpus: 2, abi });
      const channel = new KernelChannel(bench);
      channel.send();
      channel.send();
      bench.kernel.setAffinity(channel.irq, [1]);
      expect(channel.events).toBe(1);
      channel.lateEoi();
      expect(channel.events).toBe(2);
    },
  );
});

describe('xen_irq_lateeoi', () => {
  /** Sends an event that turns out to be spurious. @returns how long its EOI is put off, in jiffies */
  function spuriousEvent(channel: KernelChannel, clock: ManualClock): number {
    channel.send();
    channel.lateEoi(true);
    const due = clock.nextAt;
    expect(channel.masked).toBe(due !== undefined);
    return due === undefined ? 0 : (due - clock.now()) / JIFFY;
  }

  it('forgives one spurious event in a row, and puts the next one’s EOI off by a jiffy', () => {
    const bench = kernelBench();
    const channel = new KernelChannel(bench);
    expect(spuriousEvent(channel, bench.clock)).toBe(0);
    expect(spuriousEvent(channel, bench.clock)).toBe(1);
    bench.clock.advance(JIFFY - 1);
    expect(channel.masked).toBe(true);
    bench.clock.advance(1);
    expect(channel.masked).toBe(false);
  });

  // So the delays of 2, 4, … jiffies that the formula has, up to a second, are never reached, in Linux neither.
  it('counts the EOI of the worker as a good one: afterwards one is forgiven again', () => {
    const bench = kernelBench();
    const channel = new KernelChannel(bench);
    const delays: number[] = [];
    for (let i = 0; i < 6; i++) {
      delays.push(spuriousEvent(channel, bench.clock));
      bench.clock.advance(JIFFY);
    }
    expect(delays).toEqual([0, 1, 0, 1, 0, 1]);
  });

  it('starts to count anew after an event that was good', () => {
    const bench = kernelBench();
    const channel = new KernelChannel(bench);
    for (let i = 0; i < 5; i++) {
      expect(spuriousEvent(channel, bench.clock)).toBe(0);
      channel.send();
      channel.lateEoi();
      expect(channel.masked).toBe(false);
    }
  });

  it('forgives as many as the threshold says', () => {
    const bench = kernelBench({ spuriousThreshold: 3 });
    const channel = new KernelChannel(bench);
    const delays = [1, 2, 3, 4].map(() => spuriousEvent(channel, bench.clock));
    expect(delays).toEqual([0, 0, 0, 1]);
  });

  it('counts only while 1 << count is below 4 * HZ: 10 at 250 Hz, so a threshold of 10 forgives all', () => {
    const delaysOf = (spuriousThreshold: number) => {
      const bench = kernelBench({ spuriousThreshold });
      const channel = new KernelChannel(bench);
      return Array.from({ length: 30 }, () => {
        const delay = spuriousEvent(channel, bench.clock);
        bench.clock.advance(delay * JIFFY);
        return delay;
      });
    };
    expect(delaysOf(10)).toEqual(new Array(30).fill(0));
    const everyTenth = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    expect(delaysOf(9)).toEqual([...everyTenth, ...everyTenth, ...everyTenth]);
  });

  it('does nothing for an event whose EOI waits already', () => {
    const bench = kernelBench();
    const channel = new KernelChannel(bench);
    spuriousEvent(channel, bench.clock);
    spuriousEvent(channel, bench.clock);
    channel.lateEoi();
    channel.lateEoi(true);
    expect(channel.masked).toBe(true);
    bench.clock.advance(JIFFY);
    expect(channel.masked).toBe(false);
    expect(bench.clock.nextAt).toBeUndefined();
  });

  it('does nothing for a port that is gone, also when its EOI was waiting', () => {
    const bench = kernelBench();
    const channel = new KernelChannel(bench);
    spuriousEvent(channel, bench.clock);
    spuriousEvent(channel, bench.clock);
    bench.kernel.unbindFromIrqHandler(channel.irq);
    expect(bench.clock.nextAt).toBeUndefined();
    channel.lateEoi(true);
    expect(bench.clock.nextAt).toBeUndefined();
  });

  it('delivers what came while the EOI waited, when it is done', () => {
    const bench = kernelBench();
    const channel = new KernelChannel(bench);
    spuriousEvent(channel, bench.clock);
    spuriousEvent(channel, bench.clock);
    channel.send();
    expect(channel.events).toBe(2);
    bench.clock.advance(JIFFY);
    expect(channel.events).toBe(3);
  });
});

describe('/dev/xen/evtchn always passes flags=0', () => {
  it('so a program that reads nothing is never backed off', () => {
    const clock = new ManualClock();
    const domain = new XenHost({ clock }).createDomain({ domid: 0 });
    const app = new DeviceProgram(domain);
    const { unbound, interdomain } = quietChannel(app, app);
    for (let i = 0; i < 40; i++) {
      app.notify(unbound);
      expect(app.read()).toEqual([interdomain]);
      app.write(interdomain);
    }
    expect(clock.nextAt).toBeUndefined();
  });

  it('and only the brake of a long upcall loop delays one that writes inside the loop', () => {
    const clock = new ManualClock();
    const host = new XenHost({ clock, delivery: 'deferred' });
    const domain = host.createDomain({ domid: 0 });
    const sender = new DeviceProgram(domain);
    const app = new DeviceProgram(domain);
    const channels: Channel[] = [];
    for (let i = 0; i < 600; i++) channels.push(bindChannel(sender, app));
    host.run();
    app.read();
    app.write(...channels.map(({ interdomain }) => interdomain));
    let handled = 0;
    const rearm = () => {
      const ports = app.read();
      handled++;
      if (handled === 300) clock.advance(3 * JIFFY);
      if (typeof ports !== 'number') app.write(...ports);
    };
    app.file.owner = { deliver: rearm };
    app.file.setFlags(3, app.file.flags | O_ASYNC);
    for (const { unbound } of channels) sender.notify(unbound);
    host.run();
    expect(handled).toBe(600);
    app.file.setFlags(3, app.file.flags & ~O_ASYNC);
    for (const { unbound } of channels) sender.notify(unbound);
    host.run();
    expect(app.read()).toHaveLength(511);
    expect(app.read()).toBe(-EAGAIN);
    clock.advance(10 * JIFFY);
    host.run();
    expect(app.read()).toHaveLength(89);
  });
});

describe('Upcall loop', () => {
  it('runs again while the upcall flag is set again: an event raised in a handler is part of it', () => {
    const bench = kernelBench();
    const second = new KernelChannel(bench);
    const first = new KernelChannel(bench, () => second.send());
    let upcalls = 0;
    bench.host.trace = { record: ({ type }) => (upcalls += Number(type === 'upcall')) };
    first.send();
    expect(second.events).toBe(1);
    expect(upcalls).toBe(1);
  });

  it('reads the clock every 256 events, and not before', () => {
    const clock = new CountingClock();
    const bench = kernelBench({ clock, delivery: 'deferred' });
    const channels = Array.from({ length: 512 }, () => new KernelChannel(bench));
    const readsFor = (events: number) => {
      for (const channel of channels.slice(0, events)) channel.send();
      clock.reads = 0;
      bench.host.run();
      for (const channel of channels.slice(0, events)) channel.lateEoi();
      return clock.reads;
    };
    expect([255, 256, 511, 512].map(readsFor)).toEqual([0, 1, 1, 2]);
  });

  it('defers nothing while the deadline of 2 jiffies is kept', () => {
    const { masked } = storm(2 * JIFFY);
    expect(masked()).toEqual([]);
  });

  it('past it, defers the EOIs of all further events by 10 jiffies', () => {
    const { channels, masked, clock, host } = storm(2 * JIFFY + 1);
    expect(masked()).toEqual(channels.slice(511).map(({ port }) => port));
    // 9 ms are 2 jiffies and a bit.
    expect(clock.nextAt).toBe((2 + 10) * JIFFY);
    clock.advance((2 + 10) * JIFFY - clock.now() - 1);
    expect(masked()).toHaveLength(89);
    clock.advance(1);
    expect(masked()).toEqual([]);
    for (const channel of channels) channel.send();
    host.run();
    expect(new Set(channels.map(({ events }) => events))).toEqual(new Set([2]));
  });

  it('does an EOI at once that comes after the loop: its epoch is over', () => {
    const { channels, masked, clock } = storm(2 * JIFFY + 1, false);
    expect(masked()).toHaveLength(600);
    for (const channel of channels) channel.lateEoi();
    expect(masked()).toEqual([]);
    expect(clock.nextAt).toBeUndefined();
  });
});
