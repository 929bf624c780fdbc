// What the programs of the client's tests begin with. Their first argument is the place of the host.
import { readdirSync, readFileSync } from 'node:fs';
import { openEvtchn } from 'xen-evtchn';

export const host = process.argv
  .slice(1)
  .find((word) => word.startsWith('/') && !/\.mjs$/.test(word));

/** Path of a domain's device. */
export const device = (domain = 0) => `${host}/${domain}/evtchn`;

export const open = (options = {}) => openEvtchn({ device: device(), ...options });

export const dispose = (handle) =>
  handle[Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]();

/** Two handles of domain 0 with a port each, connected, and without the event that a new connection has. */
export function pair(options = {}) {
  const here = open(options);
  const there = open();
  const port = here.bindUnboundPort(0);
  const remote = there.bindInterdomain(0, port);
  there.read();
  there.unmask(remote);
  return { here, there, port, remote, send: () => there.notify(remote) };
}

/** A DOMException has a code, too: a number. */
const nameOf = (error) => (error.errno === undefined ? error.name : error.code);

/** How a promise ends: its value, or the code or name of its error. */
export const end = (promise) =>
  promise.then(
    (value) => value,
    (error) => nameOf(error),
  );

/** How a call ends. */
export function outcome(call) {
  try {
    return call();
  } catch (error) {
    return nameOf(error);
  }
}

const threads = () => readdirSync('/proc/self/task');

/** What a handle could leave behind in this process. */
export const resources = () => ({
  threads: threads().length,
  descriptors: readdirSync('/proc/self/fd').length,
  listeners: process.listenerCount('exit'),
});

/** Blocks this thread, and no other. */
export function block(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Starts the waiting thread and the rest of what Node starts once. */
export async function warmUp() {
  const { here, there, send } = pair();
  const before = new Set(threads());
  const wait = here.pending();
  send();
  await wait;
  const started = threads().filter((thread) => !before.has(thread));
  there.close();
  return { started, close: () => dispose(here) };
}

/** Blocks until threads sleep and go on sleeping: whatever this one has caused them to do is done. */
export function untilAsleep(tids) {
  const switches = () =>
    tids.map(
      (tid) =>
        /^voluntary_ctxt_switches:\s+(\d+)$/m.exec(
          readFileSync(`/proc/self/task/${tid}/status`, 'utf8'),
        )[1],
    );
  for (let before = ''; before !== `${switches()}`; block(20)) before = `${switches()}`;
}
