import { formatAge } from '../age.js';
import { ago, capital, type PortView, processName, systemCalls } from './port-view.js';
import type { FindReason, Reason } from './reason.js';

/** What is behind a port that is closed to events: one that waits already, or none. */
function behind(view: PortView): string {
  const { channel } = view;
  if (!channel.pending) return ' The next event would wait in Xen until then.';
  return ` Another event has been waiting behind it in Xen${view.during(channel.pendingSince)}.`;
}

/** An event waits, and has for a while. */
function waits(view: PortView): boolean {
  return view.channel.pending && view.lasts(view.channel.pendingSince);
}

/** FIFO: the guest has not given Xen what it needs to tell of an event. */
export const memoryMissing: FindReason = (view) => {
  const { channel, domain, name } = view;
  if (channel.missing === undefined) return undefined;
  const stuck = waits(view);
  if (channel.missing === 'event-word') {
    return {
      verdict: 'no-event-word',
      stuck,
      sentence: `Domain ${domain.domid} has given Xen no event word for ${name}: ${channel.pending ? `an event has been remembered${view.during(channel.pendingSince)} and` : 'events'} will be raised when it does.`,
      rule: 'evtchn_fifo_set_pending remembers an event for which the event array has no page (evtchn->pending); EVTCHNOP_expand_array raises it (xen/common/event_fifo.c).',
      advice: [
        'Have the guest make EVTCHNOP_expand_array, or bind the port: its kernel makes it then.',
      ],
    };
  }
  return {
    verdict: 'no-control-block',
    stuck,
    sentence: `vCPU ${channel.vcpu} of domain ${domain.domid}, which ${name} notifies, has no FIFO control block: ${channel.pending ? `an event has been pending${view.during(channel.pendingSince)} and` : 'an event would become pending, but'} nobody is told.`,
    rule: 'Without a control block evtchn_fifo_set_pending links nothing and logs a warning (xen/common/event_fifo.c); EVTCHNOP_init_control gives one.',
    advice: [`Have the guest make EVTCHNOP_init_control for vCPU ${channel.vcpu}.`],
  };
};

/** The write came, and its effect is put off. */
export const eoiDeferred: FindReason = (view) => {
  const { channel, snapshot, name } = view;
  const until = channel.deferredUntil;
  if (until === undefined) return undefined;
  const left = until - snapshot.time;
  const opens = left > 0 ? `opens in ${formatAge(left)}` : 'is due to open now';
  return {
    verdict: 'eoi-deferred',
    stuck: false,
    sentence: `${capital(name)} was written back${view.ago(channel.lastEnabledAt)}, but its late EOI is put off: it ${opens}.${channel.pending ? ` An event has been waiting in Xen${view.during(channel.pendingSince)}.` : ''}`,
    rule: 'An event that came after its upcall loop had run for event_loop_timeout (2 jiffies) has its EOI done event_eoi_delay (10 jiffies) later; spurious events back off as well, but the device never reports one (xen_irq_lateeoi, lateeoi_list_add; drivers/xen/events/events_base.c).',
    advice: [
      'Wait: it opens by itself. If it comes often, something sends more than the domain can take.',
    ],
  };
};

/** Its file has not enabled it since its last event. */
export const notWrittenBack: FindReason = (view) => {
  const { channel, name } = view;
  // An event in the ring is for the reader first.
  if (channel.enabled !== false || channel.queued > 0) return undefined;
  switch (channel.disabledBy) {
    case 'overflow':
      return {
        ...LOST,
        verdict: 'event-lost',
        sentence: `An event of ${name} met the full ring of ${view.holder} and is lost; the port is not enabled until it is written back, and ${view.process} was never told to.`,
        rule: 'evtchn_interrupt disables a port whether its event finds room in the ring or not (drivers/xen/evtchn.c).',
      };
    case 'reset':
      return {
        ...LOST,
        verdict: 'event-dropped',
        sentence: `IOCTL_EVTCHN_RESET threw away an unread event of ${name} from the ring of ${view.holder}; the port is not enabled until it is written back.`,
        rule: 'IOCTL_EVTCHN_RESET empties the ring and enables nothing (evtchn_ioctl; drivers/xen/evtchn.c).',
      };
    default:
      return held(view);
  }
};

/** Of ports whose event is gone: nobody will write them back. */
const LOST = {
  stuck: true,
  advice: [
    'Have the program write every port it holds back after IOCTL_EVTCHN_RESET, and look after all of them as if each had an event.',
  ],
} as const;

