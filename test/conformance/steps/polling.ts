import { EBADF, EINVAL, errnoName } from '../../../src/abi/errno.js';
import {
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLONESHOT,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
} from '../../../src/abi/poll.js';
import { EpollFile } from '../epoll-file.js';
import { handleOf, type StepCall, type StepTable, wordOf } from '../step.js';
import { okOrErrno } from './open.js';

const SHOWN: readonly (readonly [string, number])[] = [
  ['POLLIN', POLLIN],
  ['POLLPRI', POLLPRI],
  ['POLLOUT', POLLOUT],
  ['POLLERR', POLLERR],
  ['POLLHUP', POLLHUP],
  ['POLLNVAL', POLLNVAL],
  ['POLLRDNORM', POLLRDNORM],
  ['POLLRDBAND', POLLRDBAND],
  ['POLLWRNORM', POLLWRNORM],
  ['POLLWRBAND', POLLWRBAND],
  ['POLLRDHUP', POLLRDHUP],
];

const EVENTS: ReadonlyMap<string, number> = new Map([
  ['IN', POLLIN],
  ['OUT', POLLOUT],
  ['PRI', POLLPRI],
  ['RDNORM', POLLRDNORM],
  ['WRNORM', POLLWRNORM],
  ['RDBAND', POLLRDBAND],
  ['ET', EPOLLET],
  ['ONESHOT', EPOLLONESHOT],
  ['EXCLUSIVE', EPOLLEXCLUSIVE],
]);

/** What `poll` asks for unless told. */
const ALL_EVENTS = POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLRDBAND | POLLWRNORM | POLLWRBAND;
/** What of an asked-for mask poll(2) looks at: 16 bits. */
const POLL_MASK = 0xffff;
/** What makes a descriptor readable, writable and exceptional for select(2). */
const SELECT_IN = POLLNVAL | POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR;
const SELECT_OUT = POLLNVAL | POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR;
const SELECT_EXCEPTION = POLLNVAL | POLLPRI;
const MAX_EVENTS = 16;
/** Bits that may go with EPOLLEXCLUSIVE. */
const WITH_EXCLUSIVE =
  (EPOLLEXCLUSIVE | EPOLLET | (1 << 29) | POLLIN | POLLOUT | POLLERR | POLLHUP) >>> 0;

/** The names of the bits, as poll and siginfo show them. */
export function bitNames(mask: number): string {
  const names = SHOWN.filter(([, bit]) => (mask & bit) !== 0).map(([name]) => name);
  return names.length === 0 ? 'none' : names.join('|');
}

function events(text: string): number {
  return text
    .slice(0, 199)
    .split(/[,|]/)
    .reduce((mask, name) => (mask | (EVENTS.get(name) ?? 0)) >>> 0, 0);
}

async function poll(call: StepCall): Promise<string> {
  const { args, thread } = call;
  const { fd } = handleOf(call);
  const wanted = args.value('events');
  const mask = (wanted === undefined ? ALL_EVENTS : events(wanted)) & POLL_MASK;
  const rc = await thread.poll(fd, mask, args.int('timeout', 0));
  return rc < 0 ? errnoName(rc) : rc === 0 ? 'timeout' : bitNames(rc);
}

async function select(call: StepCall): Promise<string> {
  const { args, process, thread } = call;
  const { fd } = handleOf(call);
  const timeout = args.int('timeout', 0);
  if (timeout < 0) return 'EINVAL';
  if (process.descriptors.file(fd) === undefined) return 'EBADF';
  const all = SELECT_IN | SELECT_OUT | SELECT_EXCEPTION;
  const rc = await thread.poll(fd, all, timeout);
  if (rc < 0) return errnoName(rc);
  const is = (mask: number) => Number((rc & mask) !== 0);
  return `r=${is(SELECT_IN)} w=${is(SELECT_OUT)} x=${is(SELECT_EXCEPTION)}`;
}

function epoll(call: StepCall): string {
  const { process } = call;
  const fd = process.epollCreate();
  process.handles.set(wordOf(call, 1), fd);
  return okOrErrno(fd);
}

type Control = 'add' | 'modify' | 'delete';

/** epoll_ctl(2), with the checks it makes before the set is asked. */
function control(call: StepCall, what: Control): number {
  const { args, process } = call;
  const { fd } = handleOf(call);
  const watched = handleOf(call, 2);
  const mask = events(args.value('events') ?? 'IN');
  const file = process.file(fd);
  const target = process.file(watched.fd);
  if (file === undefined || target === undefined) return -EBADF;
  const { operations } = file;
  if (file === target || !(operations instanceof EpollFile)) return -EINVAL;
  if (what !== 'delete' && (mask & EPOLLEXCLUSIVE) !== 0) {
    const nested = target.operations instanceof EpollFile;
    if (what === 'modify' || nested || (mask & ~WITH_EXCLUSIVE) !== 0) return -EINVAL;
  }
  if (what === 'delete') return operations.delete(target, watched.fd);
  return operations[what](target, watched.fd, mask, watched.index);
}

async function epwait(call: StepCall): Promise<string> {
  const { args, process, thread } = call;
  const { fd } = handleOf(call);
  const found = await thread.epollWait(fd, MAX_EVENTS, args.int('timeout', 0));
  process.checkAlive();
  if (typeof found === 'number') return errnoName(found);
  if (found.length === 0) return 'timeout';
  return Array.from(process.handles)
    .flatMap(({ index, name }) =>
      found
        .filter(({ data }) => data === index)
        .map(({ events: bits }) => `${name}:${bitNames(bits & 0xffff)}`),
    )
    .join(' ');
}

/** Waiting for readiness. */
export const polling: StepTable = {
  poll,
  select,
  epoll,
  epadd: (call) => okOrErrno(control(call, 'add')),
  epmod: (call) => okOrErrno(control(call, 'modify')),
  epdel: (call) => okOrErrno(control(call, 'delete')),
  epwait,
};
