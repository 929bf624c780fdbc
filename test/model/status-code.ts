import type { ChannelStatus } from '../../src/index.js';
import type { Binding, Channel } from './channel-model.js';

/** A status in one number, so that sweeps over all ports of all domains stay cheap. */
export type StatusCode = number;

/** Nothing is there: EVTCHNSTAT_closed on vCPU 0. */
export const CLOSED: StatusCode = 0;

const KINDS = ['closed', 'unbound', 'interdomain', 'pirq', 'virq', 'ipi'] as const;
const DOM = 2 ** 6;
const PORT = 2 ** 22;
const NR = 2 ** 42;

function encode(kind: number, vcpu: number, dom: number, port: number, nr: number): StatusCode {
  return kind + vcpu * 8 + dom * DOM + port * PORT + nr * NR;
}

/** What EVTCHNOP_status answered. */
export function codeOfStatus(status: ChannelStatus): StatusCode {
  const { dom = 0, port = 0, nr = 0 } = status;
  return encode(status.status, status.vcpu, dom, port, nr);
}

/** What the model expects it to answer. */
export function codeOfChannel(channel: Channel | undefined): StatusCode {
  if (channel === undefined) return CLOSED;
  const { binding, vcpu } = channel;
  switch (binding.kind) {
    case 'unbound':
      return encode(1, vcpu, binding.remote, 0, 0);
    case 'interdomain':
      return encode(2, vcpu, binding.remote, binding.port, 0);
    case 'virq':
      return encode(4, vcpu, 0, 0, binding.virq);
    case 'ipi':
      return encode(5, vcpu, 0, 0, 0);
    case 'pirq':
      return encode(3, vcpu, 0, 0, binding.pirq);
  }
}

/** The parts of a code. */
export function decodeStatus(code: StatusCode) {
  const kind = KINDS[code % 8] ?? 'unknown';
  const vcpu = Math.floor(code / 8) % 8;
  const dom = Math.floor(code / DOM) % 0x10000;
  const port = Math.floor(code / PORT) % 0x100000;
  const nr = Math.floor(code / NR);
  return { kind, vcpu, dom, port, nr };
}

/** The code unbound on that vCPU for that domain. */
export function unboundFor(dom: number, vcpu: number): StatusCode {
  return encode(1, vcpu, dom, 0, 0);
}

/** For messages. */
export function statusText(code: StatusCode): string {
  const { kind, vcpu, dom, port, nr } = decodeStatus(code);
  switch (kind) {
    case 'unbound':
      return `unbound for d${dom}, vcpu ${vcpu}`;
    case 'interdomain':
      return `interdomain with d${dom} port ${port}, vcpu ${vcpu}`;
    case 'virq':
    case 'pirq':
      return `${kind} ${nr}, vcpu ${vcpu}`;
    default:
      return `${kind}, vcpu ${vcpu}`;
  }
}

/** The binding that a status tells of; undefined for a free port. */
export function bindingOfCode(code: StatusCode): Binding | undefined {
  const { kind, dom, port, nr } = decodeStatus(code);
  switch (kind) {
    case 'unbound':
      return { kind, remote: dom };
    case 'interdomain':
      return { kind, remote: dom, port };
    case 'virq':
      return { kind, virq: nr };
    case 'pirq':
      return { kind, pirq: nr };
    case 'ipi':
      return { kind };
    default:
      return undefined;
  }
}

/** vCPU and binding of a channel in use. */
export function channelOfCode(code: StatusCode): { binding: Binding; vcpu: number } {
  const binding = bindingOfCode(code);
  if (binding === undefined) throw new Error(`a free port has no binding: ${statusText(code)}`);
  return { binding, vcpu: decodeStatus(code).vcpu };
}
