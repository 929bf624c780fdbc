import { checkInteger, checkString, wrongType } from '../errors/argument.js';
import type { HostDomain } from '../host/host-domain.js';
import { type DomainOptions, XenHost } from '../host/xen-host.js';
import type { PageSource } from '../hypervisor/page-source.js';
import { Accidents } from './accidents.js';
import {
  type Actor,
  actorParts,
  CLOCK_ACTOR,
  MAX_OPERATIONS,
  MAX_PARTIES,
  partyActor,
  vcpuActor,
} from './actor.js';
import { type Cell, LabCell } from './cell.js';
import { ChoiceList } from './choice-list.js';
import { brokenInvariant } from './host-invariants.js';
import type { Lab, Party, PartyOptions, Scenario } from './lab.js';
import { LabClock } from './lab-clock.js';
import { LabParty } from './lab-party.js';
import { leftovers } from './leftovers.js';
import { macrotask } from './macrotask.js';
import type { OpenHandle } from './open-handle.js';
import { Operation, type OperationKind, type OperationText } from './operation.js';
import type { Failure, Outcome } from './outcome.js';
import { checkPartyOptions } from './party-options.js';
import { PartyState } from './party-state.js';
import { Random } from './random.js';
import {
  endlessFailure,
  invariantFailure,
  leftoverFailure,
  outsiderFailure,
  waitingFailure,
} from './run-failures.js';
import type { RunOptions } from './run-options.js';
import type { RunWatcher } from './run-watcher.js';
import { type StepObserver, type Strategy, TIMERS } from './strategy.js';
import { TraceCheck } from './trace-check.js';
import { Turn } from './turn.js';

/** What is done after the current turn hangs on this. */
const NOW = Promise.resolve();
/** Turns that a party gets to come to its next operation before the lab waits until all promises have settled. */
const TURNS = 24;

/** One run of a scenario: takes step after step, each by one of those who can, until nobody can. */
export class LabRun implements Lab {
  readonly clock: LabClock = new LabClock();
  readonly host: XenHost;
  readonly random: Random;
  /** @internal */ readonly parties: PartyState[] = [];
  /** @internal */ readonly handles: OpenHandle[] = [];
  /** @internal */ readonly turn: Turn = new Turn();
  /** Who took each step so far. @internal */
  readonly schedule: Actor[] = [];
  /** Who sees it step by step; nobody unless set, before it is run. @internal */
  watcher: RunWatcher | undefined = undefined;
  private readonly options: RunOptions;
  private readonly choices = new ChoiceList();
  private readonly accidents: Accidents;
  private readonly traceCheck: TraceCheck | undefined = undefined;
  private readonly checks: (() => void)[] = [];
  /** Domains by their number, also those that are destroyed. */
  private readonly domains = new Map<number, HostDomain>();
  private failure: Failure | undefined = undefined;
  private over = false;

  /** @param pages - where the memory of its domains comes from; new pages unless given */
  constructor(options: RunOptions, pages?: PageSource) {
    this.options = options;
    this.host = new XenHost({ clock: this.clock, delivery: 'deferred', pages });
    this.random = new Random(options.seed, options.run);
    if (options.traced) this.traceCheck = new TraceCheck(this.host, options.spurious > 0);
    this.accidents = new Accidents(this.host, this.parties, options.deaths, options.spurious);
  }

  // What scenarios call.

  createDomain(options: DomainOptions): HostDomain {
    const domain = this.host.createDomain(options);
    this.domains.set(domain.domid, domain);
    return domain;
  }

  party(name: string, run: (party: Party) => Promise<void>, options: PartyOptions = {}): void {
    checkString('name', name);
    checkPartyOptions(name, run, options, this.parties);
    checkInteger('parties', this.parties.length + 1, 1, MAX_PARTIES);
    const { daemon = false, mortal } = options;
    const state = new PartyState(this.parties.length, name, daemon, mortal);
    this.parties.push(state);
    this.perform(state, { call: 'begins' }, { action: () => this.start(state, run) });
  }

  cell<T>(name: string, value: T): Cell<T> {
    checkString('name', name);
    return new LabCell(this, name, value);
  }

  atEnd(check: () => void): void {
    if (typeof check !== 'function') throw wrongType('check', 'a function', check);
    this.checks.push(check);
  }

  // What parties call, through handles and cells.

