import { describe, expect, it } from 'vitest';
import type { OpenFile } from '../../../src/devices/evtchn/open-file.js';
import { explain } from '../../../src/snapshot/explain.js';
import { parseSnapshot, snapshotText } from '../../../src/snapshot/snapshot-text.js';
import type { File } from '../../../src/vfs/file.js';
import { Scene } from './scene.js';

describe('explain, beside the verdict', () => {
  it('names what else is in the way, from the reader back to the sender', () => {
    const scene = new Scene();
    const { back, front, local, remote } = scene.pair();
    front.notify(local);
    back.tryPending();
    scene.wait(1000);
    front.notify(local);
    scene.wait(2000);
    scene.dom0.kernel!.disableUpcalls(0);
    front.close();
    const { verdict, stuck, sentences } = scene.explain(0, remote);
    expect({ verdict, stuck }).toEqual({ verdict: 'not-written-back', stuck: true });
    expect(sentences.slice(0, 3)).toEqual([
      'An event of port 1 of domain 0 was read 3 s ago by qemu and the port has not been written back: it is not enabled. Another event has been waiting behind it in Xen for 2 s.',
      'vCPU 0 of domain 0, which port 1 of domain 0 notifies, takes no upcalls (evtchn_upcall_mask is set).',
      'The peer of port 1 of domain 0, port 1 of domain 7, was closed just now by open file 2 of frontend: the port is unbound and nothing can be sent to it.',
    ]);
  });

  it('puts the lost peer before a port that is not enabled, if no event waits', () => {
    const scene = new Scene();
    const { back, front, local, remote } = scene.pair();
    front.notify(local);
    back.tryPending();
    front.close();
    const { verdict, sentences } = scene.wait(5).explain(0, remote);
    expect(verdict).toBe('peer-closed');
    expect(sentences[1]).toBe(
      'An event of port 1 of domain 0 was read 5 ms ago by qemu and the port has not been written back: it is not enabled. The next event would wait in Xen until then.',
    );
  });

  it('calls no event stuck that is younger than a second, and any whose age is not known', () => {
    const scene = new Scene();
    const { front, local, remote } = scene.pair();
    front.notify(local);
    expect(scene.wait(999).explain(0, remote).stuck).toBe(false);
    expect(scene.wait(1).explain(0, remote).stuck).toBe(true);
    const unwatched = new Scene({ unwatched: true });
    const other = unwatched.pair();
    other.front.notify(other.local);
    expect(unwatched.explain(0, other.remote).stuck).toBe(true);
  });

  it('says that it does not know times where nothing is counted', () => {
    const scene = new Scene({ unwatched: true });
    const { back, front, local, remote } = scene.pair();
    expect(scene.explain(0, remote).sentences[0]).toBe(
      'Port 1 of domain 0 is enabled: no event is pending or unread.',
    );
    front.notify(local);
    back.tryPending();
    const { verdict, sentences } = scene.explain(0, remote);
    expect(verdict).toBe('not-written-back');
    expect(sentences).toEqual([
      'Port 1 of domain 0 is not enabled: its last event was taken by qemu, or lost, and the port has not been written back. The next event would wait in Xen until then.',
      'Nobody waits in read, poll or epoll on open file 1 of qemu.',
      'Its peer is port 1 of domain 7, held by open file 2 of frontend.',
      'Since when, and how often, is not known: nothing is counted on this host.',
    ]);
    expect(scene.explain(7, 30).sentences[1]).toBe(
      'Whether it ever was is not known: nothing is counted on this host.',
    );
    front.close();
    expect(scene.explain(0, remote).verdict).toBe('waits-for-peer');
  });

  it('tells what keeps the other end from getting events', () => {
    const scene = new Scene();
    const { back, front, local } = scene.pair();
    front.notify(local);
    scene.wait(3000);
    expect(scene.explain(7, local).sentences).toContain(
      'The other end may wait as well. An event of port 1 of domain 0 has been in the ring of open file 1 of qemu for 3 s, the next to be read: nobody waits in read, poll or epoll; qemu has read nothing since it opened the device 3 s ago.',
    );
    back.tryPending();
    expect(scene.explain(7, local).sentences.at(-1)).toContain('has not been written back');
  });

  it('says so where the other end is not in the snapshot', () => {
    const scene = new Scene();
    const { remote } = scene.pair();
    const { verdict, sentences } = explain(scene.snapshot({ domids: [0] }), 0, remote);
    expect(verdict).toBe('peer-never-sent');
    expect(sentences.at(-1)).toBe(
      'Its peer is port 1 of domain 7, of which this snapshot tells nothing.',
    );
  });

  it('tells of a restricted file, of a paused domain, and of lost events', () => {
    const scene = new Scene();
    const { back, front, local, remote } = scene.pair();
    back.restrict(7);
    front.notify(local);
    back.reset();
    back.unmask(remote);
    scene.dom0.pause();
    const { verdict, sentences } = scene.wait(7).explain(0, remote);
    expect(verdict).toBe('idle');
    expect(sentences).toEqual([
      'Port 1 of domain 0 is enabled: its last event came 7 ms ago and was lost unread, by an overflow or a reset of the ring. Nothing was sent since.',
      'Nobody waits in read, poll or epoll on open file 1 of qemu.',
      'Port 1 of domain 0 has had 1 event, the last 7 ms ago.',
      'Its peer is port 1 of domain 7, held by open file 2 of frontend: 1 event was sent on it, the last 7 ms ago.',
      'Open file 1 of qemu is restricted to domain 7: it may connect to ports of that domain only, and bind nothing else.',
      'Domain 0 is paused by its controller.',
    ]);
  });

  it('counts what merged and what met a full ring', () => {
    const scene = new Scene();
    const { back, front, local, remote } = scene.pair();
    for (let i = 0; i < 65; i++) {
      front.notify(local);
      back.unmask(remote);
    }
    // The port is enabled and its ring full: this one is lost, and the next two wait for a write that does not come.
    for (let i = 0; i < 3; i++) front.notify(local);
    expect(scene.explain(0, remote).sentences).toContain(
      'Port 1 of domain 0 has had 68 events, 1 of which merged into one that was pending, 2 of which met a full ring, the last just now.',
    );
  });

  it('names processes with their number, and as printable text whatever they call themselves', () => {
    const scene = new Scene();
    const file = scene.dom0.node!.open(2, { uid: 0, comm: '\u001b[2Jé', pid: 4242 }) as File;
    const port = scene.dom0.hypercalls.allocUnbound(0, 7);
    (file.operations as OpenFile).bind(port, false);
    expect(scene.explain(0, port).sentences.at(-1)).toBe(
      'Nobody waits in read, poll or epoll on open file 1 of ?[2J? (pid 4242).',
    );
  });

  it('names the command that shows what the process does, where there is one', () => {
    const scene = new Scene();
    const file = scene.dom0.node!.open(2, { uid: 0, comm: 'qemu', pid: 4242 }) as File;
    const device = file.operations as OpenFile;
    const front = scene.dom7.openEvtchn({ comm: 'frontend' });
    const port = scene.dom0.hypercalls.allocUnbound(0, 7);
    device.bind(port, false);
    front.notify(front.bindInterdomain(0, port));
    expect(scene.explain(0, port)).toMatchObject({ verdict: 'unread', stuck: false });
    expect(scene.explain(0, port).advice).toContain('strace -f -p 4242');
    device.readPort();
    expect(scene.explain(0, port).advice).toContain('strace -f -p 4242');
    expect(scene.explain(0, port).sentences[0]).toContain('was read just now by qemu (pid 4242)');
    expect(scene.explain(7, 1).advice.join()).not.toContain('strace');
  });

  it('tells whom each kind of VIRQ is raised for', () => {
    const scene = new Scene();
    const handle = scene.dom7.openEvtchn();
    const rule = (virq: number) => scene.explain(7, handle.bindVirq(virq)).rule;
    expect(rule(0)).toContain('send_guest_vcpu_virq');
    expect(rule(11)).toContain('send_guest_domain_virq');
    expect(rule(12)).toContain('send_global_virq');
  });

  it('explains a snapshot that went through text as it does the snapshot', () => {
    const scene = new Scene();
    const { back, front, local, remote } = scene.pair();
    front.notify(local);
    back.tryPending();
    const snapshot = scene.wait(3).snapshot();
    const parsed = parseSnapshot(snapshotText(snapshot));
    for (const [domid, port] of [
      [0, remote],
      [7, local],
      [0, 40],
      [9, 1],
    ] as const) {
      expect(explain(parsed, domid, port)).toEqual(explain(snapshot, domid, port));
    }
  });

  it('refuses what names no domain or port', () => {
    const snapshot = new Scene().snapshot();
    expect(() => explain(snapshot, -1, 1)).toThrow(RangeError);
    expect(() => explain(snapshot, 0, 1.5)).toThrow(RangeError);
    expect(() => explain(snapshot, 0, '1' as unknown as number)).toThrow(TypeError);
  });
});
