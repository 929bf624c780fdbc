import { ioctlName } from '../../src/abi/ioctl.js';
import { virqName } from '../../src/abi/virq.js';
import type { EventAbi } from '../../src/index.js';

/** How a domain of a program is made. */
export interface DomainShape {
  readonly domid: number;
  readonly abi: EventAbi;
  readonly vcpus: number;
  /** Highest port; undefined for the host's own default. */
  readonly maxEvtchnPort: number | undefined;
  /** A guest kernel runs in it, so it has the device. */
  readonly kernel: boolean;
  /** The kernel binds channels of its own first. */
  readonly kernelChannels: boolean;
}

/** Through which of the two interfaces a program holds an open file. */
export type Interface = 'system calls' | 'library';

/** What is done to an open file; `file` is the program's own number for it. */
export type FileOperation = { readonly file: number } & (
  | { readonly op: 'share' }
  | { readonly op: 'close' }
  | { readonly op: 'bind unbound'; readonly domid: number }
  | { readonly op: 'bind interdomain'; readonly domid: number; readonly port: number }
  | { readonly op: 'bind virq'; readonly virq: number }
  | { readonly op: 'unbind'; readonly port: number }
  | { readonly op: 'notify'; readonly port: number }
  | { readonly op: 'read'; readonly bytes: number; readonly mapped: number }
  | {
      readonly op: 'write';
      readonly ports: readonly number[];
      readonly bytes: number;
      readonly mapped: number;
    }
  | { readonly op: 'poll' }
  | { readonly op: 'reset' }
  | { readonly op: 'restrict'; readonly domid: number }
  | { readonly op: 'bad ioctl'; readonly command: number; readonly mapped: number }
);

/** A hypercall made by a domain. */
export type Hypercall = { readonly caller: number } & (
  | { readonly op: 'alloc_unbound'; readonly dom: number; readonly remote: number }
  | { readonly op: 'bind_interdomain'; readonly dom: number; readonly port: number }
  | { readonly op: 'bind_virq'; readonly virq: number; readonly vcpu: number }
  | { readonly op: 'bind_ipi'; readonly vcpu: number }
  | { readonly op: 'close_port'; readonly port: number }
  | { readonly op: 'send'; readonly port: number }
  | { readonly op: 'status'; readonly dom: number; readonly port: number }
  | { readonly op: 'bind_vcpu'; readonly port: number; readonly vcpu: number }
  | { readonly op: 'unmask'; readonly port: number }
  | { readonly op: 'set_priority'; readonly port: number; readonly priority: number }
  | { readonly op: 'reset_domain'; readonly dom: number }
);

/** What the toolstack, the machine or a guest's administrator does. */
export type HostOperation =
  | { readonly op: 'create domain'; readonly shape: DomainShape }
  | { readonly op: 'destroy domain'; readonly domid: number }
  | { readonly op: 'pause'; readonly domid: number }
  | { readonly op: 'unpause'; readonly domid: number }
  | {
      readonly op: 'open';
      readonly file: number;
      readonly domid: number;
      readonly flags: number;
      readonly through: Interface;
    }
  | {
      readonly op: 'raise virq';
      readonly domid: number;
      readonly virq: number;
      readonly vcpu: number;
    }
  | { readonly op: 'raise global virq'; readonly virq: number }
  | { readonly op: 'set virq handler'; readonly virq: number; readonly domid: number }
  | {
      readonly op: 'set affinity';
      readonly domid: number;
      readonly port: number;
      readonly vcpu: number;
    };

/** One operation of a program, with every number in it settled. */
export type Operation = FileOperation | Hypercall | HostOperation;

/** The whole argument is mapped. */
export const ALL_MAPPED = 1 << 20;

/** The operation as a line to be read by whoever repairs a failure. */
export function describeOperation(operation: Operation): string {
  if ('caller' in operation) {
    const { caller, op, ...rest } = operation;
    return `d${caller}: EVTCHNOP ${op}${listFields(rest)}`;
  }
  if (operation.op === 'create domain') {
    const { domid, ...shape } = operation.shape;
    return `create domain d${domid}${listFields(shape)}`;
  }
  if (operation.op === 'open') {
    const { file, domid, flags, through } = operation;
    return `f${file} = open in d${domid}, flags 0${flags.toString(8)}, through ${through}`;
  }
  if (!('file' in operation)) {
    const { op, ...rest } = operation;
    return `${op}${listFields(rest)}`;
  }
  const { file, op, ...rest } = operation;
  return `f${file}: ${op}${listFields(rest)}`;
}

function listFields(fields: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'mapped' && value === ALL_MAPPED) continue;
    text += ` ${name}=${fieldText(name, value)}`;
  }
  return text;
}

function fieldText(name: string, value: unknown): string {
  if (Array.isArray(value)) return `[${value.join(' ')}]`;
  if (typeof value !== 'number') return String(value);
  if (name === 'command') return ioctlName(value);
  return name === 'virq' ? `${value} (${virqName(value)})` : String(value);
}
