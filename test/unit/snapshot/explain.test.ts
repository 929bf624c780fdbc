import { describe, expect, it } from 'vitest';
import { EPOLLET, POLLIN } from '../../../src/abi/poll.js';
import type { OpenFile } from '../../../src/devices/evtchn/open-file.js';
import type { HostDomain } from '../../../src/host/host-domain.js';
import { allocUnboundXen } from '../../../src/hypervisor/xen-channel.js';
import { explain } from '../../../src/snapshot/explain.js';
import type { Explanation, Verdict } from '../../../src/snapshot/explanation.js';
import { EventPoll } from '../../../src/vfs/event-poll.js';
import { Scene } from './scene.js';

/** One way to come to a verdict. */
interface Case {
  readonly make: () => Explanation;
  readonly stuck: boolean;
  /** What is said, from the first sentence on; there may be more. */
  readonly says: readonly string[];
  /** A function of Xen or Linux, or a file of theirs, that the rule names. */
  readonly rule: string;
  readonly advice?: string;
}

const lastFile = (domain: HostDomain): OpenFile => [...domain.driver!.openFiles.values()].at(-1)!;

/** A domain 7 of two vCPUs that was reset under its kernel, as a crashed guest is, and went back to FIFO. */
function afterReset(scene: Scene): HostDomain {
  const { dom7 } = scene;
  dom7.hypercalls.reset(7);
  dom7.hypercalls.initControl(dom7.xen.memory.allocatePage(), 0, 0);
  return dom7;
}

