import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GuestEventAbi } from '../../../src/guest/event-abi.js';
import { GuestFifo } from '../../../src/guest/fifo.js';
import { GuestTwoLevel } from '../../../src/guest/two-level.js';
import type { EventAbi } from '../../../src/hypervisor/port-ops.js';
import { bareDomain, bareXen } from '../hypervisor/bare-xen.js';

const PORTS = 200;

function guestHalf(name: EventAbi, vcpus = 2) {
  const domain = bareDomain(bareXen('deferred'), { vcpus });
  const handled: [number, number][] = [];
  const handler = {
    handlePort(port: number, vcpu: number) {
      abi.clearPending(port);
      handled.push([port, vcpu]);
    },
  };
  const abi: GuestEventAbi =
    name === 'fifo' ? new GuestFifo(domain, handler) : new GuestTwoLevel(domain, handler);
  for (let port = 1; port <= PORTS; port++) {
    domain.hypervisor.eventChannels.allocUnbound(domain, 0, 0);
    abi.setup(port);
    abi.bindToVcpu(port, 0, 0);
  }
  return { domain, abi, handled };
}

describe.each<[EventAbi, number, number]>([
  ['two-level', 4096, 4096],
  ['fifo', 131072, 1024],
])('GuestEventAbi of %s', (name, maxChannels, nrChannels) => {
  it('knows how many channels there can be and are', () => {
    const { abi } = guestHalf(name);
    expect([abi.maxChannels, abi.nrChannels]).toEqual([maxChannels, nrChannels]);
  });

  it('starts with every port masked and none pending', () => {
    const { abi } = guestHalf(name);
    for (let port = 1; port <= PORTS; port++) {
      expect([abi.isMasked(port), abi.isPending(port)]).toEqual([true, false]);
    }
  });

  it('agrees with Xen on what is pending and masked', () => {
    const { abi, domain } = guestHalf(name);
    abi.unmask(5);
    expect(domain.ports.isMasked(5)).toBe(false);
    abi.mask(5);
    expect(domain.ports.isMasked(5)).toBe(true);
    domain.ports.setPending(5);
    expect(abi.isPending(5)).toBe(true);
    abi.clearPending(5);
    expect(domain.ports.isPending(5)).toBe(false);
    abi.setPending(5);
    expect(domain.ports.isPending(5)).toBe(true);
  });

  it('has Xen raise an event that waits behind the mask it takes away', () => {
    const { abi, domain, handled } = guestHalf(name);
    domain.ports.setPending(5);
    expect(domain.vcpus[0]!.upcallPending).toBe(false);
    abi.unmask(5);
    expect(domain.vcpus[0]!.upcallPending).toBe(true);
    abi.handleEvents(0);
    expect(handled).toEqual([[5, 0]]);
  });

  it('hands over each port that is pending and unmasked once, on its vCPU', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: PORTS }), { maxLength: 40, size: 'max' }),
        fc.uniqueArray(fc.integer({ min: 1, max: PORTS }), { maxLength: 40, size: 'max' }),
        (raised, onOther) => {
          const { abi, domain, handled } = guestHalf(name);
          for (const port of onOther) {
            domain.channels.setVcpu(port, 1);
            abi.bindToVcpu(port, 1, 0);
          }
          const open = raised.filter((port) => port % 3 !== 0);
          for (const port of open) abi.unmask(port);
          for (const port of raised) domain.ports.setPending(port);
          abi.handleEvents(0);
          abi.handleEvents(1);
          abi.handleEvents(0);
          const expected = open.map((port) => [port, onOther.includes(port) ? 1 : 0]);
          expect(handled.sort(([a], [b]) => a - b)).toEqual(expected.sort(([a], [b]) => a! - b!));
          for (const port of raised) expect(abi.isPending(port)).toBe(port % 3 === 0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('hands over nothing of a port masked or cleared since it was raised', () => {
    const { abi, domain, handled } = guestHalf(name);
    for (const port of [5, 6]) {
      abi.unmask(port);
      domain.ports.setPending(port);
    }
    abi.mask(5);
    abi.clearPending(6);
    abi.handleEvents(0);
    expect(handled).toEqual([]);
    abi.unmask(5);
    abi.handleEvents(0);
    expect(handled).toEqual([[5, 0]]);
  });
});
