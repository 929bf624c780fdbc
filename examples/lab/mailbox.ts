import type { Evtchn } from 'xen-evtchn';
import type { Cell, Scenario } from 'xen-evtchn/lab';

/** Memory that a sender in one domain and a receiver in another share. */
export interface Mailbox {
  /** Letters that were put in so far. */
  readonly produced: Pick<Cell<number>, 'read' | 'write'>;
  readonly letters: string[];
}

/** Puts letters in, and sends an event for each. */
export async function send(
  evtchn: Evtchn,
  port: number,
  mailbox: Mailbox,
  letters: readonly string[],
): Promise<void> {
  for (const letter of letters) {
    const count = mailbox.letters.push(letter);
    await mailbox.produced.write(count);
    evtchn.notify(port);
  }
}

/** Takes so many letters out. */
export async function receive(evtchn: Evtchn, mailbox: Mailbox, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    evtchn.unmask(await evtchn.pending());
    // All that are there: several sends may be one event.
    const produced = await mailbox.produced.read();
    taken.push(...mailbox.letters.slice(taken.length, produced));
  }
  return taken;
}

/** A sender in domain 7 and a receiver in domain 0, for the lab: all letters arrive, in order. */
export function exchange(letters: readonly string[], receiver = receive): Scenario {
  return (lab) => {
    const mailbox: Mailbox = { produced: lab.cell('produced', 0), letters: [] };
    const store = lab.cell<number | undefined>('port', undefined);
    let taken: string[] = [];
    lab.party('receiver', async (party) => {
      using evtchn = party.openEvtchn(0);
      await store.write(evtchn.bindUnboundPort(7));
      taken = await receiver(evtchn, mailbox, letters.length);
    });
    lab.party('sender', async (party) => {
      using evtchn = party.openEvtchn(7);
      await party.until(() => store.value !== undefined, 'the port');
      await send(evtchn, evtchn.bindInterdomain(0, store.value!), mailbox, letters);
    });
    lab.atEnd(() => {
      if (taken.join() !== letters.join()) throw new Error(`taken: ${taken.join()}`);
    });
  };
}
