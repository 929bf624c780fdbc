import { describe, expect, it } from 'vitest';
import { EINVAL, ENOSPC } from '../../../src/abi/errno.js';
import { findFreePort, openPort } from '../../../src/hypervisor/allocate.js';
import { ECS_IPI, ECS_UNBOUND } from '../../../src/hypervisor/channel-table.js';
import { bareDomain, bareXen } from './bare-xen.js';
import { FifoGuest, LINKED } from './fifo-guest.js';

describe('findFreePort', () => {
  it('finds the lowest free port and leaves it free', () => {
    const domain = bareDomain(bareXen());
    expect(findFreePort(domain)).toBe(1);
    expect(findFreePort(domain)).toBe(1);
    openPort(domain, 1, ECS_UNBOUND, 0);
    openPort(domain, 2, ECS_UNBOUND, 0);
    expect(findFreePort(domain)).toBe(3);
    domain.channels.release(1);
    expect(findFreePort(domain)).toBe(1);
  });

  it('makes ports valid 64 at a time as they are needed', () => {
    const domain = bareDomain(bareXen());
    for (let port = 1; port < 64; port++) openPort(domain, findFreePort(domain), ECS_IPI, 0);
    expect(domain.validPort(64)).toBe(false);
    expect(findFreePort(domain)).toBe(64);
    expect(domain.validPort(127)).toBe(true);
    expect(domain.validPort(128)).toBe(false);
  });

  it('hands out the highest port of the domain and then answers ENOSPC', () => {
    const domain = bareDomain(bareXen(), { maxEvtchnPort: 3 });
    for (let port = 1; port <= 3; port++) openPort(domain, findFreePort(domain), ECS_IPI, 0);
    expect(findFreePort(domain)).toBe(-ENOSPC);
    domain.channels.release(2);
    expect(findFreePort(domain)).toBe(2);
  });

  it('stops at 4096 ports with two-level, without a 4096th bucket becoming valid', () => {
    const domain = bareDomain(bareXen());
    for (let port = 1; port < 4096; port++) openPort(domain, findFreePort(domain), ECS_IPI, 0);
    expect(findFreePort(domain)).toBe(-ENOSPC);
    expect(domain.validPort(4096)).toBe(false);
  });

  it('gives a dying domain EINVAL, even when it is full', () => {
    const domain = bareDomain(bareXen(), { maxEvtchnPort: 0 });
    expect(findFreePort(domain)).toBe(-ENOSPC);
    domain.dying = true;
    expect(findFreePort(domain)).toBe(-EINVAL);
  });

  it('skips FIFO ports that the guest has not unlinked yet', () => {
    const domain = bareDomain(bareXen());
    const guest = new FifoGuest(domain);
    guest.write(1, LINKED);
    guest.write(2, LINKED | 1);
    expect(findFreePort(domain)).toBe(3);
    guest.write(1, 0);
    expect(findFreePort(domain)).toBe(1);
  });
});

describe('openPort', () => {
  it('takes the port into use with its state and its remote', () => {
    const domain = bareDomain(bareXen());
    openPort(domain, findFreePort(domain), ECS_UNBOUND, 0x7ff4);
    expect(domain.channels.state(1)).toBe(ECS_UNBOUND);
    expect(domain.channels.remote(1)).toBe(0x7ff4);
    expect(domain.channels.active).toBe(1);
  });

  it('gives a FIFO port the default priority, whatever it had before', () => {
    const domain = bareDomain(bareXen());
    new FifoGuest(domain);
    openPort(domain, 1, ECS_UNBOUND, 0);
    domain.ports.setPriority(1, 0);
    domain.channels.release(1);
    openPort(domain, 1, ECS_UNBOUND, 0);
    expect(domain.channels.priority(1)).toBe(7);
  });
});
