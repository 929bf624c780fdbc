import type { FindReason } from './reason.js';

/** Nobody in the domain could take an event: it is Xen's, or there is no kernel, or nobody has the port bound. */
export const nobodyTakesIt: FindReason = (view) => {
  const { channel, domain, name } = view;
  if (channel.xenConsumer) {
    return {
      verdict: 'held-by-xen',
      stuck: false,
      sentence: `Xen itself receives what is sent to ${name}: no event ever becomes pending there.`,
      rule: 'A port with xen_consumer set is a device model’s (ioreq, vm_event): evtchn_send calls Xen’s own handler (xen/common/event_channel.c, alloc_unbound_xen_event_channel).',
      advice: [],
    };
  }
  const waiting = channel.pending && view.lasts(channel.pendingSince);
  const pending = channel.pending
    ? ` An event has been pending on it${view.during(channel.pendingSince)}.`
    : '';
  if (!domain.kernel) {
    const paused = domain.paused ? ', and its controller has paused it' : '';
    return {
      verdict: 'no-kernel',
      stuck: waiting,
      sentence: `No kernel runs in domain ${domain.domid}${paused}, so nobody takes events on ${name}.${pending}`,
      rule: 'Events of a domain in which nothing runs stay pending in its shared_info or event array (evtchn_2l_set_pending, evtchn_fifo_set_pending).',
      advice: ['Start the domain’s kernel, or have what plays it poll the port (SCHEDOP_poll).'],
    };
  }
  if (channel.file !== undefined || channel.handler !== undefined) return undefined;
  return {
    verdict: 'held-by-nobody',
    stuck: waiting,
    sentence: `No open file and no handler of the kernel has ${name} bound: events stay pending in Xen.${pending}`,
    rule: 'The device hands over events of ports that were bound through it (evtchn_bind_to_user; drivers/xen/evtchn.c); a port made by a hypercall, or kept open by another driver (evtchn_get), has no reader.',
    advice: [
      `Bind it through /dev/xen/evtchn in domain ${domain.domid}, or close it where it was made.`,
    ],
  };
};

/** The kernel handles its events itself. */
export const kernelTakesIt: FindReason = ({ channel, domain, name }) => {
  if (channel.handler === undefined) return undefined;
  return {
    verdict: 'held-by-kernel',
    stuck: false,
    sentence: `The kernel of domain ${domain.domid} handles ${name} itself, as ${channel.handler}: no program gets its events.`,
    rule: 'bind_evtchn_to_irqhandler and its like give a port to a handler of the kernel (drivers/xen/events/events_base.c); /dev/xen/evtchn has only ports bound through it.',
    advice: [],
  };
};
