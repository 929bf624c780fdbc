import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A line takes longer only if something hangs. */
const PATIENCE_MS = 60_000;

/** A program that prints a line when it is ready, or one for each that it is given. */
export class Program {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;

  /** @param cpu - the only CPU it may use; undefined for all */
  constructor(command: readonly string[], cpu?: number) {
    const pinned = cpu === undefined ? [] : ['taskset', '--cpu-list', String(cpu)];
    const [file, ...args] = [...pinned, ...command];
    this.#name = command.join(' ');
    this.#child = spawn(file!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    this.#ended = once(this.#child, 'exit');
    // That it reads no more shows as the end of its lines.
    this.#child.stdin!.on('error', () => undefined);
  }

  /** The next line it prints. @throws Error if it ends instead, or hangs */
  async line(): Promise<string> {
    const { value, done } = await this.#within(this.#lines.next());
    if (done) throw new Error(`${this.#name} ended early`);
    return value;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Asks for a line of figures. @param how - what it is told */
  async figures(how: string): Promise<number[]> {
    this.#child.stdin!.write(`${how}\n`);
    return (await this.line()).split(' ').map(Number);
  }

  /** Tells it to end, and waits until it has. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#within(this.#ended);
  }

  async #within<Value>(result: Promise<Value>): Promise<Value> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${this.#name} hangs`)), PATIENCE_MS);
    });
    try {
      return await Promise.race([result, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
