/** Who holds a port: an open file by its number, or the domain itself. */
export type Owner = number | 'domain';

/** What a channel is, as EVTCHNOP_status would tell. */
export type Binding =
  | { readonly kind: 'unbound'; readonly remote: number }
  | { readonly kind: 'interdomain'; readonly remote: number; readonly port: number }
  | { readonly kind: 'virq'; readonly virq: number }
  | { readonly kind: 'ipi' }
  | { readonly kind: 'pirq'; readonly pirq: number };

/** A port that is in use. */
export interface Channel {
  binding: Binding;
  vcpu: number;
  /** An event that nobody has taken yet. Seen only where an open file holds the port disabled. */
  pending: boolean;
  readonly owner: Owner;
}

/** A domain: ports in use by number, and what limits them. */
export interface DomainModel {
  readonly domid: number;
  readonly privileged: boolean;
  readonly kernel: boolean;
  readonly twoLevel: boolean;
  readonly vcpus: number;
  /** Highest port it may take. */
  readonly limit: number;
  readonly channels: Map<number, Channel>;
  /** Those of them that its kernel bound when it booted. */
  readonly kernelPorts: Set<number>;
  /** Numbers below are valid: Xen has room for them by now. Grows by 64, never shrinks. */
  valid: number;
  /** Numbers the guest kernel has set up so far, the bound of UNBIND's range check. */
  setUp: number;
  pauses: number;
  /** FIFO ports beyond those set up that had an event: Xen keeps it, also over a close, until there is a word for it. */
  readonly remembered: Set<number>;
  /** Free ports that such an event reached: whoever is given the number has it. */
  readonly inherited: Set<number>;
}

/** Ports Xen makes room for at a time. */
const BUCKET = 64;

/**
 * The lowest free port of a domain, or undefined where it may have no more. Room is made for the number even if the
 * operation fails later on.
 */
export function lowestFreePort(domain: DomainModel): number | undefined {
  let port = 1;
  while (domain.channels.has(port)) port++;
  if (port > domain.limit) return undefined;
  while (port >= domain.valid) domain.valid += BUCKET;
  return port;
}

/** A free port comes into use. */
export function takeIntoUse(
  domain: DomainModel,
  port: number,
  binding: Binding,
  vcpu: number,
  owner: Owner,
): Channel {
  const channel = { binding, vcpu, pending: domain.inherited.delete(port), owner };
  domain.channels.set(port, channel);
  return channel;
}

/**
 * An event comes on a port: pending where there is a place to note it down, else remembered.
 * @returns it is pending now
 */
export function makePending(domain: DomainModel, port: number, channel: Channel): boolean {
  const noWord = !domain.twoLevel && port >= domain.setUp;
  if (noWord) domain.remembered.add(port);
  else channel.pending = true;
  return !noWord;
}

/** With FIFO, words are there for so many ports from now on, and take what was remembered for them. */
export function setUpPorts(domain: DomainModel, count: number): void {
  domain.setUp = Math.max(domain.setUp, count);
  for (const port of domain.remembered) {
    if (port >= domain.setUp) continue;
    domain.remembered.delete(port);
    const channel = domain.channels.get(port);
    if (channel === undefined) domain.inherited.add(port);
    else channel.pending = true;
  }
}

/** Whose VIRQ binding on a vCPU a port is, if it is in use for that. */
export function findVirq(domain: DomainModel, virq: number, vcpu: number): number | undefined {
  const perVcpu = isPerVcpu(virq);
  for (const [port, { binding, vcpu: at }] of domain.channels) {
    if (binding.kind === 'virq' && binding.virq === virq && (!perVcpu || at === vcpu)) return port;
  }
  return undefined;
}

/** TIMER, DEBUG, XENOPROF and XENPMU are bound once per vCPU; a channel for them never moves. */
export function isPerVcpu(virq: number): boolean {
  return virq === 0 || virq === 1 || virq === 7 || virq === 13;
}

/** ARGO belongs to a domain; all others that are not per vCPU are global. */
export function isGlobal(virq: number): boolean {
  return virq < 24 && virq !== 11 && !isPerVcpu(virq);
}