  /**
   * A party does something at its turn, and goes on after it. Nothing comes back to one that is dead.
   * @param atOnce - it begins to wait as it is called
   * @internal
   */
  perform<T>(
    party: PartyState,
    text: OperationText,
    kind: OperationKind<T>,
    atOnce = false,
  ): Promise<T> {
    if (this.over) throw new Error(`${text.call} when the run is over`);
    if (party.phase === 'dead') return new Promise(() => {});
    const operation = new Operation(this.turn, party, text, kind);
    if (this.watcher !== undefined) this.watcher.begins(operation as Operation);
    return atOnce ? operation.beginAtOnce().promise : operation.promise;
  }

  /**
   * The domain of that number, which is made if there never was one.
   * @internal
   */
  domainOf(domid: number): HostDomain {
    const domain = this.host.domain(domid) ?? this.domains.get(domid);
    return domain ?? this.createDomain({ domid, kernelChannels: false });
  }

  private start(party: PartyState, run: (party: Party) => Promise<void>): void {
    party.phase = 'running';
    try {
      const promise: unknown = run(new LabParty(this, party));
      if (!(promise instanceof Promise)) {
        throw new TypeError(`${party.name} is not async: what it returned is no promise`);
      }
      promise.then(
        () => this.leave(party),
        (error: unknown) => this.threw(party, error),
      );
    } catch (error) {
      this.threw(party, error);
    }
  }

  private leave(party: PartyState): void {
    this.turn.leaves(party);
    if (party.phase === 'running') party.phase = 'over';
    const { observer } = this.turn;
    // With the last party, whichever that is, what happens by itself ends too.
    if (this.accidents.possible) observer?.touchEverything();
    else observer?.touch(TIMERS, false);
  }

  private threw(party: PartyState, error: unknown): void {
    const dead = party.phase === 'dead';
    this.leave(party);
    if (dead) return;
    if (this.watcher !== undefined) this.watcher.threw(party, error);
    this.failure ??= { kind: 'assertion', message: `${party.name} threw`, error };
  }

  // The run itself.

  /** Runs a scenario, by the schedule that a strategy chooses. */
  async run(scenario: Scenario, strategy: Strategy): Promise<Outcome> {
    this.observe(strategy.observer);
    this.setUp(scenario);
    const { turn, choices, schedule } = this;
    const { maxSteps } = this.options;
    while (this.failure === undefined) {
      this.collect();
      // What nobody could foresee the promises of a party to do may still come.
      if (choices.count === 0 && (!this.unfinished || !(await this.goesOn()))) break;
      const step = schedule.length;
      if (step >= maxSteps) {
        this.failure = endlessFailure(this.parties, step);
        break;
      }
      const choice = strategy.choose(choices, step);
      if (choice < 0) return this.giveUp();
      const actor = choices.actors[choice]!;
      schedule.push(actor);
      if (this.watcher !== undefined) this.watcher.before(actor);
      if (turn.observer !== undefined) this.tellDoubts(turn.observer);
      this.take(actor);
      if (turn.busy) await NOW;
      if (turn.busy || turn.loose > 0 || turn.strays > 0) await this.settle();
      turn.over();
      if (turn.observer !== undefined) this.tellDoubts(turn.observer);
      if (this.watcher !== undefined) this.watcher.after();
    }
    this.over = true;
    this.failure ??= waitingFailure(this.parties);
    this.judge();
    return { schedule, failure: this.failure, givenUp: false };
  }

  private giveUp(): Outcome {
    this.over = true;
    return { schedule: this.schedule, failure: undefined, givenUp: true };
  }

  private observe(observer: StepObserver | undefined): void {
    if (observer === undefined) return;
    this.turn.observer = observer;
    this.clock.onChange = () => observer.touch(TIMERS, true);
    observer.begin(this.host);
  }

  /**
   * A step may be what a condition or a promise waits for, which can depend on anything; and one that fails keeps all others
   * from being taken.
   */
  private tellDoubts(observer: StepObserver): void {
    const { loose, strays } = this.turn;
    const waits = (party: PartyState) => party.operations.some(({ conditional }) => conditional);
    if (loose > 0 || strays > 0 || this.failure !== undefined || this.parties.some(waits)) {
      observer.touchEverything();
    }
  }

  private setUp(scenario: Scenario): void {
    let returned: unknown;
    try {
      returned = scenario(this) as unknown;
    } catch (error) {
      this.failure ??= { kind: 'assertion', message: 'the scenario threw', error };
      return;
    }
    if (returned instanceof Promise) {
      // What becomes of it interests nobody any more.
      returned.catch(() => {});
      throw new TypeError('a scenario is not async: it starts parties, which are');
    }
    if (this.parties.length === 0) throw new TypeError('the scenario starts no party');
  }

