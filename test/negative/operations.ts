import { O_CLOEXEC, O_RDWR } from '../../src/abi/fcntl.js';
import type { WaitOptions } from '../../src/client/wait-options.js';
import { ManualClock } from '../../src/clock/manual-clock.js';
import type { OpenOptions } from '../../src/host/host-domain.js';
import type { SchedPollOptions } from '../../src/host/hypercalls.js';
import { type DomainOptions, XenHost, type XenHostOptions } from '../../src/host/xen-host.js';
import type { World } from './world.js';

/** How an operation must refuse. */
export type Refusal =
  /** Node's coded errors: ERR_OUT_OF_RANGE for a number, ERR_INVALID_ARG_TYPE for anything else. */
  | 'coded'
  /** Any coded error: what is wrong with the value is the implementation's to say. */
  | 'any coded'
  /** A RangeError, or a coded TypeError for what is not a number. */
  | 'range'
  /** A TypeError that asks for a Uint8Array. */
  | 'memory'
  /** A negative errno, or a coded error. */
  | 'errno';

/** One argument of one operation of the public interface. */
export interface Operation {
  readonly name: string;
  readonly refusal: Refusal;
  /** Values of the list that are good here, or mean that the argument is left out. */
  accepts(value: unknown): boolean;
  call(world: World, value: never): unknown;
}

const never = () => false;
const leftOut = (value: unknown) => value === undefined;
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isBoolean = (value: unknown) => typeof value === 'boolean';
const isObject = (value: unknown) => typeof value === 'object' && value !== null;

function operation<Value>(
  name: string,
  call: (world: World, value: Value) => unknown,
  accepts: (value: unknown) => boolean = never,
  refusal: Refusal = 'coded',
): Operation {
  return { name, call: call as Operation['call'], accepts, refusal };
}

/** Programs' handles. */
const EVTCHN: readonly Operation[] = [
  operation<number>('Evtchn.bindUnboundPort(domid)', (w, v) => w.handle.bindUnboundPort(v)),
  operation<number>('Evtchn.bindInterdomain(domid, …)', (w, v) => w.handle.bindInterdomain(v, 1)),
  operation<number>('Evtchn.bindInterdomain(…, port)', (w, v) => w.peer.bindInterdomain(0, v)),
  operation<number>('Evtchn.bindVirq(virq)', (w, v) => w.handle.bindVirq(v)),
  operation<number>('Evtchn.bindStatic(port)', (w, v) => w.handle.bindStatic(v)),
  operation<number>('Evtchn.unbind(port)', (w, v) => w.handle.unbind(v)),
  operation<number>('Evtchn.notify(port)', (w, v) => w.handle.notify(v)),
  operation<number>('Evtchn.unmask(port)', (w, v) => w.handle.unmask(v), Array.isArray),
  operation<number>('Evtchn.unmask([port])', (w, v) => w.handle.unmask([v])),
  operation<number>('Evtchn.unmask([good, port])', (w, v) => w.handle.unmask([...w.ports, v])),
  operation<number>('Evtchn.read(max)', (w, v) => w.handle.read(v), leftOut),
  operation<Uint32Array>(
    'Evtchn.readInto(ports)',
    (w, v) => w.handle.readInto(v),
    never,
    'any coded',
  ),
  operation<number>('Evtchn.restrict(domid)', (w, v) => w.handle.restrict(v)),
  operation<WaitOptions>(
    'Evtchn.pending(options)',
    (w, v) => w.handle.pending(v),
    (v) => leftOut(v) || isObject(v),
    'any coded',
  ),
  operation<NonNullable<WaitOptions['signal']>>(
    'Evtchn.pending({ signal })',
    (w, v) => w.handle.pending({ signal: v }),
    leftOut,
    'any coded',
  ),
];

