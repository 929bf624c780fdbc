import type {
  EventPath,
  PathCause,
  PathSender,
  PathState,
  PathStep,
  PathStepKind,
} from './event-path.js';

/** Steps of one event that can be any number, and are not kept beyond this. */
const KEPT_MERGES = 100;

/** A sender whose ioctl may not be over. */
export interface LiveSender extends PathSender {
  file: number | undefined;
}

/** An event that is followed. */
export class LivePath implements EventPath {
  readonly id: number;
  readonly domid: number;
  readonly port: number;
  readonly cause: PathCause;
  file: number | undefined = undefined;
  state: PathState = 'pending';
  merged = 0;
  readonly steps: PathStep[] = [];
  /** It keeps its port from opening: a read alone does not end it. */
  holdsPort = true;
  /** Its EOI was put off. */
  deferred = false;

  constructor(id: number, domid: number, port: number, cause: PathCause) {
    this.id = id;
    this.domid = domid;
    this.port = port;
    this.cause = cause;
  }

  /** Notes that it was made pending. */
  begin(time: number, sender: PathSender | undefined, masked: boolean): PathStep {
    const step: PathStep = { time, kind: 'pending', sender, masked };
    this.steps.push(step);
    return step;
  }

  /** Notes that another event merged into it. */
  merge(time: number, sender: PathSender | undefined): PathStep {
    const step: PathStep = { time, kind: 'merged', sender };
    if (++this.merged <= KEPT_MERGES) this.steps.push(step);
    return step;
  }

  /** Notes a step of {@link PathStepKind} that has nothing but its time, and where the event is after it. */
  step(kind: PathStepKind, time: number): PathStep {
    const step = { time, kind };
    this.steps.push(step);
    this.state = this.#after(kind);
    return step;
  }

  #after(kind: PathStepKind): PathState {
    const { state } = this;
    switch (kind) {
      case 'queued':
        return 'queued';
      case 'overflow':
      case 'dropped':
        return 'lost';
      case 'handled':
        return 'done';
      case 'read':
        // A port that was written back unread, or closed, waits for nothing more.
        return this.holdsPort ? 'read' : 'done';
      case 'deferred':
        this.deferred = true;
        return state;
      case 'unmasked':
        this.holdsPort = false;
        return state === 'read' ? 'done' : state;
      case 'closed':
        this.holdsPort = false;
        if (state === 'pending') return 'lost';
        return state === 'read' ? 'done' : state;
      default:
        return state;
    }
  }
}
