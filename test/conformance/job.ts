import type { Process } from './process.js';
import { runStep } from './run-step.js';
import { Thread } from './thread.js';

/** A step that runs in a thread of its own. */
export class Job {
  readonly name: string;
  /** Undefined in a forked child, which has no threads of its parent. */
  readonly thread: Thread | undefined;
  result = '';
  done = false;

  private constructor(name: string, thread: Thread | undefined) {
    this.name = name;
    this.thread = thread;
  }

  static start(process: Process, name: string, line: string): Job {
    const thread = new Thread(process, !line.startsWith('repeat'));
    const job = new Job(name, thread);
    process.run.background(job.#work(process, line), () => thread.exit());
    return job;
  }

  async #work(process: Process, line: string): Promise<void> {
    // The thread that starts it goes on first.
    await Promise.resolve();
    this.result = await runStep(this.thread!, line);
    this.done = true;
    process.run.changed.wake();
  }

  /** What a forked child knows of it: how it stood. */
  remembered(): Job {
    const job = new Job(this.name, undefined);
    job.done = this.done;
    job.result = this.result;
    return job;
  }
}
