import { RecordProbe } from '../../trace/record-probe.js';
import type { TraceRecord } from '../../trace/trace-record.js';
import type { TraceSink } from '../../trace/trace-sink.js';
import { type Actor, actorParts } from '../actor.js';
import type { LabRun } from '../lab-run.js';
import type { Operation } from '../operation.js';
import type { PartyState } from '../party-state.js';
import type { RunWatcher } from '../run-watcher.js';
import { type CallSite, callSite, siteText } from './call-site.js';
import { EventHistory } from './event-history.js';
import type { ReportStep } from './report-step.js';
import { valueText } from './value-text.js';

/** An operation as far as it was seen. */
interface SeenOperation {
  /** The step in which it began to wait; where it has not, that in which the party came to it. */
  step: number;
  /** Where it was called. */
  readonly site: CallSite | undefined;
}

/** The end of a party. */
export interface PartyEnd {
  readonly how: 'was over' | 'died';
  /** The step in which it came. */
  readonly step: number;
}

/** Records a run for its report: every step with what the host did, where programs were, and what became of each event. */
export class RunRecorder implements RunWatcher {
  /** The steps so far. */
  readonly steps: ReportStep[] = [];
  /** What the host did while the scenario was set up. */
  readonly setup: TraceRecord[] = [];
  /** How parties that are over ended, by their names. */
  readonly ends: Map<string, PartyEnd> = new Map();
  /** What became of each event. */
  readonly history: EventHistory = new EventHistory();
  private readonly run: LabRun;
  private readonly decided: ReadonlySet<number>;
  private readonly seen = new WeakMap<Operation, SeenOperation>();
  private readonly thrown = new Map<string, unknown>();
  private records: TraceRecord[] = this.setup;
  private actor: Actor = 0;
  private under: Operation[] = [];
  private phases: string[] = [];
  private lastWho = '';
  private begun: Operation | undefined;

  /**
   * @param run - a run that has not begun
   * @param decided - the steps, from 0, that depart from the default policy
   */
  constructor(run: LabRun, decided: ReadonlySet<number>) {
    this.run = run;
    this.decided = decided;
    run.watcher = this;
    const { clock } = run;
    const sink: TraceSink = {
      record: (record) => {
        this.records.push(record);
        this.history.take(record);
      },
    };
    run.host.attach(new RecordProbe(sink, () => clock.now()));
  }

  /** Where a party came to an operation, and at which step. */
  operation(operation: Operation): SeenOperation | undefined {
    return this.seen.get(operation);
  }

  before(actor: Actor): void {
    this.actor = actor;
    this.records = [];
    this.history.step = this.steps.length + 1;
    this.under = this.run.parties.flatMap(({ operations }) => operations);
    this.phases = this.run.parties.map(({ phase }) => phase);
    const { kind, owner, number } = actorParts(actor);
    this.begun = kind === 'party' ? this.run.parties[owner]!.operation(number) : undefined;
  }

  begins(operation: Operation): void {
    const site = callSite(new Error().stack);
    this.seen.set(operation, { step: this.steps.length + 1, site });
  }

  threw({ name }: PartyState, error: unknown): void {
    this.thrown.set(name, error);
  }

  after(): void {
    this.history.settle();
    const number = this.steps.length + 1;
    const finished = this.under.filter((one) => !one.party.operations.includes(one));
    const waits = finished.length === 0 ? this.begun && this.seen.get(this.begun) : undefined;
    if (waits !== undefined) waits.step = number;
    const who = this.who(finished);
    this.steps.push({
      number,
      who,
      what: this.what(finished),
      where: this.where(finished),
      switched: who !== this.lastWho,
      decided: this.decided.has(number - 1),
      records: this.records,
      ends: this.run.parties.flatMap((party, index) => this.end(party, this.phases[index], who)),
    });
    this.lastWho = who;
  }

  private who(finished: readonly Operation[]): string {
    const { kind, owner } = actorParts(this.actor);
    switch (kind) {
      case 'party':
      case 'wake':
      case 'death':
        return this.run.parties[owner]!.name;
      case 'clock':
        return finished[0]?.party.name ?? 'clock';
      case 'vcpu':
        return `dom${owner}`;
      default:
        return 'accident';
    }
  }

  private what(finished: readonly Operation[]): string {
    const { kind, owner, number } = actorParts(this.actor);
    const done = finished.map(doneText).join(', ');
    switch (kind) {
      case 'party':
        if (this.phases[owner] === 'new') return 'begins';
        return done || `${this.begun?.text.call ?? 'it'}: waits`;
      case 'wake':
        return done === '' ? 'hears of events' : `${done}, on hearing of events`;
      case 'vcpu':
        return `upcall${number === 0 ? '' : ` on vCPU ${number}`}`;
      case 'clock': {
        const time = `${this.run.clock.now()} ms`;
        return done === '' ? `a timer fires, at ${time}` : `${done}, at ${time}`;
      }
      case 'death':
        return `dies with domain ${this.run.parties[owner]!.mortal}`;
      default:
        return `spurious event on port ${number} of domain ${owner}`;
    }
  }

  private where(finished: readonly Operation[]): string {
    const operation = finished[0] ?? this.begun;
    const site = operation && this.seen.get(operation)?.site;
    return site === undefined ? '' : siteText(site);
  }

  private end({ name, phase }: PartyState, before: string | undefined, who: string): string[] {
    if (phase === before) return [];
    const step = this.steps.length + 1;
    if (phase === 'over') this.ends.set(name, { how: 'was over', step });
    if (phase === 'dead') this.ends.set(name, { how: 'died', step });
    if (this.thrown.has(name)) return [`${name} throws ${valueText(this.thrown.get(name))}`];
    if (phase === 'over') return [`${name} is over`];
    // Of who took the step it is said there.
    return phase === 'dead' && name !== who ? [`${name} dies as well`] : [];
  }
}

/** What an operation came to. */
function doneText({ text, result }: Operation): string {
  const { call } = text;
  if (call.startsWith('until(')) return `${call} holds`;
  if (call.startsWith('sleep(')) return `${call} is over`;
  if (result instanceof Error) return `${call} throws ${valueText(result)}`;
  if (result === undefined) return call;
  return `${call} = ${valueText(result)}`;
}
