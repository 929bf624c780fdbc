import { XenHost } from '../../../src/index.js';
import { type Actor, actorParts, partyActor, vcpuActor } from '../../../src/lab/actor.js';
import type { StepWatch } from '../../../src/lab/exhaustive/step-watch.js';
import type { Strategy } from '../../../src/lab/strategy.js';

/** No run is that long. */
const MAX_STEPS = 1000;

/** Something that processes wait for until it is set. */
export class Flag {
  on = false;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A process: each `yield` is the end of a step; with a flag, the next one is not before that is set. */
export type Steps = Generator<Flag | undefined, void>;

interface Process {
  readonly name: string;
  readonly steps: Steps;
  waitsFor: Flag | undefined;
  over: boolean;
}

/** How a run ended. */
export interface SteppedEnd {
  readonly schedule: readonly Actor[];
  readonly givenUp: boolean;
  /** What was wrong; undefined if nothing was. */
  readonly failure: string | undefined;
}

/**
 * A run of processes on a host without promises: as `LabRun`, but that a step is what stands between two `yield`, as small as
 * one likes, and that a process says itself what it touches besides the host. Upcalls of vCPUs are steps too.
 */
export class SteppedRun {
  readonly host: XenHost = new XenHost({ delivery: 'deferred' });
  readonly #watch: StepWatch | undefined;
  readonly #processes: Process[] = [];
  readonly #schedule: Actor[] = [];

  /** @param watch - is told what steps touch; undefined if nobody wants to know */
  constructor(watch: StepWatch | undefined) {
    this.#watch = watch;
    watch?.begin(this.host);
  }

  process(name: string, steps: Steps): void {
    this.#processes.push({ name, steps, waitsFor: undefined, over: false });
  }

  /** The step under way reads that. */
  reads(thing: string): void {
    this.#watch?.touch(thing, false);
  }

  /** The step under way writes that. */
  writes(thing: string): void {
    this.#watch?.touch(thing, true);
  }

  set(flag: Flag): void {
    this.writes(flag.name);
    flag.on = true;
  }

  clear(flag: Flag): void {
    this.writes(flag.name);
    flag.on = false;
  }

  /** Names of processes that wait, and for what. */
  get waiting(): string[] {
    return this.#processes
      .filter(({ waitsFor }) => waitsFor !== undefined)
      .map(({ name, waitsFor }) => `${name} for ${waitsFor!.name}`);
  }

  /**
   * Takes steps until nobody can take one.
   * @param check - what must hold then; throws otherwise
   */
  run(strategy: Strategy, check: () => void): SteppedEnd {
    const schedule = this.#schedule;
    let failure: string | undefined;
    try {
      for (let actors = this.#actors(); actors.length > 0; actors = this.#actors()) {
        const choice = strategy.choose({ actors, count: actors.length }, schedule.length);
        if (schedule.length > MAX_STEPS) throw new Error('it does not end');
        if (choice < 0) return { schedule, givenUp: true, failure };
        schedule.push(actors[choice]!);
        this.#take(actors[choice]!);
      }
      check();
    } catch (error) {
      this.#watch?.touchEverything();
      failure = error instanceof Error ? error.message : String(error);
    }
    return { schedule, givenUp: false, failure };
  }

  #actors(): Actor[] {
    const actors: Actor[] = [];
    for (const [number, { over, waitsFor }] of this.#processes.entries()) {
      if (!over && waitsFor?.on !== false) actors.push(partyActor(number, 0));
    }
    let vcpu = this.host.hypervisor.firstKicked;
    for (; vcpu !== undefined; vcpu = vcpu.nextKicked) {
      if (vcpu.eventsNeedDelivery) actors.push(vcpuActor(vcpu.domain.id, vcpu.id));
    }
    return actors;
  }

  #take(actor: Actor): void {
    const { kind, owner, number } = actorParts(actor);
    if (kind === 'vcpu') {
      this.host.hypervisor.deliverTo(this.host.domain(owner)!.xen.vcpus[number]!);
      return;
    }
    const process = this.#processes[owner]!;
    if (process.waitsFor !== undefined) this.reads(process.waitsFor.name);
    const { done, value } = process.steps.next();
    process.over = done === true;
    process.waitsFor = value ?? undefined;
    // Whoever sets the flag decides whether it can go on.
    if (value !== undefined && done !== true) this.reads(value.name);
  }
}
