import { EBADF, EMFILE, ENOENT, EPERM } from '../../src/abi/errno.js';
import { O_CLOEXEC, O_RDWR } from '../../src/abi/fcntl.js';
import { POLL_IN } from '../../src/abi/poll.js';
import { SIGIO } from '../../src/abi/signal.js';
import { EVTCHN_PATH } from '../../src/host/host-domain.js';
import { waitEvent } from '../../src/vfs/blocking.js';
import { DescriptorTable } from '../../src/vfs/descriptor-table.js';
import type { SignalInfo, SignalOwner } from '../../src/vfs/fasync.js';
import { File, type IoVector } from '../../src/vfs/file.js';
import { AddressSpace } from './address-space.js';
import type { CaseRun } from './case-run.js';
import type { Child } from './child.js';
import { EpollFile } from './epoll-file.js';
import { HandleTable } from './handle-table.js';
import type { Job } from './job.js';
import type { Machine } from './machine.js';
import { otherFile } from './other-file.js';
import {
  type Disposition,
  defaultAction,
  isSignal,
  SIGCONT,
  SIGKILL,
  SIGPIPE,
  SIGRT,
  SIGSTOP,
} from './signals.js';
import { ProcessEnded, Thread } from './thread.js';

const MAX_JOBS = 32;
const MAX_CHILDREN = 16;
/** `fs.nr_open`: no limit of descriptors is higher. */
const NR_OPEN = 1 << 20;
/** Hard limit of descriptors to start with. */
const HARD_LIMIT = 4096;
/** Standard streams, and the file of the case itself. */
const FIRST_DESCRIPTORS = 4;
/** `si_code` of a signal sent to a thread. */
const SI_TKILL = -6;

/** How a process ended. */
export type Fate = { readonly signal: number } | { readonly exit: number };

/** A simulated process: what a program that runs the steps of a case has and does. */
export class Process implements SignalOwner {
  readonly run: CaseRun;
  readonly parent: Process | undefined;
  readonly threads = new Set<Thread>();
  readonly main: Thread;
  readonly descriptors: DescriptorTable;
  readonly handles: HandleTable;
  readonly memory: AddressSpace;
  readonly jobs: (Job | undefined)[];
  readonly children: (Child | undefined)[];
  /** Waits for the next step of its parent. */
  idle = false;
  stopped = false;
  /** Everything it had is released. */
  ended = false;
  #fate: Fate | undefined = undefined;
  #uid: number;
  #hardLimit: number;
  readonly #dispositions: Map<number, Disposition>;
  readonly #signals: Map<number, number>;
  #lastSignal: Omit<SignalInfo, 'signal'>;

  /** @param forkedBy - the thread that forks it; undefined for the first process of a case */
  constructor(run: CaseRun, forkedBy?: Thread) {
    const parent = forkedBy?.process;
    this.run = run;
    this.parent = parent;
    this.main = new Thread(this, forkedBy?.lazy ?? false);
    this.descriptors = parent?.descriptors.fork() ?? new DescriptorTable();
    this.handles = parent?.handles.fork() ?? new HandleTable();
    this.memory = parent?.memory.fork() ?? new AddressSpace();
    // Threads are not forked; what is known of them is.
    this.jobs = parent?.jobs.map((job) => job?.remembered()) ?? new Array(MAX_JOBS).fill(undefined);
    this.children =
      parent === undefined ? new Array(MAX_CHILDREN).fill(undefined) : [...parent.children];
    this.#uid = parent?.uid ?? 0;
    this.#hardLimit = parent?.hardLimit ?? HARD_LIMIT;
    this.#dispositions = new Map(parent?.dispositions ?? [[SIGPIPE, 'ignore']]);
    this.#signals = new Map(parent?.signals);
    this.#lastSignal = parent?.lastSignal ?? { code: 0, band: 0, fd: 0 };
    if (parent === undefined) {
      for (let i = 0; i < FIRST_DESCRIPTORS; i++) this.descriptors.install(otherFile());
    }
    run.processes.add(this);
  }

  get machine(): Machine {
    return this.run.machine;
  }

  get uid(): number {
    return this.#uid;
  }

  get hardLimit(): number {
    return this.#hardLimit;
  }

  get fate(): Fate | undefined {
    return this.#fate;
  }

  /** Signals with something done about them. */
  get dispositions(): ReadonlyMap<number, Disposition> {
    return this.#dispositions;
  }

  /** How often handlers ran. */
  get signals(): ReadonlyMap<number, number> {
    return this.#signals;
  }

  get lastSignal(): Omit<SignalInfo, 'signal'> {
    return this.#lastSignal;
  }

  // Life and death

