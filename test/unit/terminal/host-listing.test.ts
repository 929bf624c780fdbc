import { describe, expect, it } from 'vitest';
import { hostListing, type ListingOptions } from '../../../src/terminal/host-listing.js';
import { painted, plain } from '../../../src/terminal/style.js';
import { textWidth } from '../../../src/terminal/text-width.js';
import { CountedHost, connectedPair } from './watched-host.js';

const OPTIONS: ListingOptions = {
  files: false,
  stuck: [],
  width: undefined,
  paint: plain,
  whyOptions: '',
};

const HEADING =
  'port  state        peer          vcpu  prio  pending  masked  enabled  queued  events  coalesced  last event  file  process  waits for';

function listing(world: CountedHost, options: Partial<ListingOptions> = {}): string[] {
  return [...hostListing(world.snapshot(), { ...OPTIONS, ...options })];
}

describe('a listing of a host', () => {
  it('has a row for each channel, with what it waits for and since when', () => {
    const { world, back, front, port, peer } = connectedPair();
    world.clock.advance(1500);
    front.notify(peer);
    back.bindVirq(3);
    world.clock.advance(2000);
    expect(listing(world)).toEqual([
      'domain 0: 2 ports in use, 1 open file, fifo, 1 vCPU',
      HEADING,
      '   1  interdomain  7:1              0     7  no       yes     no            1       1          0        2.0s     1  back     reader 2.0s',
      '   2  virq         VIRQ_DOM_EXC     0     7  no       no      yes           0       0          0           -     1  back     -',
      '',
      'domain 7: 1 port in use, 1 open file, fifo, 1 vCPU',
      HEADING,
      '   1  interdomain  0:1              0     7  no       no      yes           0       1          0        3.5s     2  front    -',
    ]);
    expect(back.tryPending()).toBe(port);
    world.clock.advance(4000);
    expect(listing(world)[2]).toMatch(/ no +yes +no +0 .* write-back 4\.0s$/);
  });

  it('says so of a domain with nothing in it, and of a host without domains', () => {
    const world = new CountedHost();
    expect(listing(world)).toEqual(['this host has no domains']);
    world.domain({ domid: 5, kernel: false });
    expect(listing(world)).toEqual([
      'domain 5: no ports in use, no open files, two-level, 1 vCPU, no kernel, paused',
    ]);
  });

  it('tells whose controller, and whose vCPUs, keep events away', () => {
    const world = new CountedHost();
    const domain = world.domain({ domid: 2, vcpus: 3 });
    domain.pause();
    domain.xen.vcpus[1]!.upcallMask = true;
    domain.xen.vcpus[2]!.upcallMask = true;
    expect(listing(world)[0]).toBe(
      'domain 2: no ports in use, no open files, fifo, 3 vCPUs, paused, no upcalls on vCPU 1, 2',
    );
  });

  it('marks stuck ports, and says how to learn why', () => {
    const { world } = connectedPair();
    const stuck = [{ domid: 7, port: 1 }];
    const lines = listing(world, { stuck, whyOptions: ' --host here' });
    expect(lines[6]).toMatch(/ {2}STUCK$/);
    expect(lines.slice(-2)).toEqual([
      '',
      '1 port is stuck: xen-evtchn why 1 --domain 7 --host here',
    ]);
    const both = [{ domid: 0, port: 1 }, ...stuck];
    expect(listing(world, { stuck: both }).at(-1)).toBe(
      '2 ports are stuck: xen-evtchn why 1 --domain 0',
    );
    const [row] = listing(world, { stuck, paint: painted }).slice(6);
    expect(row!.startsWith('\x1b[1;31m') && row!.endsWith('STUCK\x1b[22;39m')).toBe(true);
  });

  it('lists open files if asked for', () => {
    const { world, front, peer } = connectedPair();
    world.clock.advance(250);
    front.notify(peer);
    expect(listing(world, { files: true }).slice(3, 6)).toEqual([
      '',
      'file  process  ports  unread  ring  overflow  reading  polled  restricted  opened  last read  last write',
      '   1  back         1       1    64  no              0  no               -   250ms          -           -',
    ]);
  });

  it.each([20, 40, 60, 80, 100, 120])('fits a terminal of %i columns', (width) => {
    const { world } = connectedPair();
    const stuck = [{ domid: 7, port: 1 }];
    const lines = listing(world, { stuck, width, files: true });
    for (const line of lines) expect(textWidth(line), line).toBeLessThanOrEqual(width);
    expect(lines).toContainEqual(expect.stringMatching(/^no room for: /));
    expect(lines.join('\n')).toContain('STUCK');
  });

  it('lets a name neither break the lines nor reach the terminal', () => {
    const world = new CountedHost();
    const back = world.domain({ domid: 0 }).openEvtchn({ comm: '\x1b[2J\n前端' });
    back.bindUnboundPort(7);
    const lines = listing(world);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain('  ?[2J?前端  peer 0.0ms');
  });

  it('ends when nobody reads on', () => {
    const { world } = connectedPair();
    const lines = hostListing(world.snapshot(), OPTIONS);
    expect(lines.next().value).toMatch(/^domain 0/);
    expect(lines.return().done).toBe(true);
  });
});
