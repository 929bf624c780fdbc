import { describe, expect, it } from 'vitest';
import { EvtchnDriver } from '../../../../src/devices/evtchn/driver.js';
import { Guest } from './guest.js';

describe('the driver', () => {
  it('is named as its node below /dev, with BIND_STATIC off', () => {
    const guest = new Guest();
    const driver = new EvtchnDriver(guest.domain.kernel!, { next: () => 1 });
    expect(driver.name).toBe('xen/evtchn');
    expect(driver.bindStatic).toBe(false);
    expect(driver.openFiles.size).toBe(0);
  });

  it('lists open files under numbers unique in the host, and forgets released ones', () => {
    const guest = new Guest();
    const other = guest.host.createDomain({ domid: 5 });
    const first = guest.open();
    const second = guest.open();
    const third = other.open();
    expect([...guest.driver.openFiles.keys()]).toEqual([1, 2]);
    expect([...other.driver!.openFiles.keys()]).toEqual([3]);
    expect(guest.driver.openFiles.get(2)).toBe(second.operations);
    first.put();
    third.put();
    expect([...guest.driver.openFiles.keys()]).toEqual([2]);
    expect(other.driver!.openFiles.size).toBe(0);
    guest.open();
    expect([...guest.driver.openFiles.keys()]).toEqual([2, 4]);
  });

  it('names an open file after the process that opened it', () => {
    const guest = new Guest();
    expect(guest.device(guest.open()).name).toBe('evtchn:test');
  });

  it('reports opening and releasing to a trace', () => {
    const guest = new Guest();
    const records = guest.trace('open', 'release');
    guest.open().put();
    expect(records).toEqual([
      { time: 0, type: 'open', domid: 0, file: 1, name: 'test', pid: 0 },
      { time: 0, type: 'release', domid: 0, file: 1 },
    ]);
  });

  it('gives a write its page even while another write is under way', () => {
    const { driver } = new Guest();
    const outer = driver.takePage();
    const inner = driver.takePage();
    expect(outer).not.toBe(inner);
    expect([outer.length, inner.length]).toEqual([1024, 1024]);
    driver.givePage(inner);
    driver.givePage(outer);
    expect(driver.takePage()).toBe(outer);
  });
});
