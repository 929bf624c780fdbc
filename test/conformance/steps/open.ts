import { EBADF, errnoName } from '../../../src/abi/errno.js';
import {
  O_ACCMODE,
  O_APPEND,
  O_ASYNC,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECT,
  O_DIRECTORY,
  O_EXCL,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from '../../../src/abi/fcntl.js';
import { EVTCHN_PATH } from '../../../src/host/host-domain.js';
import { EpollFile } from '../epoll-file.js';
import { ResultList } from '../result-text.js';
import { handleOf, type StepCall, type StepTable, wordOf } from '../step.js';
import { expand } from '../step-arguments.js';

/** Flags that are added; the access modes and O_PATH replace. */
const FLAGS: ReadonlyMap<string, number> = new Map([
  ['O_NONBLOCK', O_NONBLOCK],
  ['O_CLOEXEC', O_CLOEXEC],
  ['O_DIRECTORY', O_DIRECTORY],
  ['O_CREAT', O_CREAT],
  ['O_EXCL', O_EXCL],
  ['O_TRUNC', O_TRUNC],
  ['O_APPEND', O_APPEND],
  ['O_DIRECT', O_DIRECT],
  ['O_ACCMODE3', O_ACCMODE],
  ['O_ASYNC', O_ASYNC],
]);

/** Flags F_GETFL shows, in the order they are printed. */
const SHOWN = ['O_NONBLOCK', 'O_APPEND', 'O_ASYNC', 'O_DIRECT'] as const;

/** `ok`, or the error's name. */
export function okOrErrno(rc: number): string {
  return rc < 0 ? errnoName(rc) : 'ok';
}

function openFlags(words: readonly string[]): number {
  let flags = O_RDWR;
  for (const word of words.slice(2)) {
    if (word === 'O_PATH') flags = O_PATH;
    else if (word === 'O_RDONLY') flags = (flags & ~O_ACCMODE) | O_RDONLY;
    else if (word === 'O_WRONLY') flags = (flags & ~O_ACCMODE) | O_WRONLY;
    else flags |= FLAGS.get(word) ?? 0;
  }
  return flags;
}

function openAll(call: StepCall): string {
  const { args, process } = call;
  const flags = openFlags(args.words);
  const path = args.value('path') ?? EVTCHN_PATH;
  const results = new ResultList();
  for (const name of expand(wordOf(call, 1))) {
    const fd = process.open(path, flags);
    if (fd >= 0) process.handles.set(name, fd);
    results.add(okOrErrno(fd));
    if (fd < 0) break;
  }
  return results.toString();
}

function close(call: StepCall): string {
  const { process } = call;
  const results = new ResultList();
  for (const name of expand(wordOf(call, 1))) {
    const handle = process.handles.find(name);
    if (handle === undefined) return `SCRIPT-ERROR ${results}`.trimEnd();
    results.add(okOrErrno(process.descriptors.close(handle.fd)));
    handle.open = false;
  }
  return results.toString();
}

function dup(call: StepCall): string {
  const { process } = call;
  const { fd } = handleOf(call);
  const copy = process.descriptors.dup(fd);
  if (copy >= 0) process.handles.set(wordOf(call, 2), copy);
  return okOrErrno(copy);
}

/** The flags of an open file; -1 where there is none, as `fcntl` returns. */
function flagsOf({ process }: StepCall, fd: number): number {
  return process.descriptors.file(fd)?.flags ?? -1;
}

function setFlags({ process }: StepCall, fd: number, flags: number): number {
  const rc =
    process.descriptors.file(fd) === undefined ? -EBADF : process.descriptors.setFlags(fd, flags);
  process.checkAlive();
  return rc;
}

/** F_SETFL with flags added to and taken off what is there. */
export function changeFlags(call: StepCall, fd: number, on: number, off: number): string {
  return okOrErrno(setFlags(call, fd, (flagsOf(call, fd) | on) & ~off));
}

function nonblock(call: StepCall): string {
  const { fd } = handleOf(call);
  const on = wordOf(call, 2) === 'on';
  return changeFlags(call, fd, on ? O_NONBLOCK : 0, on ? 0 : O_NONBLOCK);
}

function getfl(call: StepCall): string {
  const { fd } = handleOf(call);
  const flags = flagsOf(call, fd);
  if (flags < 0) return 'EBADF';
  const mode = ['O_RDONLY', 'O_WRONLY', 'O_RDWR', '3'][flags & O_ACCMODE]!;
  const others = SHOWN.filter((name) => (flags & FLAGS.get(name)!) !== 0);
  return [mode, ...others].join('|');
}

function isDevice(call: StepCall, fd: number): boolean | undefined {
  const file = call.process.descriptors.file(fd);
  return file === undefined ? undefined : !(file.operations instanceof EpollFile);
}

function ftype(call: StepCall): string {
  const device = isDevice(call, handleOf(call).fd);
  return device === undefined ? 'EBADF' : device ? 'chr' : 'other';
}

function fdev(call: StepCall): string {
  const device = isDevice(call, handleOf(call).fd);
  if (device === undefined) return 'EBADF';
  const node = call.process.machine.dom0.node!;
  const { major, mode } = device ? node : { major: 0, mode: 0o600 };
  return `major=${major} mode=${mode.toString(8).padStart(4, '0')} size=0`;
}

/** Opening, closing, and the flags of open files. */
export const open: StepTable = {
  open: openAll,
  openpath: openAll,
  close,
  dup,
  nonblock,
  setdirect: (call) => changeFlags(call, handleOf(call).fd, O_DIRECT, 0),
  getfl,
  ftype,
  fdev,
};
