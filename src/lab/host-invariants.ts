import type { OpenFile } from '../devices/evtchn/open-file.js';
import type { HostDomain } from '../host/host-domain.js';
import type { XenHost } from '../host/xen-host.js';
import { ECS_INTERDOMAIN } from '../hypervisor/channel-table.js';
import type { Domain } from '../hypervisor/domain.js';

/**
 * What must hold of a host in which nobody can take a step, whatever its programs did: channels and their peers agree, ports belong
 * to open files that know of them, masks are as what was read and written back says, no event waits that nothing would deliver,
 * and no ring holds more than its size.
 * @returns what does not, in a sentence; undefined if all does
 */
export function brokenInvariant(host: XenHost): string | undefined {
  for (const domain of host.domains()) {
    const broken = brokenChannel(domain) ?? brokenFiles(domain);
    if (broken !== undefined) return `domain ${domain.domid}: ${broken}`;
  }
  return undefined;
}

function brokenChannel({ xen, kernel, driver }: HostDomain): string | undefined {
  const { channels, ports, vcpus } = xen;
  let inUse = 0;
  for (let port = channels.free.takenFrom(1); port >= 0; port = channels.free.takenFrom(port + 1)) {
    inUse++;
    if (channels.state(port) === ECS_INTERDOMAIN && !peerAgrees(xen, port)) {
      return `port ${port} is connected to one that is not connected to it`;
    }
    if (kernel === undefined || kernel.irqFromEvtchn(port) < 0) continue;
    if (ports.isPending(port) && !ports.isMasked(port) && !vcpus[channels.vcpu(port)]!.upcallMask) {
      return `port ${port} is pending and not masked, and nothing delivers its event`;
    }
    const owner = driver?.ports.owners[port] ?? 0;
    if (owner !== 0 && driver!.openFiles.get(owner >> 1) === undefined) {
      return `port ${port} belongs to a file that is not open`;
    }
  }
  return inUse === channels.active
    ? undefined
    : `${inUse} ports are in use, and ${channels.active} are counted`;
}

function peerAgrees(domain: Domain, port: number): boolean {
  const { channels } = domain;
  // A channel that was connected when it came into being knows its peer by number only.
  const peer = domain.hypervisor.domain(channels.remote(port));
  if (peer === undefined || !peer.validPort(channels.remotePort(port))) return false;
  const other = channels.remotePort(port);
  return (
    peer.channels.state(other) === ECS_INTERDOMAIN &&
    peer.channels.remote(other) === domain.id &&
    peer.channels.remotePort(other) === port
  );
}

function brokenFiles(domain: HostDomain): string | undefined {
  for (const file of domain.driver?.openFiles.values() ?? []) {
    const broken = brokenFile(domain, file);
    if (broken !== undefined) return `file ${file.number} of ${file.comm}: ${broken}`;
  }
  return undefined;
}

function brokenFile({ xen, kernel }: HostDomain, file: OpenFile): string | undefined {
  const { ring, portCount, driver } = file;
  if (ring.count > ring.size) return `its ring of ${ring.size} holds ${ring.count} events`;
  let held = 0;
  for (const port of file.ports()) {
    if (++held > portCount) break;
    if (!driver.ports.holds(file.number, port)) return `it lists port ${port} and does not hold it`;
    if (kernel!.irqs.handlers[port] !== file) return `port ${port} is not handled by it`;
    // A channel that was closed behind its back has no mask worth looking at.
    if (!xen.validPort(port) || !xen.channels.usable(port)) continue;
    const enabled = (driver.ports.owners[port]! & 1) !== 0;
    const masked = xen.ports.isMasked(port);
    if (!enabled && !masked) return `port ${port} is not masked, though its event is not done`;
    if (enabled && masked && kernel!.irqs.reasons(port) === 0) {
      return `port ${port} is masked for no reason`;
    }
  }
  return held === portCount ? undefined : `it holds ${held} ports, and ${portCount} are counted`;
}