function held(view: PortView): Reason {
  const { channel, name, snapshot, domain } = view;
  const reader = domain.files.find(({ file }) => file === channel.lastReader);
  const by = reader === undefined ? view.process : processName(reader.process);
  const sentence =
    channel.disabledBy === 'read' && channel.lastReadAt !== undefined
      ? `An event of ${name} was read ${ago(snapshot, channel.lastReadAt)} by ${by} and the port has not been written back: it is not enabled.`
      : `${capital(name)} is not enabled: its last event was taken by ${view.process}, or lost, and the port has not been written back.`;
  return {
    verdict: 'not-written-back',
    stuck: waits(view),
    sentence: sentence + behind(view),
    rule: 'A port whose event was put into the ring stays masked (EVT_MASK_REASON_EOI_PENDING) until evtchn_write enables it, by xen_irq_lateeoi (drivers/xen/evtchn.c, events_base.c).',
    advice: [
      `Have ${by} write the port back when it is done with the event: xenevtchn_unmask, or unmask(${channel.port}) of its handle.`,
      `If ${by} hangs, see what it does with the event it read.`,
      ...systemCalls((reader ?? view.file!).process),
    ],
  };
}

/** The kernel masks it. */
export const maskedByKernel: FindReason = (view) => {
  const { channel, name } = view;
  const explicit = channel.maskReasons.includes('explicit');
  if (!explicit && channel.heldByFault !== undefined) return heldBack(view, channel.heldByFault);
  if (!explicit && !channel.maskReasons.includes('temporary')) return undefined;
  const why = explicit ? 'its irq is disabled (disable_irq)' : 'it is being moved to another vCPU';
  return {
    verdict: 'masked',
    stuck: waits(view),
    sentence: `The kernel masks ${name}: ${why}.${channel.pending ? ` An event has been waiting in Xen${view.during(channel.pendingSince)}.` : ''}`,
    rule: 'A port is masked while there is any of three reasons: EVT_MASK_REASON_EXPLICIT (disable_irq), TEMPORARY (set_affinity), EOI_PENDING (do_mask, do_unmask; drivers/xen/events/events_base.c).',
    advice: [explicit ? 'Have who called disable_irq call enable_irq.' : 'Wait: a move is short.'],
  };
};

/** The host was asked to show faults, and one of them holds the event back. It ends by itself. */
function heldBack(view: PortView, fault: number): Reason {
  const { channel, name } = view;
  return {
    verdict: 'masked',
    stuck: false,
    sentence: `Fault ${fault} holds an event of ${name} back: the host was asked to show faults. It has been waiting in Xen${view.during(channel.pendingSince)}.`,
    rule: 'An event may arrive late: its port is masked (EVT_MASK_REASON_TEMPORARY) and stays pending, as while its interrupt moves to another vCPU, and what is sent meanwhile merges (xen_rebind_evtchn_to_cpu, drivers/xen/events/events_base.c).',
    advice: [`Wait: it is let go by itself. The file 'faults' of the host has fault ${fault}.`],
  };
}

/** Its vCPU is not told: it takes no upcalls, or the host does not run. */
export const upcallWaits: FindReason = (view) => {
  const { channel, domain, snapshot, name } = view;
  const pending = channel.pending && !channel.masked;
  if (domain.upcallMasked.includes(channel.vcpu)) {
    return {
      verdict: 'upcalls-off',
      stuck: pending && view.lasts(channel.pendingSince),
      sentence: `vCPU ${channel.vcpu} of domain ${domain.domid}, which ${name} notifies, takes no upcalls (evtchn_upcall_mask is set)${pending ? `: an event has been pending${view.during(channel.pendingSince)}` : ''}.`,
      rule: 'local_irq_disable sets evtchn_upcall_mask; Xen enters xen_evtchn_do_upcall only while it is clear (public/xen.h, struct vcpu_info).',
      advice: [
        `Have vCPU ${channel.vcpu} enable interrupts (local_irq_enable): something runs there with them off.`,
      ],
    };
  }
  if (!pending) return undefined;
  if (snapshot.deferredDelivery) {
    return {
      verdict: 'waits-for-run',
      stuck: false,
      sentence: `An event has been pending on ${name}${view.during(channel.pendingSince)}: this host delivers events only when it is told to run.`,
      rule: 'With deferred delivery, kicked vCPUs run their upcalls in XenHost.run.',
      advice: ['Call run() of the host.'],
    };
  }
  return {
    verdict: 'being-delivered',
    stuck: view.lasts(channel.pendingSince),
    sentence: `An event has been pending on ${name}${view.during(channel.pendingSince)} and nothing is in its way: it is about to be delivered.`,
    rule: 'xen_evtchn_do_upcall handles what is pending and not masked (drivers/xen/events/events_base.c).',
    advice: ['Look again.'],
  };
};
