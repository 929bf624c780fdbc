import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, type ChildOptions } from './child.js';

/** A folder in which programs are built and run. When it is closed, all of them and the folder itself are gone. */
export class Workshop {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'xen-evtchn-demo-'));
  readonly #children: Child[] = [];
  #closing: Promise<void> | undefined;

  /** Starts a program there. @throws Error once it is closed */
  start(command: readonly string[], options: Omit<ChildOptions, 'cwd'> = {}): Child {
    if (this.#closing !== undefined) throw new Error('the workshop is closed');
    const child = new Child(command, { cwd: this.folder, ...options });
    this.#children.push(child);
    return child;
  }

  /** Runs a program that reads nothing to its end. @throws (rejects) Error if it takes too long */
  async run(command: readonly string[]): Promise<{ status: number; output: string }> {
    const child = this.start(command);
    child.hangUp();
    const status = await child.ended();
    return { status, output: child.output };
  }

  /** Ends what runs, the latest first, and removes the folder. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const child of this.#children.reverse()) await child.stop();
    rmSync(this.folder, { recursive: true });
  }
}
