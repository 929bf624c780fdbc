import { Command } from 'commander';
import { expect, it } from 'vitest';
import {
  addHostOptions,
  type HostFlags,
  hostChoice,
  hostWords,
} from '../../../src/cli/host-option.js';

/** What a command with these options makes of its arguments. */
function chosen(args: readonly string[], environment?: string) {
  const command = addHostOptions(new Command('look'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(args, { from: 'user' });
  return hostChoice(command.opts<HostFlags>(), environment);
}

it.each([
  [[], undefined, {}],
  [[], '', {}],
  [[], '/srv/xen', { host: '/srv/xen' }],
  [['--host', 'here'], '/srv/xen', { host: 'here' }],
  [['--pid', '4194304'], '/srv/xen', { pid: 4194304 }],
])('means by %j with XEN_EVTCHN_HOST=%s the host %j', (args, environment, choice) => {
  expect(chosen(args, environment)).toEqual(choice);
});

it.each([
  [['--host', ''], 'It must be the directory of a served host'],
  [['--host'], 'argument missing'],
  [['--pid', '0'], 'the number of a process'],
  [['--pid', '4194305'], 'the number of a process'],
  [['--pid', '12x'], 'the number of a process'],
  [['--host', 'here', '--pid', '12'], 'cannot be used with'],
])('refuses %j', (args, words) => {
  expect(() => chosen(args)).toThrow(words);
});

it.each([
  [{}, ''],
  [{ pid: 812 }, ' --pid 812'],
  [{ host: '/srv/xen' }, ' --host /srv/xen'],
  [{ host: "it's here" }, " --host 'it'\\''s here'"],
])('repeats %j in a command as%s', (flags, words) => {
  expect(hostWords(flags)).toBe(words);
});
