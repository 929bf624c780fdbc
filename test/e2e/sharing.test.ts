import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { output } from './client.js';
import { program } from './programs.js';
import { ServedHost } from './served-host.js';

let host: ServedHost;
beforeAll(async () => {
  host = await ServedHost.start({ domains: [0, 3] });
});
afterAll(() => host.stop());

/** Runs a case of a client program in two domains; afterwards nothing of it is left. */
async function holds(name: string, which: string): Promise<void> {
  for (const domain of [0, 3]) {
    const before = await host.channels(domain);
    const said = await output(program(name), [host.device(domain), which], { deadline: 40_000 });
    expect(said.trimEnd().split('\n').at(-1)).toBe(`ok ${which}`);
    await host.untilUnused(domain);
    expect(await host.channels(domain)).toEqual(before);
  }
}

describe('an open file that is shared', () => {
  it.each([
    ['several threads asleep in read each get an event', 'threads'],
    ['a read that sleeps blocks nothing else', 'read-blocks-nothing'],
    ['a forked child uses its parent’s file', 'fork'],
    ['a duplicate keeps the file open', 'dup'],
    ['a descriptor passed by SCM_RIGHTS works in the receiver', 'scm-rights'],
    ['a read goes on when its descriptor is closed', 'closed-while-reading'],
    ['a signal interrupts a read and loses no event', 'interrupted'],
  ])('%s', (_, which) => holds('sharing', which));
});

describe('readiness', () => {
  it.each([
    ['poll', 'poll'],
    ['select', 'select'],
    ['epoll, level-triggered', 'epoll-level'],
    ['epoll, edge-triggered', 'epoll-edge'],
    ['no edge for a second event', 'epoll-edge-once'],
    ['epoll as language runtimes use it', 'epoll-runtime'],
    ['O_NONBLOCK set and cleared after open', 'nonblock'],
  ])('%s', (_, which) => holds('readiness', which));
});

const POINTERS: [string, string][] = [
  ['EFAULT for addresses that are not mapped, and nothing bound', 'bad-pointers'],
  ['a faulting read consumes nothing', 'faulting-read'],
  ['memory that another thread unmaps meanwhile', 'unmapped-meanwhile'],
  ['structures across two pages', 'across-pages'],
];
// Only there is the other entry to the kernel.
if (process.arch === 'x64') POINTERS.push(['ENOTTY for a 32-bit caller', 'compat-32bit']);

describe('arguments of ioctls', () => {
  it.each(POINTERS)('%s', (_, which) => holds('arguments', which));
});
