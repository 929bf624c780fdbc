import type { Evtchn } from '../client/evtchn.js';
import { checkInteger, checkString, checkTime } from '../errors/argument.js';
import type { EmbeddedOpenOptions, HostDomain } from '../host/host-domain.js';
import { type DomainOptions, XenHost } from '../host/xen-host.js';
import type { Vcpu } from '../hypervisor/vcpu.js';
import {
  type Actor,
  actorParts,
  CLOCK_ACTOR,
  deathActor,
  MAX_HANDLES,
  MAX_PARTIES,
  partyActor,
  spuriousActor,
  vcpuActor,
  wakeActor,
} from './actor.js';
import { type Cell, LabCell } from './cell.js';
import type { Lab, Party, PartyOptions, Scenario } from './lab.js';
import { LabClock } from './lab-clock.js';
import { LabEvtchn } from './lab-evtchn.js';
import { macrotask } from './macrotask.js';
import { Operation, type OperationText } from './operation.js';
import type { Failure, Outcome } from './outcome.js';
import { PartyState } from './party-state.js';
import { Random } from './random.js';
import type { RunOptions } from './run-options.js';
import type { RunWatcher } from './run-watcher.js';
import { type Choices, type StepObserver, type Strategy, TIMERS, VARIABLES } from './strategy.js';

/** What is done after the current turn hangs on this. */
const NOW = Promise.resolve();
/** Turns that a party gets to come to its next operation before the lab waits for whatever it awaits. */
const TURNS = 64;
/** Turns in which what a step settled comes to those who wait for it. */
const SETTLING_TURNS = 4;

/** A handle that a party opened. */
interface OpenHandle {
  readonly actor: Actor;
  readonly party: PartyState;
  readonly handle: Evtchn;
  /** What it is called among what steps touch. */
  readonly thing: string;
  /** Has it hear that there are events; undefined while there is nothing to hear. */
  tell: (() => void) | undefined;
}

/** One run of a scenario: takes step after step, each by one of those who can, until nobody can. */
export class LabRun implements Lab {
  readonly clock: LabClock = new LabClock();
  readonly host: XenHost = new XenHost({ clock: this.clock, delivery: 'deferred' });
  readonly random: Random;
  readonly parties: PartyState[] = [];
  readonly schedule: Actor[] = [];
  /** Who sees it step by step; nobody unless set, before it is run. */
  watcher: RunWatcher | undefined = undefined;
  /** Told what steps touch; undefined unless the strategy wants to know. */
  observer: StepObserver | undefined = undefined;
  private readonly options: RunOptions;
  private readonly handles: OpenHandle[] = [];
  private readonly kicked: Vcpu[] = [];
  private readonly choices: { count: number; actors: Actor[] } = { count: 0, actors: [] };
  private readonly checks: (() => void)[] = [];
  private spuriousLeft: number;
  private deathsLeft: number;
  private failure: Failure | undefined;
  /** The party whose code runs. */
  private current: PartyState | undefined;
  /** The party that was resumed has not come to its next operation yet. */
  private busy = false;
  /** The first operation that the step settles goes on with it. */
  private pass = false;
  /** Operations under way that wait until something holds. */
  private conditions = 0;

  constructor(options: RunOptions) {
    this.options = options;
    this.random = new Random(options.seed, options.run);
    this.spuriousLeft = options.spurious;
    this.deathsLeft = options.deaths;
  }

  // What scenarios call.

  createDomain(options: DomainOptions): HostDomain {
    return this.host.createDomain(options);
  }

  party(name: string, run: (party: Party) => Promise<void>, options: PartyOptions = {}): void {
    checkString('name', name);
    checkInteger('parties', this.parties.length + 1, 1, MAX_PARTIES);
    const { daemon = false, mortal } = options;
    const state = new PartyState(this.parties.length, name, daemon, mortal);
    this.parties.push(state);
    const party: Party = {
      name,
      openEvtchn: (domid, opening) => this.open(state, domid, opening),
      step: (what = '') => this.point({ call: `step(${what})` }, () => {}),
      until: (condition, what = '') => this.point({ call: `until(${what})` }, () => {}, condition),
      sleep: (milliseconds) => this.sleep(milliseconds),
    };
    const begin = () => {
      state.phase = 'running';
      run(party).then(
        () => this.over(state),
        (error: unknown) => this.threw(state, error),
      );
    };
    state.operations.push(new Operation(state, { call: 'begins' }, begin));
  }

  cell<T>(name: string, value: T): Cell<T> {
    return new LabCell(this, name, value);
  }

  atEnd(check: () => void): void {
    this.checks.push(check);
  }