/** Guests' hypercalls. */
const HYPERCALLS: readonly Operation[] = [
  operation<number>('Hypercalls.allocUnbound(dom, …)', (w, v) =>
    w.dom0.hypercalls.allocUnbound(v, 5),
  ),
  operation<number>('Hypercalls.allocUnbound(…, remoteDom)', (w, v) =>
    w.dom0.hypercalls.allocUnbound(0, v),
  ),
  operation<number>('Hypercalls.bindInterdomain(dom, …)', (w, v) =>
    w.dom0.hypercalls.bindInterdomain(v, 1),
  ),
  operation<number>('Hypercalls.bindInterdomain(…, port)', (w, v) =>
    w.dom0.hypercalls.bindInterdomain(9, v),
  ),
  operation<number>('Hypercalls.bindVirq(virq, …)', (w, v) => w.bare.hypercalls.bindVirq(v, 0)),
  operation<number>('Hypercalls.bindVirq(…, vcpu)', (w, v) => w.bare.hypercalls.bindVirq(0, v)),
  operation<number>('Hypercalls.bindPirq(pirq)', (w, v) => w.bare.hypercalls.bindPirq(v)),
  operation<number>(
    'Hypercalls.bindPirq(…, flags)',
    (w, v) => w.bare.hypercalls.bindPirq(1, v),
    leftOut,
  ),
  operation<number>('Hypercalls.bindIpi(vcpu)', (w, v) => w.dom0.hypercalls.bindIpi(v)),
  operation<number>('Hypercalls.close(port)', (w, v) => w.bare.hypercalls.close(v)),
  operation<number>('Hypercalls.send(port)', (w, v) => w.dom5.hypercalls.send(v)),
  operation<number>('Hypercalls.status(dom, …)', (w, v) => w.dom0.hypercalls.status(v, 1)),
  operation<number>('Hypercalls.status(…, port)', (w, v) => w.dom0.hypercalls.status(0, v)),
  operation<number>('Hypercalls.bindVcpu(port, …)', (w, v) => w.dom0.hypercalls.bindVcpu(v, 1)),
  operation<number>('Hypercalls.bindVcpu(…, vcpu)', (w, v) =>
    w.dom0.hypercalls.bindVcpu(w.ports[0]!, v),
  ),
  operation<number>('Hypercalls.unmask(port)', (w, v) => w.dom0.hypercalls.unmask(v)),
  operation<number>('Hypercalls.reset(dom)', (w, v) => w.dom0.hypercalls.reset(v)),
  operation<number>(
    'Hypercalls.initControl(gfn, …)',
    (w, v) => w.bare.hypercalls.initControl(v, 0, 0),
    never,
    'errno',
  ),
  operation<number>('Hypercalls.initControl(…, offset, …)', (w, v) =>
    w.bare.hypercalls.initControl(1, v, 0),
  ),
  operation<number>('Hypercalls.initControl(…, vcpu)', (w, v) =>
    w.bare.hypercalls.initControl(1, 0, v),
  ),
  operation<number>(
    'Hypercalls.expandArray(gfn)',
    (w, v) => w.dom0.hypercalls.expandArray(v),
    never,
    'errno',
  ),
  operation<number>('Hypercalls.setPriority(port, …)', (w, v) =>
    w.dom0.hypercalls.setPriority(v, 3),
  ),
  operation<number>('Hypercalls.setPriority(…, priority)', (w, v) =>
    w.dom0.hypercalls.setPriority(w.ports[0]!, v),
  ),
  operation<number>('Hypercalls.eventChannelOp(cmd, …)', (w, v) =>
    w.bare.hypercalls.eventChannelOp(v, new Uint8Array(24)),
  ),
  operation<Uint8Array>(
    'Hypercalls.eventChannelOp(…, arg)',
    (w, v) => w.bare.hypercalls.eventChannelOp(3, v),
    leftOut,
    'memory',
  ),
  operation<number[]>(
    'Hypercalls.poll(ports)',
    (w, v) => w.bare.hypercalls.poll(v),
    Array.isArray,
    'any coded',
  ),
  operation<number>('Hypercalls.poll([port])', (w, v) => w.bare.hypercalls.poll([v])),
  operation<SchedPollOptions>(
    'Hypercalls.poll(…, options)',
    (w, v) => w.bare.hypercalls.poll([1], v),
    (v) => leftOut(v) || isObject(v),
    'any coded',
  ),
  operation<number>(
    'Hypercalls.poll(…, { vcpu })',
    (w, v) => w.bare.hypercalls.poll([1], { vcpu: v }),
    leftOut,
  ),
  operation<number>(
    'Hypercalls.poll(…, { timeout })',
    (w, v) => w.bare.hypercalls.poll([1], { timeout: v }),
    (v) => leftOut(v) || (isNumber(v) && !Number.isNaN(v)),
  ),
  operation<NonNullable<SchedPollOptions['signal']>>(
    'Hypercalls.poll(…, { signal })',
    (w, v) => w.bare.hypercalls.poll([1], { signal: v }),
    leftOut,
    'any coded',
  ),
];

function domainOption(
  name: keyof DomainOptions,
  accepts: (value: unknown) => boolean = leftOut,
  refusal: Refusal = 'coded',
): Operation {
  return operation<unknown>(
    `XenHost.createDomain({ ${name} })`,
    (w, v) => w.host.createDomain({ domid: 77, nrPirqs: 8, [name]: v } as unknown as DomainOptions),
    accepts,
    refusal,
  );
}

const leftOutOrBoolean = (value: unknown) => leftOut(value) || isBoolean(value);

