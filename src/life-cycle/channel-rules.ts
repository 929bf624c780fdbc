import { DOMID_SELF } from '../abi/domid.js';
import { EINVAL } from '../abi/errno.js';
import type {
  ChannelCloseRecord,
  ChannelOpenRecord,
  DomainDestroyRecord,
  HypercallRecord,
  TraceRecord,
  VirqRecord,
} from '../trace/trace-record.js';
import { CheckedChannel, CheckedDomain, type CheckedHost } from './checked-host.js';

/** State of the port that a hypercall gives, by its name. */
const GIVES: Readonly<Record<string, ChannelOpenRecord['state']>> = {
  EVTCHNOP_alloc_unbound: 'unbound',
  EVTCHNOP_bind_interdomain: 'interdomain',
  EVTCHNOP_bind_virq: 'virq',
  EVTCHNOP_bind_pirq: 'pirq',
  EVTCHNOP_bind_ipi: 'ipi',
};

/** The rules of domains, their channels and the hypercalls that change them. */
export class ChannelRules {
  readonly #host: CheckedHost;

  constructor(host: CheckedHost) {
    this.#host = host;
  }

  create(domid: number): void {
    const { domains, complain } = this.#host;
    if (domains.has(domid)) complain('domain-twice', `domain ${domid} is there already`);
    domains.set(domid, new CheckedDomain());
  }

  destroy({ domid, closed }: DomainDestroyRecord): void {
    const { domains, files, complain } = this.#host;
    const domain = this.#host.domain(domid);
    if (domain === undefined) return;
    const { size } = domain.channels;
    if (size > 0 || closed !== domain.closedInARow) {
      const sentence = `domain ${domid} had ${closed} channels closed with it, after ${domain.closedInARow} that were; ${size} are left`;
      complain('domain-with-channels', sentence);
    }
    domains.delete(domid);
    for (const file of files.values()) if (file.domid === domid) file.lost = true;
  }

  open({ domid, port, state, remote, remotePort }: ChannelOpenRecord): void {
    const { complain } = this.#host;
    const domain = this.#host.domain(domid);
    if (domain === undefined) return;
    if (domain.channels.has(port)) complain('port-twice', `${domid}:${port} is open already`);
    const channel = new CheckedChannel(state, remote, remotePort);
    // As Xen does: an event remembered for a FIFO word that is missing stays for whoever is given the port next.
    if (domain.leftPending.delete(port)) channel.pending = undefined;
    domain.channels.set(port, channel);
    if (state !== 'interdomain') return;
    const peer = this.#host.channel(remote, remotePort);
    if (peer?.state !== 'unbound' || peer.remote !== domid) {
      complain(
        'peer-wrong',
        `${domid}:${port} connects to ${remote}:${remotePort}, which does not wait for it`,
      );
      return;
    }
    peer.state = 'interdomain';
    peer.remote = domid;
    peer.remotePort = port;
  }

  close({ domid, port, peer }: ChannelCloseRecord): void {
    const { complain } = this.#host;
    const domain = this.#host.domain(domid);
    if (domain === undefined) return;
    domain.closedInARow++;
    const channel = domain.channels.get(port);
    if (channel === undefined) {
      complain('port-closed', `${domid}:${port} is closed, and was not open`);
      return;
    }
    domain.channels.delete(port);
    if (channel.pending !== false) domain.leftPending.add(port);
    const other = this.#host.peerOf(channel);
    const told = peer === undefined ? 'none' : `${peer.domid}:${peer.port}`;
    const had = other === undefined ? 'none' : `${channel.remote}:${channel.remotePort}`;
    if (told !== had) {
      complain('peer-wrong', `${domid}:${port} is closed with ${told} for a peer, and had ${had}`);
    }
    if (other === undefined) return;
    other.state = 'unbound';
    other.remote = domid;
    other.remotePort = 0;
  }

  virq({ domid, virq, vcpu, port }: VirqRecord): void {
    const { complain } = this.#host;
    const domain = this.#host.domain(domid);
    if (domain === undefined) return;
    let bound = 0;
    for (const [number, channel] of domain.channels) {
      if (channel.state !== 'virq' || channel.remote !== virq) continue;
      // Global ones are bound on vCPU 0 and may have moved since.
      if (channel.vcpu === vcpu || number === port) bound = number;
    }
    if (bound !== port) {
      complain(
        'virq-wrong',
        `virq ${virq} of domain ${domid} comes to port ${port}, and is bound to ${bound}`,
      );
    }
  }

