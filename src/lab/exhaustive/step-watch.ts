import type { XenHost } from '../../host/xen-host.js';
import type { Actor } from '../actor.js';
import { type StepObserver, VARIABLES } from '../strategy.js';
import { Footprint } from './footprint.js';
import { StepProbe, type WatchedStep } from './step-probe.js';
import { domainNumber, NamedThings } from './things.js';

/** Who is said to open the files that a scenario opens before its first step. */
const NOBODY = -1;

/** Puts together what the step under way touches: in the host, and by what the run tells. */
export class StepWatch implements StepObserver, WatchedStep {
  footprint: Footprint = new Footprint();
  readonly #variables: boolean;
  readonly #things = new NamedThings();
  #actor: Actor = NOBODY;
  /** Files that each actor opened. */
  readonly #opened = new Map<Actor, number>();

  /** @param variables - the variables of a scenario count as one thing, which any code of its parties writes */
  constructor(variables: boolean) {
    this.#variables = variables;
  }

  begin(host: XenHost): void {
    this.#actor = NOBODY;
    this.#opened.clear();
    host.attach(new StepProbe(host, this));
  }

  /** An actor begins a step. */
  step(actor: Actor): void {
    this.#actor = actor;
    this.footprint = new Footprint();
  }

  touch(thing: string, writes: boolean): void {
    if (thing === VARIABLES && !this.#variables) return;
    const number = this.#things.number(thing);
    if (writes) this.footprint.write(number);
    else this.footprint.read(number);
  }

  touchDomain(domid: number): void {
    this.footprint.write(domainNumber(domid));
  }

  touchEverything(): void {
    this.footprint.touchEverything();
  }

  openedFile(): number {
    const before = this.#opened.get(this.#actor) ?? 0;
    this.#opened.set(this.#actor, before + 1);
    return this.#things.number(`file ${this.#actor} ${before}`);
  }

  ranScenarioCode(): void {
    this.touch(VARIABLES, true);
  }
}