/** Hosts and their domains. */
const HOST: readonly Operation[] = [
  operation<DomainOptions>(
    'XenHost.createDomain(options)',
    (w, v) => w.host.createDomain(v),
    never,
    'any coded',
  ),
  domainOption('domid', never),
  domainOption('vcpus'),
  domainOption('maxEvtchnPort'),
  domainOption('target', (v) => leftOut(v)),
  domainOption('nrPirqs'),
  domainOption('pirqs', (v) => leftOut(v) || Array.isArray(v), 'any coded'),
  operation<number>('XenHost.createDomain({ pirqs: [pirq] })', (w, v) =>
    w.host.createDomain({ domid: 77, nrPirqs: 8, pirqs: [1, v] }),
  ),
  domainOption('abi', leftOut, 'any coded'),
  domainOption('privileged', leftOutOrBoolean, 'any coded'),
  domainOption('kernel', leftOutOrBoolean, 'any coded'),
  domainOption('paused', leftOutOrBoolean, 'any coded'),
  domainOption('kernelChannels', leftOutOrBoolean, 'any coded'),
  domainOption('bindStatic', leftOutOrBoolean, 'any coded'),
  domainOption('lateEoi', (v) => leftOut(v) || isObject(v), 'any coded'),
  operation<number>(
    'XenHost.createDomain({ lateEoi: { hz } })',
    (w, v) => w.host.createDomain({ domid: 77, lateEoi: { hz: v } }),
    leftOut,
  ),
  operation<XenHostOptions['delivery']>(
    'new XenHost({ delivery })',
    (_w, v) => new XenHost({ delivery: v }),
    leftOut,
    'any coded',
  ),
  operation<number>('XenHost.raiseVirq(virq)', (w, v) => w.host.raiseVirq(v)),
  operation<number>('XenHost.setVirqHandler(virq, …)', (w, v) => w.host.setVirqHandler(v, w.dom5)),
  operation<World['dom5']>(
    'XenHost.setVirqHandler(…, domain)',
    (w, v) => w.host.setVirqHandler(3, v),
    never,
    'any coded',
  ),
  operation<number>('HostDomain.raiseVirq(virq)', (w, v) => w.dom0.raiseVirq(v)),
  operation<number>('HostDomain.raiseVirq(…, vcpu)', (w, v) => w.dom0.raiseVirq(0, v), leftOut),
  operation<OpenOptions>(
    'HostDomain.open(options)',
    (w, v) => w.dom0.open(v),
    (v) => leftOut(v) || isObject(v),
    'any coded',
  ),
  operation<number>('HostDomain.open({ flags })', (w, v) => w.dom0.open({ flags: v }), leftOut),
  operation<number>('HostDomain.open({ uid })', (w, v) => w.dom0.open({ uid: v }), leftOut),
  operation<string>(
    'HostDomain.open({ comm })',
    (w, v) => w.dom0.open({ comm: v, flags: O_RDWR | O_CLOEXEC }),
    (v) => leftOut(v) || typeof v === 'string',
    'any coded',
  ),
];

/** Bits of a command above 32 are dropped, so any whole number is one. */
const anyCommand = (value: unknown) => Number.isInteger(value);
/** Counts of bytes that a 64-bit program may ask for. */
const anyCount = (value: unknown) => value === 2 ** 32 || value === 2 ** 32 + 1;

/** Calls at the level of system calls. */
const VFS: readonly Operation[] = [
  operation<number>('File.read(address)', (w, v) => w.file.read(w.memory, v, 4), never, 'errno'),
  operation<number>(
    'File.read(count)',
    (w, v) => w.file.read(w.memory, w.memory.base, v),
    anyCount,
    'errno',
  ),
  operation<number>('File.write(address)', (w, v) => w.file.write(w.memory, v, 4), never, 'errno'),
  operation<number>(
    'File.write(count)',
    (w, v) => w.file.write(w.memory, w.memory.base, v),
    anyCount,
    'errno',
  ),
  operation<number>(
    'File.ioctl(command)',
    (w, v) => w.file.ioctl(v, w.memory, w.memory.base),
    anyCommand,
    'errno',
  ),
  operation<number>(
    'File.ioctl(command with a fraction)',
    (w, v) => w.file.ioctl(0x4505 + v, w.memory, w.memory.base),
    (v) => !isNumber(v) || Number.isInteger(0x4505 + v),
    'errno',
  ),
  ...[0x44500, 0x84501, 0x44502, 0x44503, 0x44504, 0x24506, 0x44507, 0x5421, 0x5452].map(
    (command) =>
      operation<number>(
        `File.ioctl(0x${command.toString(16)}, argument)`,
        (w, v) => w.file.ioctl(command, w.memory, v),
        never,
        'errno',
      ),
  ),
  operation<number>(
    'File.readv([{ address }])',
    (w, v) => w.file.readv(w.memory, [{ address: v, length: 4 }]),
    never,
    'errno',
  ),
  operation<number>(
    'DescriptorTable.limit',
    (w, v) => {
      w.table.limit = v;
    },
    (v) => Number.isSafeInteger(v) && (v as number) >= 0,
    'range',
  ),
  operation<number>(
    'new ManualClock(start)',
    (_w, v) => new ManualClock(v),
    (v) => leftOut(v) || Number.isFinite(v),
    'range',
  ),
  operation<number>(
    'ManualClock.advance(milliseconds)',
    (w, v) => w.clock.advance(v),
    (v) => Number.isFinite(v) && (v as number) >= 0,
    'range',
  ),
];

/** Every argument of every operation a program can reach. */
export const OPERATIONS: readonly Operation[] = [...EVTCHN, ...HYPERCALLS, ...HOST, ...VFS];
