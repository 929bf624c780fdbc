import { expect, it } from 'vitest';
import type { DomainOptions } from '../../../src/host/xen-host.js';
import { optionsOfBoot, optionsOfSnapshot } from '../../../src/replay/domain-boot.js';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.js';
import { RecordedHost } from './recorded-host.js';

const KERNELS: DomainOptions[] = [
  { domid: 0, abi: 'fifo', vcpus: 1, kernel: true, kernelChannels: true },
  { domid: 1, abi: 'fifo', vcpus: 3, kernel: true, kernelChannels: true },
  { domid: 1, abi: 'fifo', vcpus: 2, kernel: true, kernelChannels: false },
  { domid: 0, abi: 'two-level', vcpus: 2, kernel: true, kernelChannels: true },
  { domid: 7, abi: 'two-level', vcpus: 4, kernel: true, kernelChannels: true },
];

it.each(KERNELS)('tells by what it binds when it boots how a domain was made: %j', (options) => {
  const { host, records } = new RecordedHost();
  host.createDomain(options);
  expect(optionsOfBoot(records, 0)).toEqual(options);
  host.createDomain({ domid: 9 });
  expect(optionsOfBoot(records, 0)).toEqual(options);
});

it.each(KERNELS.slice(0, 2))('tells so by a snapshot: %j', (options) => {
  const { host } = new RecordedHost();
  host.createDomain({ ...options, maxEvtchnPort: 77 });
  const made = optionsOfSnapshot(takeSnapshot(host).domains[0]!);
  expect(made).toEqual({ ...options, paused: false, maxEvtchnPort: 77 });
});

it('takes a domain that does nothing for one in which nothing runs', () => {
  const { host, records } = new RecordedHost();
  host.createDomain({ domid: 1, abi: 'two-level', kernelChannels: false });
  expect(optionsOfBoot(records, 0)).toMatchObject({ kernel: false, abi: 'two-level' });
  host.domain(1)!.openEvtchn();
  expect(optionsOfBoot(records, 0)).toMatchObject({ kernel: true, kernelChannels: false });
});

it('finds the highest port by the call for which there was none', () => {
  const { host, records } = new RecordedHost();
  const { hypercalls } = host.createDomain({ domid: 1, maxEvtchnPort: 64, kernelChannels: false });
  const zero = host.createDomain({ domid: 0 });
  for (let port = 1; port < 64; port++) hypercalls.allocUnbound(1, 0);
  expect(optionsOfBoot(records, 0)).not.toHaveProperty('maxEvtchnPort', 64);
  zero.hypercalls.allocUnbound(1, 0);
  expect(() => zero.hypercalls.allocUnbound(1, 0)).toThrow('ENOSPC');
  expect(optionsOfBoot(records, 0)).toMatchObject({ maxEvtchnPort: 64 });
  const created = records.findIndex(({ type, domid }) => type === 'domain-create' && domid === 0);
  expect(optionsOfBoot(records, created)).toMatchObject({ maxEvtchnPort: undefined });
});

it('finds vCPUs by what is done on them', () => {
  const { host, records } = new RecordedHost();
  const options = { domid: 1, vcpus: 9, abi: 'two-level', kernelChannels: false } as const;
  const domain = host.createDomain(options);
  expect(optionsOfBoot(records, 0).vcpus).toBe(1);
  expect(() => domain.hypercalls.bindVirq(0, 9)).toThrow('ENOENT');
  expect(() => domain.hypercalls.bindVirq(3, 5)).toThrow('EINVAL');
  expect(optionsOfBoot(records, 0).vcpus).toBe(1);
  domain.hypercalls.bindIpi(4);
  expect(optionsOfBoot(records, 0).vcpus).toBe(5);
  domain.raiseVirq(0, 6);
  expect(optionsOfBoot(records, 0).vcpus).toBe(7);
  domain.destroy();
  host.createDomain(options).hypercalls.bindIpi(8);
  expect(optionsOfBoot(records, 0).vcpus).toBe(7);
});
