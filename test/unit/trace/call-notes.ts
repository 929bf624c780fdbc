import type { TraceProbe } from '../../../src/trace/probe.js';

/** Notes each call of a probe as its name and arguments, `upcall 3 1`. */
export class CallNotes implements TraceProbe {
  readonly #note: (call: string) => void;

  constructor(note: (call: string) => void) {
    this.#note = note;
  }

  #call(name: string, ...values: readonly (number | boolean | string)[]): void {
    this.#note([name, ...values].join(' '));
  }

  domainCreate(...values: Parameters<TraceProbe['domainCreate']>): void {
    this.#call('domainCreate', ...values);
  }

  domainDestroy(...values: Parameters<TraceProbe['domainDestroy']>): void {
    this.#call('domainDestroy', ...values);
  }

  channelOpen(...values: Parameters<TraceProbe['channelOpen']>): void {
    this.#call('channelOpen', ...values);
  }

  channelClose(...values: Parameters<TraceProbe['channelClose']>): void {
    this.#call('channelClose', ...values);
  }

  hypercall(...values: Parameters<TraceProbe['hypercall']>): void {
    this.#call('hypercall', ...values);
  }

  virq(...values: Parameters<TraceProbe['virq']>): void {
    this.#call('virq', ...values);
  }

  setPending(...values: Parameters<TraceProbe['setPending']>): void {
    this.#call('setPending', ...values);
  }

  upcall(...values: Parameters<TraceProbe['upcall']>): void {
    this.#call('upcall', ...values);
  }

  interrupt(...values: Parameters<TraceProbe['interrupt']>): void {
    this.#call('interrupt', ...values);
  }

  read(domid: number, file: number, entries: Uint32Array, start: number, result: number): void {
    this.#call('read', domid, file, `[${entries}]`, start, result);
  }

  write(...values: Parameters<TraceProbe['write']>): void {
    this.#call('write', ...values);
  }

  eoi(...values: Parameters<TraceProbe['eoi']>): void {
    this.#call('eoi', ...values);
  }

  deferredEoi(...values: Parameters<TraceProbe['deferredEoi']>): void {
    this.#call('deferredEoi', ...values);
  }

  deferredEoiEnd(...values: Parameters<TraceProbe['deferredEoiEnd']>): void {
    this.#call('deferredEoiEnd', ...values);
  }

  ioctl(...values: Parameters<TraceProbe['ioctl']>): void {
    this.#call('ioctl', ...values);
  }

  bind(...values: Parameters<TraceProbe['bind']>): void {
    this.#call('bind', ...values);
  }

  unbind(...values: Parameters<TraceProbe['unbind']>): void {
    this.#call('unbind', ...values);
  }

  ringReset(...values: Parameters<TraceProbe['ringReset']>): void {
    this.#call('ringReset', ...values);
  }

  open(...values: Parameters<TraceProbe['open']>): void {
    this.#call('open', ...values);
  }

  release(...values: Parameters<TraceProbe['release']>): void {
    this.#call('release', ...values);
  }

  fault(...values: Parameters<TraceProbe['fault']>): void {
    this.#call('fault', ...values);
  }
}
