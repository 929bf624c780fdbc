import { describe, expect, it } from 'vitest';
import { EAGAIN, VIRQ_TBUF, XenHost } from '../../src/index.js';
import { bindChannel, DeviceProgram, quietChannel } from './device-program.js';

function twoPrograms() {
  const domain = new XenHost().createDomain({ domid: 0 });
  return { domain, a: new DeviceProgram(domain), b: new DeviceProgram(domain) };
}

describe('surprise 1: BIND_INTERDOMAIN raises one event on the new port at once', () => {
  it('the port is then disabled like after any event', () => {
    const { a, b } = twoPrograms();
    const { unbound, interdomain } = bindChannel(a, b);
    expect(b.read()).toEqual([interdomain]);
    a.notify(unbound);
    expect(b.read()).toBe(-EAGAIN);
    b.write(interdomain);
    expect(b.read()).toEqual([interdomain]);
  });

  it('the other end gets nothing', () => {
    const { a, b } = twoPrograms();
    bindChannel(a, b);
    expect(a.read()).toBe(-EAGAIN);
  });

  it('BIND_UNBOUND_PORT and BIND_VIRQ raise nothing', () => {
    const { a } = twoPrograms();
    a.bindUnboundPort(0);
    a.bindVirq(VIRQ_TBUF);
    expect(a.read()).toBe(-EAGAIN);
  });
});

describe('surprise 2: notifies before anybody is connected are lost', () => {
  it('the binder still gets exactly one event, the initial one', () => {
    const { a, b } = twoPrograms();
    const unbound = a.bindUnboundPort(0);
    for (let i = 0; i < 3; i++) expect(a.notify(unbound)).toBe(0);
    const port = b.bindInterdomain(0, unbound);
    expect(b.read()).toEqual([port]);
    b.write(port);
    expect(b.read()).toBe(-EAGAIN);
  });
});

describe('surprise 3: while a port is disabled any number of notifies become one latched event', () => {
  it('with the event unread', () => {
    const { a, b } = twoPrograms();
    const { unbound, interdomain } = quietChannel(a, b);
    for (let i = 0; i < 100; i++) a.notify(unbound);
    expect(b.read()).toEqual([interdomain]);
    expect(b.read()).toBe(-EAGAIN);
  });

  it('with the event read: it is delivered inside the write that re-enables the port', () => {
    const { a, b } = twoPrograms();
    const { unbound, interdomain } = bindChannel(a, b);
    b.read();
    for (let i = 0; i < 100; i++) a.notify(unbound);
    expect(b.read()).toBe(-EAGAIN);
    expect(b.write(interdomain)).toBe(4);
    expect(b.read()).toEqual([interdomain]);
    b.write(interdomain);
    expect(b.read()).toBe(-EAGAIN);
  });
});

describe('surprise 4: latched events come out in the order of the ports in the write', () => {
  it('not in that of the notifies', () => {
    const { a, b } = twoPrograms();
    const channels = [0, 1, 2, 3].map(() => bindChannel(a, b));
    b.read();
    for (const { unbound } of channels) a.notify(unbound);
    const order = [3, 0, 2, 1].map((i) => channels[i]!.interdomain);
    b.write(...order);
    expect(b.read()).toEqual(order);
  });
});

describe('surprise 5: re-enabling does not require having read', () => {
  it('the same port can stand in the ring many times', () => {
    const { a, b } = twoPrograms();
    const { unbound, interdomain } = bindChannel(a, b);
    for (let i = 0; i < 9; i++) {
      b.write(interdomain);
      a.notify(unbound);
    }
    expect(b.read()).toEqual(new Array(10).fill(interdomain));
  });
});

describe('surprise 6: a port named twice in one write with an event latched', () => {
  it('is delivered by the first mention and enabled again by the second', () => {
    const { a, b } = twoPrograms();
    const { unbound, interdomain } = bindChannel(a, b);
    b.read();
    a.notify(unbound);
    expect(b.write(interdomain, interdomain)).toBe(8);
    a.notify(unbound);
    expect(b.read()).toEqual([interdomain, interdomain]);
  });

  it('is enabled once where nothing is latched', () => {
    const { a, b } = twoPrograms();
    const { unbound, interdomain } = bindChannel(a, b);
    b.read();
    b.write(interdomain, interdomain);
    a.notify(unbound);
    a.notify(unbound);
    expect(b.read()).toEqual([interdomain]);
  });
});

describe('surprise 7: a latched event survives its sender', () => {
  /** A channel with an event latched at its disabled receiver. */
  function latched() {
    const { domain, a, b } = twoPrograms();
    const { unbound, interdomain } = bindChannel(a, b);
    b.read();
    a.notify(unbound);
    return { domain, a, b, unbound, interdomain };
  }

  it('its unbind', () => {
    const { a, b, unbound, interdomain } = latched();
    a.unbind(unbound);
    b.write(interdomain);
    expect(b.read()).toEqual([interdomain]);
  });

  it('its close', () => {
    const { a, b, interdomain } = latched();
    a.close();
    b.write(interdomain);
    expect(b.read()).toEqual([interdomain]);
  });

  it('and the arrival of a new peer', () => {
    const { domain, a, b, interdomain } = latched();
    a.close();
    const next = new DeviceProgram(domain);
    expect(next.bindInterdomain(0, interdomain)).toBeGreaterThan(0);
    b.write(interdomain);
    expect(b.read()).toEqual([interdomain]);
  });

  it('but dies with the receiver’s own unbind', () => {
    const { a, b, unbound, interdomain } = latched();
    b.unbind(interdomain);
    expect(b.read()).toBe(-EAGAIN);
    expect(b.bindUnboundPort(0)).toBe(interdomain);
    b.write(interdomain);
    expect(b.read()).toBe(-EAGAIN);
    expect(a.notify(unbound)).toBe(0);
  });
});

describe('surprise 8: an event already in the ring survives the unbind of its own port', () => {
  it('and is still read', () => {
    const { a, b } = twoPrograms();
    const ports = [bindChannel(a, b), bindChannel(a, b)].map(({ interdomain }) => interdomain);
    for (const port of ports) b.unbind(port);
    expect(b.read()).toEqual(ports);
    expect(b.read()).toBe(-EAGAIN);
  });

  it('and looks like the new port’s if the number was reused meanwhile', () => {
    const { a, b } = twoPrograms();
    const { interdomain } = bindChannel(a, b);
    b.unbind(interdomain);
    expect(b.bindVirq(VIRQ_TBUF)).toBe(interdomain);
    expect(b.read()).toEqual([interdomain]);
  });
});

describe('surprise 9: a port bound again starts enabled', () => {
  it('whatever state its number had before', () => {
    const { a, b } = twoPrograms();
    const first = bindChannel(a, b);
    b.read();
    b.unbind(first.interdomain);
    const port = b.bindInterdomain(0, first.unbound);
    expect(port).toBe(first.interdomain);
    expect(b.read()).toEqual([port]);
  });
});