/** Every verdict there is; the compiler sees to it that none is missing. */
const CASES: Record<Verdict, Case> = {
  'no-domain': {
    make: () => new Scene().explain(5, 3),
    stuck: false,
    says: [
      'There is no domain 5 on this host, and none of that number was seen to be destroyed. Its domains: 0, 7.',
    ],
    rule: 'ESRCH',
    advice: 'xen-evtchn ls',
  },
  'domain-destroyed': {
    make() {
      const scene = new Scene();
      scene.dom7.destroy();
      return scene.wait(65_000).explain(7, 3);
    },
    stuck: false,
    says: ['Domain 7 was destroyed 1 min 5 s ago, and all its ports with it.'],
    rule: 'evtchn_destroy',
  },
  'domain-not-shown': {
    make: () => explain(new Scene().snapshot({ domids: [0] }), 7, 3),
    stuck: false,
    says: ['Domain 7 is not part of what was asked for, which is: domain 0.'],
    rule: 'snapshot',
  },
  'port-beyond-limit': {
    make: () => new Scene({ dom7: { abi: 'two-level' } }).explain(7, 4096),
    stuck: false,
    says: [
      'There can be no port 4096 in domain 7: its event-channel ABI, two-level, has 4096 of them.',
    ],
    rule: 'ENOSPC',
  },
  'port-closed': {
    make() {
      const scene = new Scene();
      const { back, remote } = scene.pair();
      back.close();
      return scene.wait(350).explain(0, remote);
    },
    stuck: false,
    says: [
      'Port 1 of domain 0 was closed 350 ms ago by open file 1 of qemu, and nobody opened it again.',
    ],
    rule: 'evtchn_release',
    advice: 'xen-evtchn ls 0',
  },
  'port-not-open': {
    make: () => new Scene().wait(2000).explain(7, 30),
    stuck: false,
    says: [
      'Port 30 of domain 7 is not in use.',
      'It was not closed lately either; the host has been watched for 2 s.',
    ],
    rule: 'evtchn_allocate_port',
  },
  'held-by-xen': {
    make() {
      const scene = new Scene();
      return scene.explain(
        7,
        allocUnboundXen(scene.dom7.xen, 0, 0, () => {}),
      );
    },
    stuck: false,
    says: [
      'Xen itself receives what is sent to port 1 of domain 7: no event ever becomes pending there.',
    ],
    rule: 'xen_consumer',
  },
  'no-kernel': {
    make() {
      const scene = new Scene({ dom7: { kernel: false } });
      const port = scene.dom0.hypercalls.allocUnbound(0, 7);
      const local = scene.dom7.hypercalls.bindInterdomain(0, port);
      return scene.wait(1500).explain(7, local);
    },
    stuck: true,
    says: [
      'No kernel runs in domain 7, and its controller has paused it, so nobody takes events on port 1 of domain 7. An event has been pending on it for 1.5 s.',
    ],
    rule: 'evtchn_2l_set_pending',
  },
  'held-by-nobody': {
    make() {
      const scene = new Scene();
      const port = scene.dom0.hypercalls.allocUnbound(0, 7);
      const local = scene.dom7.hypercalls.bindInterdomain(0, port);
      return scene.wait(999).explain(7, local);
    },
    stuck: false,
    says: [
      'No open file and no handler of the kernel has port 1 of domain 7 bound: events stay pending in Xen. An event has been pending on it for 999 ms.',
    ],
    rule: 'evtchn_bind_to_user',
  },
  'held-by-kernel': {
    make: () => new Scene({ dom7: { kernelChannels: true } }).explain(7, 2),
    stuck: false,
    says: [
      'The kernel of domain 7 handles port 2 of domain 7 itself, as hvc_console: no program gets its events.',
      'Port 2 of domain 7 is unbound, opened just now: nobody is connected to it. Only domain 0 may connect.',
    ],
    rule: 'bind_evtchn_to_irqhandler',
  },
  'ring-overflow': {
    make() {
      const scene = new Scene();
      const { back, front, local, remote } = scene.pair();
      for (let i = 0; i < 66; i++) {
        front.notify(local);
        if (i < 65) back.unmask(remote);
      }
      return scene.wait(3000).explain(0, remote);
    },
    stuck: true,
    says: [
      'The ring of open file 1 of qemu overflowed 3 s ago: every read fails with EFBIG until IOCTL_EVTCHN_RESET, which throws away the 64 events in it. 2 events found it full and are lost. An event of port 1 of domain 0 is in it.',
    ],
    rule: 'ring_overflow',
    advice:
      'Have the program make IOCTL_EVTCHN_RESET (reset() of its handle; libxenevtchn has no call for it), look after all its ports, and write each of them back.',
  },
  unread: {
    make() {
      const scene = new Scene();
      const { back, front, local, remote } = scene.pair();
      const other = back.bindUnboundPort(7);
      const second = front.bindInterdomain(0, other);
      front.notify(second);
      front.notify(local);
      return scene.wait(4200).explain(0, remote);
    },
    stuck: true,
    says: [
      'An event of port 1 of domain 0 has been in the ring of open file 1 of qemu for 4.2 s, behind 1 other event, all unread: nobody waits in read, poll or epoll; qemu has read nothing since it opened the device 4.2 s ago.',
      'Port 1 of domain 0 has had 1 event, the last 4.2 s ago.',
    ],
    rule: 'evtchn_interrupt',
    advice: 'See what qemu does instead of reading: it is busy, blocked elsewhere, or stopped.',
  },
  'polled-not-read': {
    make() {
      const scene = new Scene();
      const { dom0, dom7 } = scene;
      const file = dom0.open({ comm: 'poller' });
      const front = dom7.openEvtchn({ comm: 'frontend' });
      const device = file.operations as OpenFile;
      const port = dom0.hypercalls.allocUnbound(0, 7);
      device.bind(port, false);
      const set = new EventPoll<string>();
      set.add(file, POLLIN | EPOLLET, 'device');
      front.notify(front.bindInterdomain(0, port));
      set.take(8);
      return scene.wait(1000).explain(0, port);
    },
    stuck: true,
    says: [
      'An event of port 1 of domain 0 has been in the ring of open file 1 of poller for 1 s, the next to be read: somebody waits for it in poll, select or epoll, but nobody reads; poller has read nothing since it opened the device 1 s ago.',
    ],
    rule: 'edge-triggered epoll',
  },
  'event-lost': {
    make() {
      const scene = new Scene();
      const { back, front, local, remote } = scene.pair();
      const other = back.bindUnboundPort(7);
      const second = front.bindInterdomain(0, other);
      for (let i = 0; i < 64; i++) {
        front.notify(local);
        back.unmask(remote);
      }
      front.notify(second);
      back.reset();
      return scene.explain(0, other);
    },
    stuck: true,
    says: [
      'An event of port 2 of domain 0 met the full ring of open file 1 of qemu and is lost; the port is not enabled until it is written back, and qemu was never told to.',
    ],
    rule: 'evtchn_interrupt disables a port',
  },
  'event-dropped': {
    make() {
      const scene = new Scene();
      const { back, front, local, remote } = scene.pair();
      front.notify(local);
      back.reset();
      return scene.explain(0, remote);
    },
    stuck: true,
    says: [
      'IOCTL_EVTCHN_RESET threw away an unread event of port 1 of domain 0 from the ring of open file 1 of qemu; the port is not enabled until it is written back.',
    ],
    rule: 'IOCTL_EVTCHN_RESET empties the ring',
  },
  'not-written-back': {
    make() {
      const scene = new Scene();
      const { back, front, local, remote } = scene.pair();
      front.notify(local);
      back.tryPending();
      scene.wait(3000);
      front.notify(local);
      return scene.wait(2000).explain(0, remote);
    },
    stuck: true,
    says: [
      'An event of port 1 of domain 0 was read 5 s ago by qemu and the port has not been written back: it is not enabled. Another event has been waiting behind it in Xen for 2 s.',
      'Nobody waits in read, poll or epoll on open file 1 of qemu.',
      'Port 1 of domain 0 has had 2 events, the last 2 s ago.',
      'Its peer is port 1 of domain 7, held by open file 2 of frontend: 2 events were sent on it, the last 2 s ago.',
    ],
    rule: 'xen_irq_lateeoi',
    advice:
      'Have qemu write the port back when it is done with the event: xenevtchn_unmask, or unmask(1) of its handle.',
  },
  'eoi-deferred': {
    make() {
      const scene = new Scene();
      const file = scene.dom0.openEvtchn({ comm: 'storm' });
      const port = file.bindUnboundPort(0);
      const sender = file.bindInterdomain(0, port);
      file.tryPending();
      file.unmask(sender);
      const device = lastFile(scene.dom0);
      let left = 600;
      device.waitQueue.add({
        wake() {
          scene.clock.advance(1);
          device.readPort();
          if (--left > 0) device.notify(sender);
          device.writePort(port);
        },
      });
      file.notify(sender);
      return scene.wait(10).explain(0, port);
    },
    stuck: false,
    says: [
      'Port 1 of domain 0 was written back 10 ms ago, but its late EOI is put off: it opens in 26 ms. An event has been waiting in Xen for 10 ms.',
    ],
    rule: 'event_eoi_delay',
  },
  masked: {
    make() {
      const scene = new Scene();
      const { front, local, remote } = scene.pair();
      const kernel = scene.dom0.kernel!;
      kernel.disableIrq(kernel.irqFromEvtchn(remote));
      front.notify(local);
      return scene.wait(60_000).explain(0, remote);
    },
    stuck: true,
    says: [
      'The kernel masks port 1 of domain 0: its irq is disabled (disable_irq). An event has been waiting in Xen for 1 min.',
    ],
    rule: 'EVT_MASK_REASON_EXPLICIT',
    advice: 'Have who called disable_irq call enable_irq.',
  },
  'no-event-word': {
    make() {
      const scene = new Scene({ dom7: { vcpus: 2 } });
      const front = scene.dom7.openEvtchn({ comm: 'frontend' });
      // Its kernel has given the first page, and so gives it no more.
      front.unbind(front.bindUnboundPort(0));
      const dom7 = afterReset(scene);
      const port = scene.dom0.hypercalls.allocUnbound(0, 7);
      const local = dom7.hypercalls.bindInterdomain(0, port);
      lastFile(dom7).bind(local, false);
      return scene.wait(2000).explain(7, local);
    },
    stuck: true,
    says: [
      'Domain 7 has given Xen no event word for port 1 of domain 7: an event has been remembered for 2 s and will be raised when it does.',
    ],
    rule: 'EVTCHNOP_expand_array',
  },
  'no-control-block': {
    make() {
      const scene = new Scene({ dom7: { vcpus: 2 } });
      const dom7 = afterReset(scene);
      dom7.hypercalls.expandArray(dom7.xen.memory.allocatePage());
      dom7.openEvtchn({ comm: 'frontend' });
      const port = scene.dom0.hypercalls.allocUnbound(0, 7);
      const local = dom7.hypercalls.bindInterdomain(0, port);
      dom7.hypercalls.bindVcpu(local, 1);
      lastFile(dom7).bind(local, false);
      scene.dom0.hypercalls.send(port);
      return scene.wait(2000).explain(7, local);
    },
    stuck: true,
    says: [
      'vCPU 1 of domain 7, which port 1 of domain 7 notifies, has no FIFO control block: an event has been pending for 2 s and nobody is told.',
    ],
    rule: 'EVTCHNOP_init_control',
  },
  'upcalls-off': {
    make() {
      const scene = new Scene();
      const { front, local, remote } = scene.pair();
      scene.dom0.kernel!.disableUpcalls(0);
      front.notify(local);
      return scene.wait(2000).explain(0, remote);
    },
    stuck: true,
    says: [
      'vCPU 0 of domain 0, which port 1 of domain 0 notifies, takes no upcalls (evtchn_upcall_mask is set): an event has been pending for 2 s.',
    ],
    rule: 'xen_evtchn_do_upcall',
  },
  'waits-for-run': {
    make() {
      const scene = new Scene({ delivery: 'deferred' });
      const { front, local, remote } = scene.pair();
      front.notify(local);
      return scene.wait(2000).explain(0, remote);
    },
    stuck: false,
    says: [
      'An event has been pending on port 1 of domain 0 for 2 s: this host delivers events only when it is told to run.',
    ],
    rule: 'XenHost.run',
  },
  'being-delivered': {
    make() {
      const scene = new Scene();
      const { back, front, local, remote } = scene.pair();
      const other = back.bindUnboundPort(7);
      const second = front.bindInterdomain(0, other);
      const kernel = scene.dom0.kernel!;
      kernel.disableUpcalls(0);
      front.notify(local);
      front.notify(second);
      const [device] = scene.dom0.driver!.openFiles.values();
      let seen: Explanation | undefined;
      device!.waitQueue.add({
        wake() {
          seen ??= scene.explain(0, other);
        },
      });
      kernel.enableUpcalls(0);
      expect(scene.channel(0, remote).queued).toBe(1);
      return seen!;
    },
    stuck: false,
    says: [
      'An event has been pending on port 2 of domain 0 and nothing is in its way: it is about to be delivered.',
    ],
    rule: 'xen_evtchn_do_upcall',
  },
  'waits-for-peer': {
    make() {
      const scene = new Scene();
      const port = scene.dom0.openEvtchn({ comm: 'qemu' }).bindUnboundPort(9);
      return scene.wait(7_440_000).explain(0, port);
    },
    stuck: false,
    says: [
      'Port 1 of domain 0 is unbound, opened 2 h 4 min ago: nobody is connected to it. Only domain 9, which does not exist now, may connect.',
    ],
    rule: 'EVTCHNOP_alloc_unbound',
    advice: 'Have a program in domain 9 connect: xenevtchn_bind_interdomain(xce, 0, 1).',
  },
  'peer-closed': {
    make() {
      const scene = new Scene();
      const { front, local, remote } = scene.pair();
      front.unbind(local);
      return scene.wait(10).explain(0, remote);
    },
    stuck: true,
    says: [
      'The peer of port 1 of domain 0, port 1 of domain 7, was closed 10 ms ago by open file 2 of frontend: the port is unbound and nothing can be sent to it.',
    ],
    rule: 'evtchn_close',
    advice: 'Have a program in domain 7 connect again: xenevtchn_bind_interdomain(xce, 0, 1).',
  },
  'peer-destroyed': {
    make() {
      const scene = new Scene();
      const { remote } = scene.pair();
      scene.dom7.destroy();
      return scene.wait(3000).explain(0, remote);
    },
    stuck: true,
    says: [
      'Domain 7 was destroyed 3 s ago, and with it its port 1, the peer of port 1 of domain 0: the port is unbound and nothing can be sent to it.',
    ],
    rule: 'evtchn_destroy',
  },
  'virq-not-raised': {
    make() {
      const scene = new Scene();
      scene.dom0.raiseVirq(3);
      scene.wait(7);
      const port = scene.dom0.openEvtchn({ comm: 'xenstored' }).bindVirq(3);
      return scene.wait(10).explain(0, port);
    },
    stuck: false,
    says: [
      'Port 1 of domain 0 is ready, but VIRQ_DOM_EXC has not been raised since it was bound 10 ms ago.',
      'Nobody waits in read, poll or epoll on open file 1 of xenstored.',
      'VIRQ_DOM_EXC was raised 1 time while nobody in domain 0 had it bound, the last 17 ms ago: nobody heard of that.',
    ],
    rule: 'send_global_virq',
    advice: 'xen-evtchn virq DOM_EXC --domain 0',
  },
  'virq-quiet': {
    make() {
      const scene = new Scene();
      const handle = scene.dom0.openEvtchn({ comm: 'xenstored' });
      const port = handle.bindVirq(3);
      scene.dom0.raiseVirq(3);
      handle.tryPending();
      scene.wait(5);
      handle.unmask(port);
      return scene.wait(10).explain(0, port);
    },
    stuck: false,
    says: [
      'Port 1 of domain 0 is ready: VIRQ_DOM_EXC was raised last 15 ms ago; its event was read 15 ms ago and written back 10 ms ago.',
    ],
    rule: 'send_global_virq',
  },
  'pirq-quiet': {
    make() {
      const scene = new Scene();
      scene.dom0.openEvtchn({ comm: 'driver' });
      const port = scene.dom0.hypercalls.bindPirq(9);
      lastFile(scene.dom0).bind(port, true);
      return scene.explain(0, port);
    },
    stuck: false,
    says: [
      'Port 1 of domain 0 is ready, but physical interrupt 9 has not come since it was bound just now.',
    ],
    rule: 'send_guest_pirq',
  },
  'ipi-quiet': {
    make() {
      const scene = new Scene();
      const handle = scene.dom0.openEvtchn({ comm: 'driver' });
      const port = scene.dom0.hypercalls.bindIpi(0);
      lastFile(scene.dom0).bind(port, true);
      handle.notify(port);
      handle.tryPending();
      handle.unmask(port);
      return scene.wait(1200).explain(0, port);
    },
    stuck: false,
    says: [
      'Port 1 of domain 0 is an IPI to vCPU 0 and ready; domain 0, which alone can, sent it last 1.2 s ago.',
    ],
    rule: 'evtchn_send',
    advice: 'xen-evtchn notify 1 --domain 0',
  },
  'peer-never-sent': {
    make() {
      const scene = new Scene();
      const { remote } = scene.pair();
      return scene.wait(4200).explain(0, remote);
    },
    stuck: false,
    says: [
      'Port 1 of domain 0 is enabled, but its peer, port 1 of domain 7, has not sent an event since they were connected 4.2 s ago.',
    ],
    rule: 'evtchn_send',
    advice: 'xen-evtchn notify 1 --domain 7',
  },
  idle: {
    make() {
      const scene = new Scene();
      const { back, front, local, remote } = scene.pair();
      front.notify(local);
      scene.wait(1);
      back.tryPending();
      scene.wait(1);
      back.unmask(remote);
      void back.pending().catch(() => {});
      return scene.wait(4200).explain(0, remote);
    },
    stuck: false,
    says: [
      'Port 1 of domain 0 is enabled: its last event came 4.2 s ago, was read 4.2 s ago and written back 4.2 s ago. Nothing was sent since.',
      'Open file 1 of qemu has 1 call waiting in read.',
      'Port 1 of domain 0 has had 1 event, the last 4.2 s ago.',
      'Its peer is port 1 of domain 7, held by open file 2 of frontend: 1 event was sent on it, the last 4.2 s ago.',
    ],
    rule: 'evtchn_interrupt',
    advice: 'xen-evtchn trace --domain 0 --port 1',
  },
};

describe('explain', () => {
  for (const [verdict, { make, stuck, says, rule, advice }] of Object.entries(CASES)) {
    it(`tells of ${verdict}`, () => {
      const explanation = make();
      expect(explanation.sentences.slice(0, says.length)).toEqual(says);
      expect(explanation).toMatchObject({ verdict, stuck });
      expect(explanation.rule).toContain(rule);
      if (advice !== undefined) expect(explanation.advice).toContain(advice);
    });
  }
});
