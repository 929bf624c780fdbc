import { EBADF, ENOTTY } from '../../../src/abi/errno.js';
import {
  FIGETBSZ,
  FIOASYNC,
  FIOCLEX,
  FIONBIO,
  FIONCLEX,
  FIONREAD,
  FIOQSIZE,
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
  TCGETS,
} from '../../../src/abi/ioctl.js';
import { strtoul, unsigned } from '../c-numbers.js';
import type { Process } from '../process.js';
import { handleOf, portOf, type StepCall, type StepTable, wordOf } from '../step.js';
import { okOrErrno } from './open.js';

const COMMANDS: ReadonlyMap<string, number> = new Map([
  ['BIND_VIRQ', IOCTL_EVTCHN_BIND_VIRQ],
  ['BIND_INTERDOMAIN', IOCTL_EVTCHN_BIND_INTERDOMAIN],
  ['BIND_UNBOUND_PORT', IOCTL_EVTCHN_BIND_UNBOUND_PORT],
  ['UNBIND', IOCTL_EVTCHN_UNBIND],
  ['NOTIFY', IOCTL_EVTCHN_NOTIFY],
  ['RESET', IOCTL_EVTCHN_RESET],
  ['RESTRICT_DOMID', IOCTL_EVTCHN_RESTRICT_DOMID],
  ['TCGETS', TCGETS],
  ['FIONREAD', FIONREAD],
  ['FIONBIO', FIONBIO],
  ['FIOASYNC', FIOASYNC],
  ['FIOCLEX', FIOCLEX],
  ['FIOQSIZE', FIOQSIZE],
  ['FIGETBSZ', FIGETBSZ],
]);

/** Commands the VFS handles itself, also for a 32-bit program. */
const OF_THE_VFS: ReadonlySet<number> = new Set([
  FIONBIO,
  FIOASYNC,
  FIOCLEX,
  FIONCLEX,
  FIOQSIZE,
  FIGETBSZ,
]);

/** What `hibits` adds: the kernel ignores it. */
const HIGH_BITS = 0xabcd_0000_0000;
/** The argument lies at the start of a page; as much as this of it is put there. */
const ARGUMENT_SIZE = 64;
const MAX_DATA = 4096;

/** The bytes of the argument: `u32=` words, then `bytes=` in hexadecimal. */
function argumentBytes(call: StepCall): { readonly data: Uint8Array; readonly length: number } {
  const { args } = call;
  const data = new Uint8Array(MAX_DATA);
  const view = new DataView(data.buffer);
  let length = 0;
  const words = (args.value('u32') ?? '').slice(0, 399).split(',');
  for (const word of words.filter((text) => text !== '')) {
    view.setUint32(length, portOf(call, word), true);
    length += 4;
  }
  const hex = args.value('bytes') ?? '';
  for (let i = 0; i + 1 < hex.length && length < MAX_DATA; i += 2) {
    data[length++] = Number.parseInt(hex.slice(i, i + 2), 16) || 0;
  }
  return { data, length };
}

function argumentPointer(call: StepCall): number {
  const { args, process } = call;
  const { data, length } = argumentBytes(call);
  const spec = args.value('ptr');
  const pointer =
    spec === undefined
      ? process.memory.page(data.subarray(0, ARGUMENT_SIZE))
      : process.memory.pointer(spec, data.subarray(0, length));
  const value = args.value('arg');
  return value === undefined ? pointer : Number(strtoul(value));
}

/** ioctl(2) from a 32-bit program (`compat_ioctl`): the driver has none. Pointers are cut to 32 bits. */
function ioctl32(process: Process, fd: number, command: number, argument: number): number {
  if (process.file(fd) === undefined) return -EBADF;
  if (!OF_THE_VFS.has(command)) return -ENOTTY;
  return process.ioctl(fd, command, Number(BigInt.asUintN(32, BigInt(argument))));
}

function ioctl(call: StepCall, is32Bit: boolean): string {
  const { args, process, symbols } = call;
  const { fd } = handleOf(call);
  const text = args.value('cmd') ?? wordOf(call, 2);
  const command = COMMANDS.get(text) ?? unsigned(text);
  const argument = argumentPointer(call);
  const rc = is32Bit
    ? ioctl32(process, fd, command, argument)
    : process.ioctl(fd, command + (args.has('hibits') ? HIGH_BITS : 0), argument);
  const name = args.value('as');
  if (rc > 0 && name !== undefined) symbols.set(name, rc);
  return rc > 0 && name === undefined ? 'ret>0' : okOrErrno(rc);
}

/** Any ioctl with any argument. */
export const ioctls: StepTable = {
  ioctl: (call) => ioctl(call, false),
  ioctl32: (call) => ioctl(call, true),
};
