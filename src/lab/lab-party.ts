import type { Evtchn } from '../client/evtchn.js';
import {
  checkInteger,
  checkOptions,
  checkString,
  checkTime,
  wrongType,
} from '../errors/argument.js';
import type { EmbeddedOpenOptions } from '../host/host-domain.js';
import { MAX_HANDLES, wakeActor } from './actor.js';
import type { Party } from './lab.js';
import { LabEvtchn } from './lab-evtchn.js';
import type { LabRun } from './lab-run.js';
import { OpenHandle } from './open-handle.js';
import type { PartyState } from './party-state.js';

/** Refuses what is no function. @throws TypeError (`ERR_INVALID_ARG_TYPE`) */
function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongType(name, 'a function', value);
}

/** {@link Party} of a run. */
export class LabParty implements Party {
  readonly name: string;
  private readonly run: LabRun;
  private readonly state: PartyState;

  constructor(run: LabRun, state: PartyState) {
    this.run = run;
    this.state = state;
    this.name = state.name;
  }

  openEvtchn(domid: number, options: EmbeddedOpenOptions = {}): Evtchn {
    const { run, state } = this;
    checkOptions('options', options);
    checkInteger('handles of a party', state.handles + 1, 1, MAX_HANDLES);
    const domain = run.domainOf(domid);
    const opened = new OpenHandle(wakeActor(state.number, state.handles), state, domid);
    const opening = { comm: this.name, ...options };
    opened.handle = domain.openHandle(opening, (tell) => {
      run.turn.observer?.touch(opened.thing, true);
      opened.tell = tell;
    });
    state.handles++;
    run.handles.push(opened);
    return new LabEvtchn(run, opened);
  }

  step(what = ''): Promise<void> {
    checkString('what', what);
    return this.point(`step(${what})`, undefined);
  }

  until(condition: () => boolean, what = ''): Promise<void> {
    checkFunction('condition', condition);
    checkString('what', what);
    return this.point(`until(${what})`, condition);
  }

  sleep(milliseconds: number): Promise<void> {
    checkTime('milliseconds', milliseconds);
    const { run } = this;
    const party = run.turn.calls(this.state);
    const at = run.clock.now() + milliseconds;
    return run.perform<void>(
      party,
      { call: `sleep(${milliseconds})` },
      { timed: true, begin: (sleep) => run.clock.schedule(at, () => sleep.resolve()) },
      true,
    );
  }

  wait<T>(what: string, begin: () => T | PromiseLike<T>): Promise<T> {
    checkString('what', what);
    checkFunction('begin', begin);
    const { run } = this;
    return run.perform<T>(
      run.turn.calls(this.state),
      { call: `wait(${what})` },
      {
        loose: true,
        begin: (operation) => {
          // Whatever it throws, at once or later, is the party's.
          new Promise<T>((resolve) => resolve(begin())).then(
            (value) => operation.resolve(value),
            (error: unknown) => operation.reject(error),
          );
        },
      },
    );
  }

  private point(call: string, condition: (() => boolean) | undefined): Promise<void> {
    const { run } = this;
    return run.perform<void>(run.turn.calls(this.state), { call }, { condition });
  }
}
