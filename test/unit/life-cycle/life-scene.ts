import { VIRQ_CONSOLE, VIRQ_DEBUG, VIRQ_DOM_EXC } from '../../../src/abi/virq.js';
import { ManualClock } from '../../../src/clock/manual-clock.js';
import { type DomainOptions, XenHost } from '../../../src/host/xen-host.js';
import type { EventAbi } from '../../../src/hypervisor/port-ops.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';

/** A trace, from the making of a host to its end, in which everything happens that can be traced. */
export function lifeScene(abi: EventAbi = 'fifo'): TraceRecord[] {
  const records: TraceRecord[] = [];
  const clock = new ManualClock(5);
  const host = new XenHost({ clock, trace: { record: (record) => records.push(record) } });
  const make = (domid: number, options: Partial<DomainOptions> = {}) =>
    host.createDomain({ domid, abi, kernelChannels: false, ...options });
  const back = make(0);
  const front = make(7, { vcpus: 2 });
  const backEnd = back.openEvtchn({ comm: 'back' });
  const frontEnd = front.openEvtchn({ comm: 'front' });
  const port = backEnd.bindUnboundPort(7);
  const other = backEnd.bindUnboundPort(7);
  const local = frontEnd.bindInterdomain(0, port);
  const otherLocal = frontEnd.bindInterdomain(0, other);
  clock.advance(1);
  const firsts = new Uint32Array(8);
  frontEnd.readInto(firsts);
  frontEnd.unmask([local, otherLocal, 99]);

  // To and fro, with events that merge while the port is masked.
  frontEnd.notify(local);
  frontEnd.notify(otherLocal);
  clock.advance(1);
  backEnd.tryPending();
  backEnd.tryPending();
  backEnd.tryPending();
  frontEnd.notify(local);
  frontEnd.notify(local);
  backEnd.notify(port);
  clock.advance(1);
  backEnd.unmask(port);
  backEnd.tryPending();
  backEnd.unmask([port, other]);
  frontEnd.tryPending();
  frontEnd.unmask(local);

  // Interrupts of all kinds, also such as nobody bound.
  const exception = backEnd.bindVirq(VIRQ_DOM_EXC);
  const debug = backEnd.bindVirq(VIRQ_DEBUG);
  host.raiseVirq(VIRQ_DOM_EXC);
  back.raiseVirq(VIRQ_DEBUG);
  host.raiseVirq(VIRQ_CONSOLE);
  const pirq = back.hypercalls.bindPirq(1);
  host.hypervisor.raisePirq(back.xen, 1);
  back.hypercalls.close(pirq);
  const ipi = front.hypercalls.bindIpi(1);
  front.hypercalls.send(ipi);
  front.hypercalls.close(ipi);

  // What is refused.
  for (const refused of [
    () => front.hypercalls.bindInterdomain(0, 900),
    () => front.hypercalls.close(900),
    () => front.hypercalls.send(900),
    () => frontEnd.notify(900),
    () => frontEnd.unbind(900),
  ]) {
    try {
      refused();
    } catch {
      // Which is what is asked for.
    }
  }

  // A send to nobody, a reset, an overflow.
  const lonely = frontEnd.bindUnboundPort(0);
  frontEnd.notify(lonely);
  backEnd.reset();
  backEnd.unmask([exception, debug]);
  for (let i = 0; i < 65; i++) {
    frontEnd.notify(local);
    if (i < 64) backEnd.unmask(port);
  }
  try {
    backEnd.tryPending();
  } catch {
    // EFBIG, until the reset.
  }
  backEnd.reset();
  backEnd.unmask(port);

  // A storm: a reader that is as quick as it can be, until its EOI is put off.
  const { waitQueue } = [...back.driver!.openFiles.values()][0]!;
  const storm = {
    wake() {
      clock.advance(1);
      backEnd.tryPending();
      backEnd.unmask(port);
      frontEnd.notify(local);
    },
  };
  waitQueue.add(storm);
  const self = backEnd.bindUnboundPort(0);
  const selfLocal = backEnd.bindInterdomain(0, self);
  waitQueue.remove(storm);
  clock.advance(100);
  backEnd.unbind(selfLocal);

  // Ends: a port, a domain with a file that is still open, a handle.
  frontEnd.unbind(otherLocal);
  const file = front.open({ comm: 'late' });
  front.destroy();
  file.put();
  backEnd.close();
  make(8, { kernel: false });
  host.destroy();
  return records;
}
