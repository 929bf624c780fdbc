import {
  type Evtchn,
  EvtchnError,
  type File,
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
} from '../../src/index.js';
import { ALL_MAPPED, type FileOperation } from './operation.js';
import { OK, type Outcome, outcomeOf, outcomeOfRead } from './outcome.js';
import { BUFFER, ProgramMemory } from './program-memory.js';

/** An open file as a program of the test holds it. */
export interface OpenFileClient {
  perform(operation: FileOperation): Outcome;
  /** Poll bits that hold now. */
  poll(): number;
}

/** A program that makes system calls on a `File`, from memory of its own. */
export class SystemCallClient implements OpenFileClient {
  readonly #file: File;
  readonly #memory = new ProgramMemory();

  constructor(file: File) {
    this.#file = file;
  }

  poll(): number {
    return this.#file.poll();
  }

  perform(operation: FileOperation): Outcome {
    switch (operation.op) {
      case 'share':
        this.#file.get();
        return OK;
      case 'close':
        this.#file.put();
        return OK;
      case 'bind unbound':
        return this.#ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, operation.domid);
      case 'bind interdomain':
        return this.#ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, operation.domid, operation.port);
      case 'bind virq':
        return this.#ioctl(IOCTL_EVTCHN_BIND_VIRQ, operation.virq);
      case 'unbind':
        return this.#ioctl(IOCTL_EVTCHN_UNBIND, operation.port);
      case 'notify':
        return this.#ioctl(IOCTL_EVTCHN_NOTIFY, operation.port);
      case 'read': {
        this.#memory.mapped = operation.mapped;
        const rc = this.#file.read(this.#memory, BUFFER, operation.bytes);
        return rc > 0 ? outcomeOfRead(this.#memory.words, rc / 4) : outcomeOf(rc);
      }
      case 'write':
        this.#memory.mapped = operation.mapped;
        this.#memory.words.fill(0);
        this.#memory.words.set(operation.ports);
        return outcomeOf(this.#file.write(this.#memory, BUFFER, operation.bytes));
      case 'poll':
        return outcomeOf(this.#file.poll());
      case 'reset':
        return this.#ioctl(IOCTL_EVTCHN_RESET);
      case 'restrict':
        return this.#ioctl(IOCTL_EVTCHN_RESTRICT_DOMID, operation.domid);
      case 'bad ioctl':
        this.#memory.mapped = operation.mapped;
        return outcomeOf(this.#file.ioctl(operation.command, this.#memory, BUFFER));
    }
  }

  #ioctl(command: number, ...words: number[]): Outcome {
    this.#memory.mapped = ALL_MAPPED;
    this.#memory.words.set(words);
    return outcomeOf(this.#file.ioctl(command, this.#memory, BUFFER));
  }
}

/** A program that uses the library's handle. What it throws is its outcome. */
export class LibraryClient implements OpenFileClient {
  readonly #evtchn: Evtchn;

  constructor(evtchn: Evtchn) {
    this.#evtchn = evtchn;
  }

  poll(): number {
    return this.#evtchn.poll();
  }

  perform(operation: FileOperation): Outcome {
    return refusedOr(() => this.#perform(operation));
  }

  #perform(operation: FileOperation): Outcome {
    const evtchn = this.#evtchn;
    switch (operation.op) {
      case 'close':
        evtchn.close();
        return OK;
      case 'bind unbound':
        return String(evtchn.bindUnboundPort(operation.domid));
      case 'bind interdomain':
        return String(evtchn.bindInterdomain(operation.domid, operation.port));
      case 'bind virq':
        return String(evtchn.bindVirq(operation.virq));
      case 'unbind':
        evtchn.unbind(operation.port);
        return OK;
      case 'notify':
        evtchn.notify(operation.port);
        return OK;
      case 'read':
        return this.#read(operation.bytes / 4);
      case 'write': {
        const { ports } = operation;
        evtchn.unmask(ports.length === 1 ? ports[0]! : [...ports]);
        return String(ports.length * 4);
      }
      case 'poll':
        return String(evtchn.poll());
      case 'reset':
        evtchn.reset();
        return OK;
      case 'restrict':
        evtchn.restrict(operation.domid);
        return OK;
      default:
        throw new Error(`the library has no call for ${operation.op}`);
    }
  }

  #read(max: number): Outcome {
    if (max === 1) {
      const port = this.#evtchn.tryPending();
      return port === undefined ? 'EAGAIN' : outcomeOfRead([port]);
    }
    if (max % 2 === 0) {
      const into = new Uint32Array(max);
      const count = this.#evtchn.readInto(into);
      return count === 0 ? 'EAGAIN' : outcomeOfRead(into, count);
    }
    const ports = this.#evtchn.read(max);
    return ports.length === 0 ? 'EAGAIN' : outcomeOfRead(ports);
  }
}

/** The outcome of a call, or the errno it threw. */
export function refusedOr(call: () => Outcome): Outcome {
  try {
    return call();
  } catch (error) {
    if (error instanceof EvtchnError) return error.code;
    throw error;
  }
}
