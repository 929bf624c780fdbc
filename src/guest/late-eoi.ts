import type { Clock, Timer } from '../clock/clock.js';

/** Why and until when the late EOI of an irq waits. */
interface DeferredEoi {
  readonly port: number;
  /** Due, in jiffies (`eoi_time`). */
  time: number;
  /** The vCPU and upcall epoch the time was set in. */
  vcpu: number;
  epoch: number;
  /** Consecutive spurious events (`spurious_cnt`). */
  spurious: number;
  queued: boolean;
}

/** Parameters of the storm brake and the spurious-event back-off. */
export interface LateEoiParameters {
  /** Jiffies a second (`CONFIG_HZ`), 1 to 1000000. */
  readonly hz: number;
  /** Jiffies an upcall loop may take before it defers EOIs (`event_loop_timeout`). */
  readonly eventLoopTimeout: number;
  /** Jiffies a deferred EOI waits (`event_eoi_delay`). */
  readonly eventEoiDelay: number;
  /** Spurious events in a row that are forgiven (`spurious_threshold`). */
  readonly spuriousThreshold: number;
}

/** Far less than a jiffy, far more than what a division loses. */
const ROUNDING = 1e-6;

/** What Debian's kernel has. */
export const DEFAULT_LATE_EOI: LateEoiParameters = {
  hz: 250,
  eventLoopTimeout: 2,
  eventEoiDelay: 10,
  spuriousThreshold: 1,
};

/**
 * The late EOIs of a guest that have to wait, one time-ordered list per vCPU with one timer each
 * (`xen_irq_lateeoi`, `xen_irq_lateeoi_worker`, drivers/xen/events/events_base.c). Nothing is kept for irqs whose EOIs
 * come at once.
 */
export class LateEoi {
  readonly parameters: LateEoiParameters;
  readonly #clock: Clock;
  readonly #finish: (port: number) => void;
  readonly #byPort = new Map<number, DeferredEoi>();
  readonly #lists: DeferredEoi[][];
  readonly #timers: (Timer | undefined)[];

  /**
   * @param finish - does the EOI of an irq whose time has come
   */
  constructor(
    parameters: LateEoiParameters,
    clock: Clock,
    vcpus: number,
    finish: (port: number) => void,
  ) {
    this.parameters = parameters;
    this.#clock = clock;
    this.#finish = finish;
    this.#lists = Array.from({ length: vcpus }, () => []);
    this.#timers = new Array(vcpus).fill(undefined);
  }

  /** Time as the guest counts it (`get_jiffies_64`). */
  jiffies(): number {
    // A timer set for a jiffy must find that jiffy, however the division rounds.
    return Math.floor((this.#clock.now() * this.parameters.hz) / 1000 + ROUNDING);
  }

  /** The upcall loop took too long: this irq's EOI is to come `eventEoiDelay` from now. */
  deferInLoop(port: number, vcpu: number, epoch: number): void {
    const eoi = this.#entry(port);
    eoi.vcpu = vcpu;
    eoi.epoch = epoch;
    eoi.time = this.jiffies() + this.parameters.eventEoiDelay;
  }

  /** Something is kept of this irq: a time for its EOI, or spurious events. */
  knows(port: number): boolean {
    return this.#byPort.has(port);
  }

  /** The EOI of this irq waits already, so another one changes nothing. */
  isQueued(port: number): boolean {
    return this.#byPort.get(port)?.queued ?? false;
  }

  /** When the EOI of this irq that waits will be done, in milliseconds of the clock; undefined if none waits. */
  dueAt(port: number): number | undefined {
    const eoi = this.#byPort.get(port);
    return eoi?.queued ? (eoi.time * 1000) / this.parameters.hz : undefined;
  }

  /**
   * The driver's EOI came: decides whether it must wait.
   * @param epochOf - the current upcall epoch of a vCPU
   * @returns the jiffies at which it will be done, or 0 for now
   */
  handle(port: number, vcpu: number, spurious: boolean, epochOf: (vcpu: number) => number): number {
    const known = this.#byPort.get(port);
    if (known === undefined && !spurious) return 0;
    const eoi = known ?? this.#entry(port);
    const delay = spurious ? this.#backOff(eoi) : 0;
    if (!spurious) eoi.spurious = 0;
    if (delay > 0) {
      if (eoi.time === 0) eoi.vcpu = vcpu;
      eoi.time = this.jiffies() + delay;
    }
    if (eoi.time !== 0 && (delay > 0 || eoi.epoch === epochOf(eoi.vcpu))) {
      this.#enqueue(eoi);
      return eoi.time;
    }
    eoi.time = 0;
    if (eoi.spurious === 0) this.#byPort.delete(port);
    return 0;
  }

  /** Drops whatever is known of an irq that goes away. */
  forget(port: number): void {
    const eoi = this.#byPort.get(port);
    if (eoi === undefined) return;
    this.#byPort.delete(port);
    if (!eoi.queued) return;
    const list = this.#lists[eoi.vcpu]!;
    list.splice(list.indexOf(eoi), 1);
    if (list.length === 0) this.#stop(eoi.vcpu);
  }

  /** Stops all timers; used when the domain is gone. */
  shutdown(): void {
    for (let vcpu = 0; vcpu < this.#timers.length; vcpu++) this.#stop(vcpu);
    for (const list of this.#lists) list.length = 0;
    this.#byPort.clear();
  }

  /** One more spurious event: how many jiffies its EOI has to wait. */
  #backOff(eoi: DeferredEoi): number {
    const { hz, spuriousThreshold } = this.parameters;
    if (2 ** eoi.spurious < hz * 4) eoi.spurious++;
    if (eoi.spurious <= spuriousThreshold) return 0;
    return Math.min(2 ** (eoi.spurious - 1 - spuriousThreshold), hz);
  }

  #entry(port: number): DeferredEoi {
    let eoi = this.#byPort.get(port);
    if (eoi === undefined) {
      eoi = { port, time: 0, vcpu: 0, epoch: -1, spurious: 0, queued: false };
      this.#byPort.set(port, eoi);
    }
    return eoi;
  }

  #enqueue(eoi: DeferredEoi): void {
    const list = this.#lists[eoi.vcpu]!;
    let at = list.length;
    while (at > 0 && list[at - 1]!.time > eoi.time) at--;
    list.splice(at, 0, eoi);
    eoi.queued = true;
    if (at === 0) this.#start(eoi.vcpu, eoi.time);
  }

  #start(vcpu: number, time: number): void {
    this.#timers[vcpu]?.cancel();
    const at = (time * 1000) / this.parameters.hz;
    this.#timers[vcpu] = this.#clock.schedule(at, () => this.#work(vcpu, time));
  }

  #stop(vcpu: number): void {
    this.#timers[vcpu]?.cancel();
    this.#timers[vcpu] = undefined;
  }

  /**
   * Does the EOIs that are due (`xen_irq_lateeoi_worker`).
   * @param due - what the timer was set for: rounding must not make it come too early for ever
   */
  #work(vcpu: number, due: number): void {
    this.#timers[vcpu] = undefined;
    const now = Math.max(this.jiffies(), due);
    const list = this.#lists[vcpu]!;
    try {
      for (let eoi = list[0]; eoi !== undefined && eoi.time <= now; eoi = list[0]) {
        list.shift();
        // As Linux does: the EOI it does counts as a good one, so the spurious events before it are forgotten.
        this.#byPort.delete(eoi.port);
        this.#finish(eoi.port);
      }
    } finally {
      if (list[0] !== undefined) this.#start(vcpu, list[0].time);
    }
  }
}