  // What parties call, through handles and cells.

  /** The party goes on when it is its turn and the condition, if any, holds; `action` is done then. */
  point<T>(text: OperationText, action: () => T, condition?: () => boolean): Promise<T> {
    const party = this.calling(text);
    return new Promise((resolve) => {
      const operation = new Operation(party, text, () => {
        this.finish(operation);
        const result = action();
        operation.result = result;
        resolve(result);
      });
      operation.condition = condition;
      if (condition !== undefined) this.conditions++;
      party.operations.push(operation);
      this.busy = false;
      if (this.watcher !== undefined) this.watcher.begins(operation);
    });
  }

  /** When it is its turn, the party begins to wait for what `begin` promises, and goes on when that is there and it is its turn. */
  wait<T>(text: OperationText, begin: () => Promise<T>): Promise<T> {
    const party = this.calling(text);
    return new Promise((resolve, reject) => {
      const operation = new Operation(party, text, () => {
        operation.ready = false;
        this.busy = false;
        this.pass = true;
        begin().then(
          (value) => {
            operation.result = value;
            this.settled(operation, () => resolve(value));
          },
          (error: unknown) => {
            operation.result = error;
            this.settled(operation, () => reject(error));
          },
        );
      });
      party.operations.push(operation);
      this.busy = false;
      if (this.watcher !== undefined) this.watcher.begins(operation);
    });
  }

  private sleep(milliseconds: number): Promise<void> {
    checkTime('milliseconds', milliseconds);
    const at = this.clock.now() + milliseconds;
    const begin = () =>
      new Promise<void>((resolve) => {
        this.clock.schedule(at, () => {
          this.pass = true;
          resolve();
        });
      });
    return this.wait({ call: `sleep(${milliseconds})` }, begin);
  }

  private open(party: PartyState, domid: number, options?: EmbeddedOpenOptions): Evtchn {
    checkInteger('handles of a party', party.handles + 1, 1, MAX_HANDLES);
    const domain =
      this.host.domain(domid) ?? this.host.createDomain({ domid, kernelChannels: false });
    const actor = wakeActor(party.number, party.handles);
    const handle = domain.openEvtchn({ comm: party.name, ...options }, (tell) => {
      this.observer?.touch(thing, true);
      opened.tell = tell;
    });
    const thing = `handle ${actor}`;
    const opened: OpenHandle = { actor, party, handle, thing, tell: undefined };
    party.handles++;
    this.handles.push(opened);
    return new LabEvtchn(this, handle, domid, thing);
  }

  private calling({ call }: OperationText): PartyState {
    if (this.current !== undefined) return this.current;
    throw new Error(`${call} outside of a party: only parties wait, and only for what the lab has`);
  }

  private finish(operation: Operation): void {
    const { operations } = operation.party;
    operations.splice(operations.indexOf(operation), 1);
    if (operation.condition !== undefined) this.conditions--;
    this.observer?.touch(VARIABLES, true);
    this.current = operation.party;
    this.busy = true;
  }

  private settled(operation: Operation, resume: () => void): void {
    operation.proceed = () => {
      this.finish(operation);
      resume();
    };
    operation.ready = true;
    if (!this.pass || operation.party.phase !== 'running') return;
    this.pass = false;
    operation.proceed();
  }

  private over(party: PartyState): void {
    if (party.phase === 'running') party.phase = 'over';
    this.busy = false;
  }

  private threw(party: PartyState, error: unknown): void {
    this.busy = false;
    if (party.phase !== 'running') return;
    party.phase = 'over';
    this.failure ??= { kind: 'assertion', message: `${party.name} threw`, error };
  }

  // The run itself.

  /** Runs a scenario, by the schedule that a strategy chooses. */
  async run(scenario: Scenario, strategy: Strategy): Promise<Outcome> {
    this.observe(strategy.observer);
    scenario(this);
    while (this.failure === undefined) {
      this.collect();
      if (this.choices.count === 0) break;
      const step = this.schedule.length;
      if (step >= this.options.maxSteps) {
        const message = `not over after ${step} steps`;
        this.failure = { kind: 'endless', message };
        break;
      }
      const choice = strategy.choose(this.choices as Choices, step);
      if (choice < 0) return { schedule: this.schedule, failure: undefined, givenUp: true };
      const actor = this.choices.actors[choice]!;
      this.schedule.push(actor);
      if (this.watcher !== undefined) this.watcher.before(actor);
      // A condition may look at anything, so whatever is done may be what it waits for.
      if (this.conditions > 0) this.observer?.touchEverything();
      this.take(actor);
      await this.settle();
      if (this.conditions > 0) this.observer?.touchEverything();
      if (this.watcher !== undefined) this.watcher.after();
    }
    this.current = undefined;
    this.failure ??= this.waitingFailure();
    if (this.failure === undefined) this.check();
    return { schedule: this.schedule, failure: this.failure, givenUp: false };
  }