  /** Who can take the next step. */
  private collect(): void {
    const { choices, clock } = this;
    choices.clear();
    let awaited = false;
    for (const party of this.parties) {
      if (!party.alive) continue;
      if (!party.daemon) awaited = true;
      for (const { ready, slot } of party.operations) {
        if (ready && slot < MAX_OPERATIONS) choices.add(partyActor(party.number, slot));
      }
    }
    for (const { tell, actor, party, handle } of this.handles) {
      if (tell !== undefined && party.phase !== 'dead' && !handle.closed) choices.add(actor);
    }
    let vcpu = this.host.hypervisor.firstKicked;
    for (; vcpu !== undefined; vcpu = vcpu.nextKicked) {
      const { domain, id, eventsNeedDelivery } = vcpu;
      if (eventsNeedDelivery && !domain.dying) choices.add(vcpuActor(domain.id, id));
    }
    // Nothing that happens by itself keeps a run going when all that need to end have ended.
    if (!awaited) return;
    const happens = choices.count > 0;
    if (clock.armed && (!happens || this.options.timers === 'any')) choices.add(CLOCK_ACTOR);
    if (choices.count > 0) this.accidents.collect(choices);
  }

  private take(actor: Actor): void {
    const { turn } = this;
    if (actor < MAX_PARTIES) {
      turn.step(false);
      this.parties[actor]!.operation(0)!.proceed();
      return;
    }
    const { kind, owner, number } = actorParts(actor);
    turn.step(kind === 'clock');
    if (kind === 'party') {
      this.parties[owner]!.operation(number)!.proceed();
    } else if (kind === 'wake') {
      this.wake(actor);
    } else if (kind === 'vcpu') {
      this.host.hypervisor.deliverTo(this.host.domain(owner)!.xen.vcpus[number]!);
    } else if (kind === 'clock') {
      this.clock.fire();
    } else if (kind === 'death') {
      for (const party of this.accidents.die(this.parties[owner]!)) turn.unstray(party);
    } else {
      this.accidents.raise(owner, number);
    }
  }

  private wake(actor: Actor): void {
    const opened = this.handles.find((handle) => handle.actor === actor)!;
    const tell = opened.tell!;
    opened.tell = undefined;
    this.turn.observer?.touch(opened.thing, true);
    this.turn.step(!opened.shared);
    tell();
  }

  /** Waits until the step has had all its consequences: whoever it resumed has come to their next operation. */
  private async settle(): Promise<void> {
    const { turn } = this;
    for (let count = 1; turn.busy && count < TURNS; count++) await NOW;
    if (!turn.busy && turn.loose === 0 && turn.strays === 0) return;
    await macrotask();
    turn.settled(turn.current);
    if (turn.strays > 0) await this.watchStrays();
  }

  private get unfinished(): boolean {
    return this.parties.some((party) => party.alive);
  }

  /** Nobody can take a step, but perhaps somebody can when all promises have settled. */
  private async goesOn(): Promise<boolean> {
    await macrotask();
    for (const party of this.parties) this.turn.settled(party);
    if (this.turn.strays > 0) await this.watchStrays();
    this.collect();
    return this.failure === undefined && this.choices.count > 0;
  }

  /** Gives what is not the lab's a chance to let a party go on, so that it shows. */
  private async watchStrays(): Promise<void> {
    const { turn } = this;
    turn.over();
    turn.sealed = true;
    await macrotask();
    turn.sealed = false;
    if (turn.outsider !== undefined) this.failure ??= outsiderFailure(turn.outsider);
  }

  /** What is to be said of the run besides what its parties met with. */
  private judge(): void {
    const { failure, host } = this;
    // A host that is wrong may be why parties wait; where a run was cut short, it is in the middle of something.
    if (failure === undefined || failure.kind === 'lost-wakeup') {
      const broken = brokenInvariant(host) ?? this.traceCheck?.end();
      if (broken !== undefined) this.failure = invariantFailure(broken);
    }
    if (this.failure === undefined) this.check();
    if (this.failure !== undefined || this.options.leftovers === 'allow') return;
    const left = leftovers(host, this.parties, this.handles);
    if (left.length > 0) this.failure = leftoverFailure(left);
  }

  private check(): void {
    try {
      for (const check of this.checks) check();
    } catch (error) {
      this.failure = { kind: 'assertion', message: 'the check at the end failed', error };
    }
  }
}