  /** @throws ProcessEnded when the process has ended, which no call returns from */
  checkAlive(): void {
    if (this.#fate !== undefined) throw new ProcessEnded();
  }

  /** Ends it. Its files are closed as soon as whatever is going on now is over, which may be an interrupt. */
  end(fate: Fate): void {
    if (this.#fate !== undefined) return;
    this.#fate = fate;
    queueMicrotask(() => {
      for (const thread of [...this.threads]) thread.abandon();
      this.descriptors.exit();
      this.run.processes.delete(this);
      this.ended = true;
      this.run.changed.wake();
    });
  }

  /** Until something happened to some process of the case. */
  async changes(): Promise<void> {
    let woken = false;
    await waitEvent(this.run.changed, () => {
      const was = woken;
      woken = true;
      return was;
    });
  }

  // Signals

  /** Does something about a signal; undefined is the default. */
  setDisposition(signal: number, disposition: Disposition | undefined): void {
    if (!isSignal(signal) || signal === SIGKILL || signal === SIGSTOP) return;
    if (disposition === undefined) this.#dispositions.delete(signal);
    else this.#dispositions.set(signal, disposition);
  }

  /** Handlers for both signals a file can send. */
  handleFileSignals(): void {
    this.setDisposition(SIGIO, 'restart');
    this.setDisposition(SIGRT, 'restart');
  }

  /** How often the handler of a signal ran since this was last asked. */
  takeSignalCount(signal: number): number {
    const count = this.#signals.get(signal) ?? 0;
    this.#signals.delete(signal);
    return count;
  }

  deliver({ signal, code, band, fd }: SignalInfo): void {
    this.signal(signal, this.main, { code, band, fd });
  }

  /** A signal comes, to one of the threads. */
  signal(
    signal: number,
    thread: Thread = this.main,
    info: Omit<SignalInfo, 'signal'> = { code: SI_TKILL, band: POLL_IN, fd: 0 },
  ): void {
    if (!isSignal(signal) || this.#fate !== undefined || !this.threads.has(thread)) return;
    // Jobs keep the signals of files blocked.
    if (thread !== this.main && (signal === SIGIO || signal === SIGRT)) return;
    if (signal === SIGCONT || signal === SIGKILL) {
      this.stopped = false;
      this.run.changed.wake();
    }
    const disposition = this.#dispositions.get(signal) ?? defaultAction(signal);
    if (disposition === 'ignore') return;
    if (disposition === 'terminate') {
      this.end({ signal });
      return;
    }
    if (disposition === 'stop') {
      this.stopped = true;
      return;
    }
    this.#signals.set(signal, (this.#signals.get(signal) ?? 0) + 1);
    this.#lastSignal = info;
    // Its input ends where reading it is interrupted, and with it the process.
    if (thread === this.main && this.idle && disposition === 'norestart') this.end({ exit: 0 });
    else thread.interrupt(disposition === 'restart');
  }

  /** It was stopped and continued. */
  stopAndContinue(): void {
    for (const thread of this.threads) thread.stopped();
  }

  // System calls that never wait

  /** The file of a descriptor, unless it was opened with O_PATH. */
  file(fd: number): File | undefined {
    const file = this.descriptors.file(fd);
    return file?.isPath ? undefined : file;
  }

  /** open(2). @returns the descriptor or a negative errno */
  open(path: string, flags: number): number {
    // As Linux does: a descriptor is found before the file.
    if (this.#full) return -EMFILE;
    const { node } = this.machine.dom0;
    if (path !== EVTCHN_PATH || node === undefined) return -ENOENT;
    const file = node.open(flags, { uid: this.#uid, comm: 'evtrun' });
    if (typeof file === 'number') return file;
    return this.descriptors.install(file, (flags & O_CLOEXEC) !== 0);
  }

  get #full(): boolean {
    const { limit } = this.descriptors;
    for (let fd = 0; fd < limit; fd++) {
      if (this.descriptors.file(fd) === undefined) return false;
    }
    return true;
  }

  /** pipe(2): two descriptors of something that no step can reach. @returns them, or undefined without room */
  pipe(): readonly [number, number] | undefined {
    const one = this.descriptors.install(otherFile());
    if (one < 0) return undefined;
    const two = this.descriptors.install(otherFile());
    if (two >= 0) return [one, two];
    this.descriptors.close(one);
    return undefined;
  }

  /** epoll_create1(2). */
  epollCreate(): number {
    return this.descriptors.install(new File(new EpollFile(), O_RDWR));
  }

  ioctl(fd: number, command: number, argument: number): number {
    const rc = this.descriptors.ioctl(fd, command, this.memory, argument);
    this.checkAlive();
    return rc;
  }

  write(fd: number, address: number, count: number): number {
    const rc = this.file(fd)?.write(this.memory, address, count) ?? -EBADF;
    this.checkAlive();
    return rc;
  }

  writev(fd: number, vectors: readonly IoVector[]): number {
    const rc = this.file(fd)?.writev(this.memory, vectors) ?? -EBADF;
    this.checkAlive();
    return rc;
  }

  /** fcntl(F_SETOWN) to itself. */
  own(fd: number): number {
    const file = this.file(fd);
    if (file === undefined) return -EBADF;
    file.owner = this;
    return 0;
  }

  /** setresuid(2), all three the same. */
  setUid(uid: number): number {
    if (uid === -1) return 0;
    if (this.#uid !== 0 && uid !== this.#uid) return -EPERM;
    this.#uid = uid;
    return 0;
  }

  /** setrlimit(RLIMIT_NOFILE), soft and hard the same. */
  setDescriptorLimit(limit: number): number {
    if (limit > NR_OPEN || (this.#uid !== 0 && limit > this.#hardLimit)) return -EPERM;
    this.descriptors.limit = limit;
    this.#hardLimit = limit;
    return 0;
  }

  /** Whether it may make hypercalls: `/dev/xen/privcmd` is root's, and takes a descriptor. */
  get mayMakeHypercalls(): boolean {
    return this.#uid === 0 && !this.#full;
  }
}
