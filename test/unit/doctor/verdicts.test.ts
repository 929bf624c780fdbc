import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/doctor/facts.js';
import { verdictsOf } from '../../../src/doctor/verdicts.js';
import { machine, userMachine } from './machine.js';

const REFUSED = { mounted: false, reason: 'unshare failed' } as const;
const UNREADABLE = { mounted: true, protocol: '7.38', memory: 'EPERM' } as const;

/** Which commands work, by their names; the reason of each is a text. */
function working(facts: Facts): string[] {
  const verdicts = verdictsOf(facts);
  expect(verdicts.map(({ command }) => command)).toEqual([
    'xen-evtchn run',
    'xen-evtchn run --cuse',
    'xen-evtchn serve',
    'xen-evtchn serve --dev-xen',
    'xen-evtchn serve --cuse',
  ]);
  for (const { reason } of verdicts) expect(reason).toMatch(/\w/);
  return verdicts.filter(({ works }) => works).map(({ command }) => command.slice(11));
}

describe('verdictsOf', () => {
  it.each<[string, Facts, string[]]>([
    ['root', machine(), ['run', 'serve', 'serve --dev-xen']],
    [
      'root with CUSE',
      machine({ cuse: 'open' }),
      ['run', 'run --cuse', 'serve', 'serve --dev-xen', 'serve --cuse'],
    ],
    ['root with CUSE alone', machine({ fuse: 'ENOENT', cuse: 'open' }), ['run --cuse']],
    ['a user with CUSE', userMachine({ cuse: 'open' }), ['run', 'serve']],
    ['root on a real Xen', machine({ device: 'character device' }), ['run', 'serve']],
    [
      'root on a real Xen with CUSE',
      machine({ device: 'character device', cuse: 'open' }),
      ['run', 'run --cuse', 'serve', 'serve --cuse'],
    ],
    ['root without /dev/fuse', machine({ fuse: 'ENOENT' }), []],
    ['root who cannot mount', machine({ mount: REFUSED }), []],
    ['root who cannot read memory', machine({ mount: UNREADABLE }), []],
    ['root without rights', machine({ mount: undefined, mayMount: false }), ['run', 'serve']],
    ['a user', userMachine(), ['run', 'serve']],
    ['a user without /dev/fuse', userMachine({ fuse: 'EACCES' }), []],
    ['a user without user namespaces', userMachine({ namespace: REFUSED }), ['serve']],
    ['a user without fusermount3', userMachine({ fusermount: undefined }), ['run']],
    [
      'a user with a powerless fusermount3',
      userMachine({ fusermount: { path: '/usr/bin/fusermount3', privileged: false } }),
      ['run'],
    ],
    ['a user under Yama', userMachine({ ptraceScope: 1 }), ['run']],
    ['a user who may not read memory at all', userMachine({ memory: 'EPERM' }), ['run']],
    ['a user who cannot read memory', userMachine({ namespace: UNREADABLE, ptraceScope: 3 }), []],
    ['anybody without native calls', machine({ native: { error: 'no' }, cuse: 'open' }), []],
    ['anybody elsewhere', machine({ platform: 'darwin', cuse: 'open' }), []],
  ])('%s', (_, facts, expected) => {
    expect(working(facts)).toEqual(expected);
  });

  it('says how run works, or what the trial said', () => {
    expect(verdictsOf(machine())[0]).toMatchObject({ reason: 'by mount(2)' });
    expect(verdictsOf(userMachine())[0]).toMatchObject({ reason: 'in a user namespace' });
    expect(verdictsOf(userMachine({ namespace: REFUSED }))[0]).toMatchObject({
      reason: 'unshare failed',
    });
  });
});
