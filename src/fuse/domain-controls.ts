import { EINVAL } from '../abi/errno.js';
import type { HostDomain } from '../host/host-domain.js';

/** Largest 32-bit number. */
const U32_MAX = 0xffffffff;

/**
 * What is written to a domain's file `notify`: `PORT` has the domain send on that port (EVTCHNOP_send), `PORT incoming` has an
 * event come in on it, as if its peer had sent.
 * @returns 0; -EINVAL for another line, a port that cannot be sent on, or one that is free or Xen's
 */
export function notifyLine(domain: HostDomain, line: string): number {
  const [, digits, incoming] = /^(\d{1,10})( incoming)?$/.exec(line) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > U32_MAX) return -EINVAL;
  return incoming === undefined ? send(domain, port) : comeIn(domain, port);
}

function send({ xen }: HostDomain, port: number): number {
  return xen.hypervisor.eventChannels.send(xen, port);
}

function comeIn({ xen }: HostDomain, port: number): number {
  const { channels } = xen;
  if (!xen.validPort(port) || !channels.usable(port) || channels.consumerIsXen(port)) {
    return -EINVAL;
  }
  xen.ports.setPending(port);
  xen.hypervisor.exit();
  return 0;
}

/**
 * What is written to a domain's file `virq`: `VIRQ` or `VIRQ VCPU` raises it; it is lost where nobody bound it.
 * @returns 0; -EINVAL for another line, a VIRQ that there is not, or one that does not go to that vCPU
 */
export function virqLine(domain: HostDomain, line: string): number {
  const [, virq, vcpu = '0'] = /^(\d{1,10})(?: (\d{1,10}))?$/.exec(line) ?? [];
  if (virq === undefined) return -EINVAL;
  try {
    domain.raiseVirq(Number(virq), Number(vcpu));
    return 0;
  } catch (error) {
    if (error instanceof RangeError) return -EINVAL;
    throw error;
  }
}
