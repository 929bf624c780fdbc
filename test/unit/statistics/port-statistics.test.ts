import { describe, expect, it } from 'vitest';
import { PortStatistics } from '../../../src/statistics/port-statistics.js';

describe('PortStatistics', () => {
  it('takes about a hundred bytes a port, and none for ports beyond those it saw', () => {
    const ports = new PortStatistics();
    expect(ports.byteLength).toBe(0);
    for (let port = 1; port <= 10_000; port++) ports.open(port, 0, false);
    expect(ports.byteLength / 10_000).toBeLessThan(101 * 1.25);
    const last = new PortStatistics();
    last.event(131_071, 0, false);
    expect(last.byteLength).toBe(131_072 * 101);
  });

  it('says nothing of a port it never saw, below and beyond those it has', () => {
    const ports = new PortStatistics();
    ports.event(40, 5, false);
    for (const port of [3, 4000]) {
      expect(ports.events(port)).toBe(0);
      expect(ports.overflows(port)).toBe(0);
      expect(ports.openedAt(port)).toBeNaN();
      expect(ports.lastEventAt(port)).toBeNaN();
      expect(ports.lostPeerPort(port)).toBe(0);
      expect(ports.connectedAt(port)).toBeNaN();
      expect(ports.lastReader(port)).toBe(0);
      expect(ports.disabledBy(port)).toBeUndefined();
      expect(ports.undefer(port, 9)).toBeNaN();
    }
    ports.close(4000);
    ports.peerDestroyed(4000, 7);
    expect(ports.byteLength).toBe(41 * 101);
  });

  it('forgets a port that is opened anew', () => {
    const ports = new PortStatistics();
    ports.open(3, 1, true);
    ports.event(3, 2, false);
    ports.queue(3);
    ports.read(3, 9, 4);
    ports.send(3, 5);
    ports.losePeer(3, 0x7fef, 131_071, 6);
    expect(ports.lostPeerDomid(3)).toBe(0x7fef);
    expect(ports.lostPeerPort(3)).toBe(131_071);
    ports.open(3, 10, false);
    expect(ports.openedAt(3)).toBe(10);
    expect([ports.events(3), ports.sends(3), ports.lastReader(3), ports.lostPeerPort(3)]).toEqual([
      0, 0, 0, 0,
    ]);
    expect(ports.lastReadAt(3)).toBeNaN();
    expect(ports.disabledBy(3)).toBeUndefined();
  });

  it('knows how the peer went, of the last one only', () => {
    const ports = new PortStatistics();
    ports.open(3, 1, true);
    expect(ports.connectedAt(3)).toBe(1);
    ports.losePeer(3, 7, 4, 2);
    expect(ports.connectedAt(3)).toBeNaN();
    ports.peerDestroyed(3, 8);
    expect(ports.lostPeerDestroyed(3)).toBe(false);
    ports.peerDestroyed(3, 7);
    expect(ports.lostPeerDestroyed(3)).toBe(true);
    ports.connect(3, 5);
    expect(ports.connectedAt(3)).toBe(5);
    expect(ports.lostPeerPort(3)).toBe(0);
    ports.losePeer(3, 7, 5, 6);
    expect(ports.lostPeerDestroyed(3)).toBe(false);
  });

  it('tells why a file has a port disabled', () => {
    const ports = new PortStatistics();
    ports.event(3, 1, false);
    expect(ports.disabledBy(3)).toBeUndefined();
    ports.queue(3);
    expect(ports.disabledBy(3)).toBe('reset');
    ports.read(3, 1, 2);
    expect(ports.disabledBy(3)).toBe('read');
    ports.enable(3, 3);
    expect(ports.disabledBy(3)).toBeUndefined();
    ports.overflow(3);
    expect(ports.disabledBy(3)).toBe('overflow');
  });

  it('measures from the first pending to the read, whatever merged or waits behind', () => {
    const ports = new PortStatistics();
    ports.event(3, 10, false);
    ports.event(3, 12, true);
    ports.queue(3);
    ports.event(3, 15, false);
    expect(ports.queuedSince(3)).toBe(10);
    expect(ports.pendingSince(3)).toBe(15);
    expect(ports.read(3, 1, 18)).toBe(8);
    expect(ports.enable(3, 20)).toBe(2);
    ports.queue(3);
    expect(ports.read(3, 1, 21)).toBe(6);
    expect(ports.read(3, 1, 22)).toBeNaN();
  });

  it('does not know how long an event was pending that came before it watched', () => {
    const ports = new PortStatistics();
    ports.event(3, 12, true);
    ports.queue(3);
    expect(ports.read(3, 1, 18)).toBeNaN();
  });

  it('measures a late EOI that was put off to its end', () => {
    const ports = new PortStatistics();
    ports.event(3, 1, false);
    ports.queue(3);
    ports.read(3, 1, 2);
    expect(ports.enable(3, 4)).toBe(2);
    ports.defer(3);
    expect(ports.undefer(3, 42)).toBe(40);
    expect(ports.undefer(3, 43)).toBeNaN();
  });
});