  private observe(observer: StepObserver | undefined): void {
    if (observer === undefined) return;
    this.observer = observer;
    this.clock.onChange = () => observer.touch(TIMERS, true);
    observer.begin(this.host);
  }

  /** Who can take the next step. */
  private collect(): void {
    const { choices, kicked } = this;
    let count = 0;
    const { actors } = choices;
    for (const party of this.parties) {
      if ((party.phase === 'new' || party.phase === 'running') && party.next !== undefined) {
        actors[count++] = partyActor(party.number);
      }
    }
    for (const { tell, actor, party } of this.handles) {
      if (tell !== undefined && party.phase === 'running') actors[count++] = actor;
    }
    kicked.length = 0;
    for (const vcpu of this.host.hypervisor.kickedVcpus()) {
      const { dying, id } = vcpu.domain;
      if (vcpu.eventsNeedDelivery && !dying) actors[count++] = vcpuActor(id, vcpu.id);
    }
    if (this.clock.armed && (count === 0 || this.options.timers === 'any')) {
      actors[count++] = CLOCK_ACTOR;
    }
    // Nothing that happens by itself keeps a run going.
    if (count > 0) count = this.collectAccidents(count);
    choices.count = count;
  }

  private collectAccidents(count: number): number {
    const { actors } = this.choices;
    let end = count;
    if (this.deathsLeft > 0) {
      for (const { mortal, number, phase } of this.parties) {
        if (mortal !== undefined && phase === 'running') actors[end++] = deathActor(number);
      }
    }
    if (this.spuriousLeft > 0) {
      for (const { driver, domid } of this.host.domains()) {
        if (driver === undefined) continue;
        for (const file of driver.openFiles.values()) {
          for (const port of file.ports()) actors[end++] = spuriousActor(domid, port);
        }
      }
    }
    return end;
  }

  private take(actor: Actor): void {
    this.pass = false;
    const { kind, owner, number } = actorParts(actor);
    if (kind === 'party') {
      this.current = this.parties[owner];
      this.busy = true;
      const operation = this.current!.next!;
      if (this.current!.phase === 'new') {
        this.current!.operations.length = 0;
        this.observer?.touch(VARIABLES, true);
      }
      operation.proceed();
    } else if (kind === 'wake') {
      this.pass = true;
      const opened = this.handles.find((handle) => handle.actor === actor)!;
      const tell = opened.tell!;
      opened.tell = undefined;
      this.observer?.touch(opened.thing, true);
      tell();
    } else if (kind === 'vcpu') {
      this.host.hypervisor.deliverTo(this.host.domain(owner)!.xen.vcpus[number]!);
    } else if (kind === 'clock') {
      this.clock.fire();
    } else if (kind === 'death') {
      this.die(this.parties[owner]!);
    } else {
      this.spuriousLeft--;
      this.host.domain(owner)!.xen.ports.setPending(number);
    }
  }

  /** It dies with its domain, and with whoever else runs there. */
  private die({ mortal }: PartyState): void {
    this.deathsLeft--;
    for (const party of this.parties) if (party.mortal === mortal) party.phase = 'dead';
    this.host.domain(mortal!)?.destroy();
  }

  /** Waits until the step has had all its consequences: whoever it resumed has come to their next operation. */
  private async settle(): Promise<void> {
    for (let quiet = 0; quiet < SETTLING_TURNS; quiet++) {
      await NOW;
      for (let turn = 0; this.busy && turn < TURNS; turn++) {
        quiet = 0;
        await NOW;
      }
      if (!this.busy) continue;
      await macrotask();
      // It has other operations under way, and awaits all of them, or the next.
      this.busy = false;
    }
    this.current = undefined;
  }

  private waitingFailure(): Failure | undefined {
    const waiting = this.parties
      .filter(({ phase, daemon }) => !daemon && (phase === 'running' || phase === 'new'))
      .map(({ name, operations }) => ({ party: name, operations: operations.map((o) => o.text) }));
    if (waiting.length === 0) return undefined;
    const names = waiting.map(({ party }) => party).join(', ');
    return { kind: 'lost-wakeup', message: `${names} would wait for ever`, waiting };
  }

  private check(): void {
    try {
      for (const check of this.checks) check();
    } catch (error) {
      this.failure = { kind: 'assertion', message: 'the check at the end failed', error };
    }
  }
}
