import type { XenHost } from '../host/xen-host.js';
import { LifeCycleChecker } from '../life-cycle/life-cycle.js';
import type { LifeCycleViolation } from '../life-cycle/life-cycle-violation.js';
import { RecordProbe } from '../trace/record-probe.js';
import type { TraceRecord } from '../trace/trace-record.js';

/** Has the trace of a run judged: whether the lives of its events, channels and files are such as there can be. */
export class TraceCheck {
  private readonly checker: LifeCycleChecker;
  private readonly probe: RecordProbe;
  private readonly host: XenHost;
  private first: LifeCycleViolation | undefined = undefined;

  /** @param host - nothing has happened on it yet; @param byHand - events are made pending that nobody sent */
  constructor(host: XenHost, byHand: boolean) {
    this.host = host;
    const complain = (violation: LifeCycleViolation) => {
      this.first ??= violation;
    };
    this.checker = new LifeCycleChecker(complain, { byHand });
    const record = (each: TraceRecord) => this.checker.take(each);
    this.probe = new RecordProbe({ record }, () => host.clock.now());
    host.attach(this.probe);
  }

  /** The run is over. @returns the first rule that was broken, in a sentence; undefined if none was */
  end(): string | undefined {
    this.host.detach(this.probe);
    this.checker.end();
    const { first } = this;
    return first === undefined ? undefined : `${first.sentence} (${first.rule})`;
  }
}
