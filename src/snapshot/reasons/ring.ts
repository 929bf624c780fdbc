import type { FileSnapshot } from '../host-snapshot.js';
import { type PortView, plural, systemCalls } from './port-view.js';
import type { FindReason, Reason } from './reason.js';

/** The ring of the port's file: it overflowed, or the port's event is in it and nobody reads. */
export const ringNotRead: FindReason = (view) => {
  const { file } = view;
  if (file === undefined) return undefined;
  if (file.overflow) return overflowed(view, file);
  return view.channel.queued > 0 ? unread(view, file) : undefined;
};

function overflowed(view: PortView, file: FileSnapshot): Reason {
  const met =
    file.overflows === undefined
      ? ''
      : ` ${plural(file.overflows, 'event')} found it full and ${file.overflows === 1 ? 'is' : 'are'} lost.`;
  return {
    verdict: 'ring-overflow',
    stuck: true,
    sentence: `The ring of ${view.holder} overflowed${view.ago(file.overflowedAt)}: every read fails with EFBIG until IOCTL_EVTCHN_RESET, which throws away the ${plural(file.unread, 'event')} in it.${met}${ownLoss(view)}`,
    rule: 'evtchn_interrupt sets ring_overflow when the ring is full, evtchn_read answers EFBIG while it is set, IOCTL_EVTCHN_RESET alone clears it; ports of lost events stay disabled until they are written back (drivers/xen/evtchn.c). The ring has room for every port once, so it overflows only if ports are written back before they are read.',
    advice: [
      'Have the program make IOCTL_EVTCHN_RESET (reset() of its handle; libxenevtchn has no call for it), look after all its ports, and write each of them back.',
      'Write a port back only after it was read.',
    ],
  };
}

/** What the overflow means for this port. */
function ownLoss({ name, channel }: PortView): string {
  if (channel.queued > 0) return ` An event of ${name} is in it.`;
  return channel.disabledBy === 'overflow' ? ` An event of ${name} is lost.` : '';
}

function unread(view: PortView, file: FileSnapshot): Reason {
  const { channel } = view;
  const since = channel.queuedSince;
  const before = channel.queuedBehind ?? 0;
  const place =
    before === 0 ? 'the next to be read' : `behind ${plural(before, 'other event')}, all unread`;
  const event = `An event of ${view.name} has been in the ring of ${view.holder}${view.during(since)}, ${place}`;
  const stuck = view.lasts(since);
  const { readers, polled } = file;
  if (readers === 0 && polled) {
    return {
      verdict: 'polled-not-read',
      stuck,
      sentence: `${event}: somebody waits for it in poll, select or epoll, but nobody reads${lastRead(view, file)}.`,
      rule: 'evtchn_interrupt wakes pollers only when the ring was empty (drivers/xen/evtchn.c): an edge-triggered epoll hears nothing more until the ring was read empty and an event came.',
      advice: [
        'Have the program read until EAGAIN after each edge, or poll level-triggered.',
        'See that it asks for POLLIN, and reads what poll says is there.',
        ...systemCalls(file.process),
      ],
    };
  }
  const reading =
    readers === 0
      ? 'nobody waits in read, poll or epoll'
      : `${plural(readers, 'call')} ${readers === 1 ? 'waits' : 'wait'} in read and should get it now`;
  return {
    verdict: 'unread',
    stuck,
    sentence: `${event}: ${reading}${lastRead(view, file)}.`,
    rule: 'evtchn_interrupt puts the port into the ring and disables it until it is read and written back (drivers/xen/evtchn.c); further events merge into one meanwhile.',
    advice: [
      `See what ${view.process} does instead of reading: it is busy, blocked elsewhere, or stopped.`,
      ...systemCalls(file.process),
    ],
  };
}

/** When the file was read last, as far as that is known. */
function lastRead(view: PortView, { lastReadAt, openedAt }: FileSnapshot): string {
  if (lastReadAt !== undefined) return `; ${view.process} last read${view.ago(lastReadAt)}`;
  return openedAt === undefined
    ? ''
    : `; ${view.process} has read nothing since it opened the device${view.ago(openedAt)}`;
}
