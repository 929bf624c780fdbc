import type { receive } from './mailbox.js';

/** As the receiver of the mailbox, with a bug: it takes it that each letter comes with an event of its own. */
export const receiveOneEach: typeof receive = async (evtchn, mailbox, count) => {
  const taken: string[] = [];
  while (taken.length < count) {
    evtchn.unmask(await evtchn.pending());
    await mailbox.produced.read();
    taken.push(mailbox.letters[taken.length]!);
  }
  return taken;
};
