import { Worker } from 'node:worker_threads';
import { EINVAL, errnoMessage, errnoName } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { checkFaultRequest } from '../faults/fault-plan.js';
import type { FaultRequest } from '../faults/fault-request.js';
import { closeDescriptor, openEventfd, signalEventfd } from '../native/descriptor.js';
import { ThreadInterrupter } from '../native/thread-interrupt.js';
import { packageVersion } from './package-version.js';
import type { CuseDevice, ServingOptions, ThreadMessage } from './thread-message.js';
import { ThreadState } from './thread-state.js';

/** Permission bits of the device, as of the real one. */
const DEVICE_MODE = 0o600;
/** Milliseconds between two interrupts of a thread that is to stop. */
const INTERRUPT_MS = 10;
/** Milliseconds after which a thread that does not serve is taken for one that never will, when the process ends. */
const LONGEST_START_MS = 2000;

/** How a host is served. */
export interface HostServerOptions {
  /** Descriptor of /dev/fuse, mounted: the tree is served there. Owned by the server from now on, whatever becomes of it. */
  readonly fuse?: number | undefined;
  /** Character devices to make; their descriptors are owned by the server likewise. */
  readonly cuse?: readonly CuseDevice[] | undefined;
  /** Who the tree belongs to; ids of this process' user namespace. */
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Permission bits of the devices, 0 to 0o777; 0o600 unless given. */
  readonly deviceMode?: number | undefined;
  /** Domains to make at the start, each 0 to 0x7FEF, none twice. */
  readonly domains: readonly number[];
  /** Whether times and counts are kept of what happens on the host, for snapshots and metrics; true unless given. */
  readonly statistics?: boolean | undefined;
  /** Records kept for readers of the trace, 40 bytes each; 2^18 unless given, 256 at least. */
  readonly traceRecords?: number | undefined;
  /** Faults that the host is to show; none unless given. */
  readonly faults?: FaultRequest | undefined;
  /** Told, in words for a log, of what a user should know; nobody unless given. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * A Xen host behind a mounted file system, character devices, or both. It runs in a thread of its own, so this thread may use
 * them.
 */
export class HostServer {
  /** Ends with the server: resolves when it was stopped or unmounted, rejects when it failed or lost a character device. */
  readonly ended: Promise<void>;
  readonly #wakeup: number;
  readonly #interrupter: ThreadInterrupter;
  readonly #state = new ThreadState();
  #stopping: NodeJS.Timeout | undefined;
  #over = false;

  /**
   * Starts serving.
   * @throws (rejects) EvtchnError EINVAL if there is nothing to serve through; RangeError for faults that there are not; Error when the kernel's protocol is too old,
   * when it did not make a character device, or when the thread fails. The descriptors are closed then
   */
  static async start(options: HostServerOptions): Promise<HostServer> {
    const signals = openSignals(options);
    const { promise, resolve, reject } = settleable();
    const server = new HostServer(options, signals, resolve);
    server.ended.then(
      () => reject(new Error('the file system was unmounted before it was served')),
      reject,
    );
    await promise;
    return server;
  }

  private constructor(
    options: HostServerOptions,
    { wakeup, interrupter }: Signals,
    onReady: () => void,
  ) {
    this.#wakeup = wakeup;
    this.#interrupter = interrupter;
    const { fuse, cuse = [], owner, deviceMode = DEVICE_MODE, domains, onWarning } = options;
    const { statistics = true, traceRecords, faults } = options;
    const version = packageVersion();
    const state = this.#state.buffer;
    const workerData: ServingOptions = {
      fuse,
      cuse,
      wakeup,
      state,
      owner,
      deviceMode,
      domains,
      statistics,
      traceRecords,
      faults,
      version,
    };
    const worker = new Worker(new URL('./serving-thread.js', import.meta.url), {
      workerData,
      // Options of this process, such as --eval, are not for the thread.
      execArgv: [],
      stdout: false,
    });
    this.ended = new Promise<void>((resolve, reject) => {
      let refused: string | undefined;
      worker.on('message', (message: ThreadMessage) => {
        if (message.type === 'ready') onReady();
        else if (message.type === 'refused') refused ??= message.reason;
        else onWarning?.(warning(message));
      });
      worker.on('error', reject);
      worker.on('exit', () => (refused === undefined ? resolve() : reject(new Error(refused))));
    }).finally(() => {
      this.#over = true;
      process.off('exit', this.#onExit);
      clearInterval(this.#stopping);
      interrupter.dispose();
      closeDescriptor(wakeup);
    });
    process.on('exit', this.#onExit);
    // Whoever wants to know of a failure waits for it; nobody having to is no reason to end the process.
    this.ended.catch(() => {});
  }

  /** Stops serving: the descriptor is closed, and whoever waits in the device gets an error. Twice does nothing. */
  async stop(): Promise<void> {
    if (!this.#over) {
      signalEventfd(this.#wakeup);
      this.#interrupt();
      // It may have been about to wait, and not have noticed.
      this.#stopping ??= setInterval(() => this.#interrupt(), INTERRUPT_MS);
    }
    await this.ended;
  }

  /**
   * Node waits for its threads when it ends, and one in a system call would never hear of it. One that has not come to serve
   * after a while has failed, or Node can stop it.
   */
  readonly #onExit = (): void => {
    const start = performance.now();
    const hopeless = () =>
      this.#state.handle === undefined && performance.now() - start > LONGEST_START_MS;
    signalEventfd(this.#wakeup);
    do this.#interrupt();
    while (!this.#state.waitOver(INTERRUPT_MS) && !hopeless());
  };

  #interrupt(): void {
    const { handle } = this.#state;
    if (handle !== undefined) this.#interrupter.interrupt(handle);
  }
}

/** By what the serving thread is told to look up from its requests. */
interface Signals {
  readonly wakeup: number;
  readonly interrupter: ThreadInterrupter;
}

/** Opens them. Closes the descriptors of the channels if they are not to be had, or if the faults are not to be read. */
function openSignals({ fuse, cuse = [], faults }: HostServerOptions): Signals {
  if (fuse === undefined && cuse.length === 0) {
    throw new EvtchnError('serve', EINVAL, 'neither a mounted tree nor a device');
  }
  let wakeup = -1;
  try {
    if (faults !== undefined) checkFaultRequest(faults);
    wakeup = openEventfd();
    return { wakeup, interrupter: new ThreadInterrupter() };
  } catch (error) {
    closeDescriptor(wakeup);
    if (fuse !== undefined) closeDescriptor(fuse);
    for (const { fd } of cuse) closeDescriptor(fd);
    throw error;
  }
}

function settleable() {
  let resolve = (): void => {};
  let reject = (_: Error): void => {};
  const promise = new Promise<void>((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  return { promise, resolve: () => resolve(), reject: (error: Error) => reject(error) };
}

/** A message of the serving thread in words. */
function warning(message: Extract<ThreadMessage, { type: 'denied' | 'reply-refused' }>): string {
  if (message.type === 'reply-refused') {
    return `the kernel refused a reply (${message.code}); please report this`;
  }
  const { pid, errno } = message;
  const why = `${errnoName(errno)}: ${errnoMessage(errno)}`;
  return pid === 0
    ? `cannot read the ioctl argument of a process in another pid namespace (${why}); serve from the namespace it is in, or one above`
    : `cannot read the ioctl argument of process ${pid} (${why}); serve as root or as that user, with kernel.yama.ptrace_scope=0 or below the same user namespace`;
}