  /** @param before - the record before it, which has what the hypercall did last */
  hypercall(record: HypercallRecord, before: TraceRecord | undefined): void {
    const { domid, op, args, result } = record;
    const domain = this.#host.domain(domid);
    if (domain === undefined) return;
    const gives = GIVES[op];
    if (gives !== undefined) this.#gave(record, gives, before);
    else if (op === 'EVTCHNOP_send') this.#send(record, before);
    else if (op === 'EVTCHNOP_close') this.#closed(record, before);
    else if (op === 'EVTCHNOP_unmask') {
      const channel = domain.channels.get(args.port!);
      if (channel !== undefined && result === 0) {
        if (channel.masked !== undefined) channel.masked = false;
        domain.raised.add(channel.vcpu);
      }
    } else if (op === 'EVTCHNOP_bind_vcpu' && result === 0) {
      const channel = domain.channels.get(args.port!);
      if (channel === undefined) return;
      if (channel.vcpu !== args.vcpu && channel.pending !== false) channel.moved = true;
      channel.vcpu = args.vcpu!;
    } else if (op === 'EVTCHNOP_expand_array' && result === 0) {
      for (const { vcpu } of domain.channels.values()) domain.raised.add(vcpu);
    }
  }

  /** A hypercall that gives a port comes right behind the record of that port, and of its first event. */
  #gave(
    { domid, op, args, result }: HypercallRecord,
    state: ChannelOpenRecord['state'],
    before: TraceRecord | undefined,
  ): void {
    if (result < 0) {
      if (before?.type !== 'channel-open' || before.domid !== domid) return;
      this.#host.complain(
        'hypercall-result',
        `${op} of domain ${domid} is refused, and gave port ${before.port}`,
      );
      return;
    }
    const owner = op === 'EVTCHNOP_alloc_unbound' && args.dom !== DOMID_SELF ? args.dom! : domid;
    const channel = this.#host.channel(owner, result);
    const shown = before !== undefined && 'port' in before && before.port === result;
    if (channel?.state !== state || !shown || before.domid !== owner) {
      this.#host.complain(
        'hypercall-result',
        `${op} of domain ${domid} gives ${owner}:${result}, which was not opened by it`,
      );
    }
    if (channel === undefined) return;
    if (op === 'EVTCHNOP_bind_virq' || op === 'EVTCHNOP_bind_ipi') channel.vcpu = args.vcpu!;
  }

  #closed({ domid, args, result }: HypercallRecord, before: TraceRecord | undefined): void {
    const did =
      before?.type === 'channel-close' && before.domid === domid && before.port === args.port;
    if (did === (result === 0)) return;
    const what = did ? 'closed' : 'did not close';
    this.#host.complain(
      'hypercall-result',
      `EVTCHNOP_close of domain ${domid} ${what} port ${args.port} and answers ${result}`,
    );
  }

  #send({ domid, args, result }: HypercallRecord, before: TraceRecord | undefined): void {
    const { complain } = this.#host;
    const port = args.port!;
    const channel = this.#host.channel(domid, port);
    const name = `${domid}:${port}`;
    if (result < 0) {
      if (result !== -EINVAL || (channel !== undefined && !/irq/.test(channel.state))) {
        complain('hypercall-result', `a send on ${name} is refused with ${result}`);
      }
      return;
    }
    if (channel === undefined || /irq/.test(channel.state)) {
      complain('port-closed', `a send on ${name} succeeds, which is no port to send on`);
      return;
    }
    channel.sends++;
    channel.sentAt = this.#host.index;
    if (channel.state === 'unbound') return;
    const [to, toPort] =
      channel.state === 'ipi' ? [domid, port] : [channel.remote, channel.remotePort];
    if (before?.type === 'set-pending' && before.domid === to && before.port === toPort) return;
    complain('send-lost', `a send on ${name} does not make ${to}:${toPort} pending`);
  }
}
