import { XenHost } from 'xen-evtchn';
import { BackEnd } from '../../examples/console/back-end.js';
import { BufferMemory } from '../../examples/console/buffer-memory.js';
import type { ConsoleEnd } from '../../examples/console/console-end.js';
import { CONSOLE_SIZE } from '../../examples/console/console-page.js';
import { FrontEnd } from '../../examples/console/front-end.js';
import type { SharedMemory } from '../../examples/console/shared-memory.js';

/** Memory of a console in which nothing was said yet. */
export function freshMemory(): BufferMemory {
  return new BufferMemory(new ArrayBuffer(CONSOLE_SIZE));
}

/** A console of domain 7 with its back end in domain 0, all of it in this process. */
export function consolePair(memory: SharedMemory = freshMemory()) {
  const host = new XenHost();
  const dom0 = host.createDomain({ domid: 0 });
  const dom7 = host.createDomain({ domid: 7 });
  const handles = { back: dom0.openEvtchn(), front: dom7.openEvtchn() };
  const back = new BackEnd(handles.back, memory, 7);
  const connect = () => new FrontEnd(handles.front, memory, 0);
  return { host, handles, memory, back, connect };
}

/** As many different bytes in a row as 251 allows: a prime, so that no ring's size is a multiple. */
export function bytes(length: number, first = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (first + i) % 251);
}

/** All that an end reads until the other puts no more in. */
export async function readAll(end: ConsoleEnd): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of end.text()) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}
