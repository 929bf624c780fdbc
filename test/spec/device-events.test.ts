import { describe, expect, it } from 'vitest';
import {
  EAGAIN,
  EFBIG,
  EPOLLET,
  EventPoll,
  O_ASYNC,
  POLLERR,
  POLLIN,
  type SignalInfo,
  XenHost,
} from '../../src/index.js';
import { bindChannel, DeviceProgram, quietChannel } from './device-program.js';
import { itHasEveryRow } from './table-rows.js';

function twoPrograms() {
  const domain = new XenHost().createDomain({ domid: 0 });
  return { sender: new DeviceProgram(domain), receiver: new DeviceProgram(domain) };
}

itHasEveryRow('the paragraphs below the table of spec/device.md 1.4', [
  'Interrupt',
  'Ring growth',
  'Consequences',
  'The Edera fork',
]);

describe('Interrupt', () => {
  it('disables the port and appends it to the ring', () => {
    const { sender, receiver } = twoPrograms();
    const { unbound, interdomain } = quietChannel(sender, receiver);
    sender.notify(unbound);
    sender.notify(unbound);
    expect(receiver.read()).toEqual([interdomain]);
    expect(receiver.read()).toBe(-EAGAIN);
    receiver.write(interdomain);
    expect(receiver.read()).toEqual([interdomain]);
  });

  it('notes an overflow where there is no room: the port is disabled and nobody is woken', () => {
    const { sender, receiver } = twoPrograms();
    const { unbound, interdomain } = quietChannel(sender, receiver);
    const fill = () => {
      for (let i = 0; i < 64; i++) {
        sender.notify(unbound);
        receiver.write(interdomain);
      }
    };
    fill();
    const signals: SignalInfo[] = [];
    const edges = new EventPoll<string>();
    edges.add(receiver.file, POLLIN | EPOLLET, 'receiver');
    edges.take(1);
    receiver.file.owner = { deliver: (info) => signals.push(info) };
    receiver.file.setFlags(3, receiver.file.flags | O_ASYNC);
    sender.notify(unbound);
    expect(receiver.poll()).toBe(POLLERR);
    expect(signals).toEqual([]);
    expect(edges.take(1)).toEqual([]);
    receiver.reset();
    sender.notify(unbound);
    expect(receiver.read()).toBe(-EAGAIN);
  });

  it('wakes readers and sends SIGIO only if the ring was empty', () => {
    const { sender, receiver } = twoPrograms();
    const first = quietChannel(sender, receiver);
    const second = quietChannel(sender, receiver);
    const edges = new EventPoll<string>();
    edges.add(receiver.file, POLLIN | EPOLLET, 'receiver');
    sender.notify(first.unbound);
    expect(edges.take(1)).toEqual([{ events: POLLIN, data: 'receiver' }]);
    sender.notify(second.unbound);
    expect(edges.take(1)).toEqual([]);
  });
});

describe('Ring growth', () => {
  it('is checked on bind: 64 events fit for up to 64 ports, 128 from the 65th on', () => {
    const { sender, receiver } = twoPrograms();
    const channels = Array.from({ length: 65 }, () => bindChannel(sender, receiver));
    expect(receiver.read()).toEqual(channels.map(({ interdomain }) => interdomain));
    const { unbound, interdomain } = channels[0]!;
    for (let i = 0; i < 128; i++) {
      receiver.write(interdomain);
      sender.notify(unbound);
    }
    expect(receiver.read()).toHaveLength(128);
  });

  it('is not checked on unbind: the ring never shrinks', () => {
    const { sender, receiver } = twoPrograms();
    const channels = Array.from({ length: 65 }, () => bindChannel(sender, receiver));
    receiver.read();
    for (const { interdomain } of channels.slice(1)) receiver.unbind(interdomain);
    const { unbound, interdomain } = channels[0]!;
    for (let i = 0; i < 129; i++) {
      expect(receiver.poll()).not.toBe(POLLERR);
      receiver.write(interdomain);
      sender.notify(unbound);
    }
    expect(receiver.poll()).toBe(POLLERR);
  });
});

describe('Consequences', () => {
  it('a port can be in the ring after UNBIND', () => {
    const { sender, receiver } = twoPrograms();
    const { interdomain } = bindChannel(sender, receiver);
    receiver.unbind(interdomain);
    expect(receiver.read()).toEqual([interdomain]);
  });

  it('bound again under the same number, its old entry looks like a new event', () => {
    const { sender, receiver } = twoPrograms();
    const { interdomain } = bindChannel(sender, receiver);
    receiver.unbind(interdomain);
    const reused = receiver.bindUnboundPort(0);
    expect(reused).toBe(interdomain);
    expect(receiver.read()).toEqual([reused]);
  });

  it('overflow is reachable without misuse: fill, unbind without draining, bind another', () => {
    const { sender, receiver } = twoPrograms();
    const channels = Array.from({ length: 64 }, () => bindChannel(sender, receiver));
    receiver.unbind(channels[0]!.interdomain);
    expect(receiver.poll() & POLLERR).toBe(0);
    bindChannel(sender, receiver);
    expect(receiver.poll()).toBe(POLLERR);
    expect(receiver.read()).toBe(-EFBIG);
  });

  it('writing a port that is still queued re-enables it, so it is queued twice', () => {
    const { sender, receiver } = twoPrograms();
    const { unbound, interdomain } = quietChannel(sender, receiver);
    sender.notify(unbound);
    receiver.write(interdomain);
    sender.notify(unbound);
    expect(receiver.read()).toEqual([interdomain, interdomain]);
  });
});

describe('The Edera fork', () => {
  // What it adds against handlers on other CPUs (unbinding, IRQF_SHARED) has nothing to act on here. Its field report, an
  // overflow told by a stale consumer index, would show as an overflow of a ring that a reader has just emptied.
  it('has no overflow here that is none: a ring read empty takes its whole size again, lap after lap', () => {
    const { sender, receiver } = twoPrograms();
    const { unbound, interdomain } = quietChannel(sender, receiver);
    for (let lap = 0; lap < 5; lap++) {
      for (let i = 0; i < 64; i++) {
        sender.notify(unbound);
        receiver.write(interdomain);
      }
      expect(receiver.read()).toHaveLength(64);
    }
  });

  it('has no handler run during tear-down: an event that comes with the unbind is dropped', () => {
    const { sender, receiver } = twoPrograms();
    const { unbound, interdomain } = quietChannel(sender, receiver);
    sender.notify(unbound);
    receiver.read();
    sender.notify(unbound);
    expect(receiver.unbind(interdomain)).toBe(0);
    expect(receiver.read()).toBe(-EAGAIN);
  });
});
