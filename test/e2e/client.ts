import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { basename } from 'node:path';
import { PATIENCE, within } from './deadline.js';

/** What came of a program. */
export interface Outcome {
  /** Exit status; 128 + N if signal N ended it, as a shell has it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to start a program. */
export interface ClientOptions {
  /** User and group, without further groups; ours unless given. */
  readonly user?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const running = new Set<Client>();

/** A program that a test has started, and talks to by lines. */
export class Client {
  readonly name: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<Outcome>;
  #stdout = '';
  #stderr = '';
  /** How far the lines of stdout were taken. */
  #taken = 0;
  #outcome: Outcome | undefined;
  #onChange = (): void => {};

  private constructor(child: ChildProcess, name: string) {
    this.name = name;
    this.pid = child.pid!;
    this.#child = child;
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#onChange();
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    // A program that has ended does not read what it is told; what it says at its end is the test's to judge.
    child.stdin!.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        running.delete(this);
        const status = signal === null ? code! : 128 + constants.signals[signal];
        this.#outcome = { status, stdout: this.#stdout, stderr: this.#stderr };
        resolve(this.#outcome);
        this.#onChange();
      });
    });
  }

  /** Starts a program. @throws (rejects) Error if it cannot be started */
  static async start(
    program: string,
    args: readonly (string | number)[],
    { user, environment = {}, cwd }: ClientOptions = {},
  ): Promise<Client> {
    const child = spawn(program, args.map(String), {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
      ...(user === undefined ? {} : { uid: user, gid: user }),
      ...(cwd === undefined ? {} : { cwd }),
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    const client = new Client(child, `${basename(program)} ${args.join(' ')}`);
    running.add(client);
    return client;
  }

  /** Whether it has not ended yet. */
  get alive(): boolean {
    return this.#outcome === undefined;
  }

  /** What it has said on stderr so far. */
  get complaints(): string {
    return this.#stderr;
  }

  /**
   * The next line of its stdout, without the newline.
   * @throws (rejects) Error if it ends without one, or the deadline passes
   */
  async line(deadline = PATIENCE): Promise<string> {
    const next = new Promise<string>((resolve, reject) => {
      const look = (): void => {
        const end = this.#stdout.indexOf('\n', this.#taken);
        if (end >= 0) {
          const line = this.#stdout.slice(this.#taken, end);
          this.#taken = end + 1;
          this.#onChange = () => {};
          resolve(line);
        } else if (this.#outcome !== undefined) {
          reject(new Error(`it ended instead of saying more: ${this.#describe()}`));
        }
      };
      this.#onChange = look;
      look();
    });
    return within(deadline, () => `no further line: ${this.#describe()}`, next);
  }

  /** Writes a line to its stdin. */
  say(line = ''): void {
    this.#child.stdin!.write(`${line}\n`);
  }

  /** Writes to its stdin. */
  write(text: string): void {
    this.#child.stdin!.write(text);
  }

  /** Ends its stdin. */
  hangUp(): void {
    this.#child.stdin!.end();
  }

  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for its end. @throws (rejects) Error if the deadline passes */
  async ended(deadline = PATIENCE): Promise<Outcome> {
    return within(deadline, () => `still running: ${this.#describe()}`, this.#ended);
  }

  /** Waits for an end with status 0 and nothing on stderr; what it wrote to stdout. @throws (rejects) Error */
  async endedWell(deadline = PATIENCE): Promise<string> {
    const { status, stdout, stderr } = await this.ended(deadline);
    if (status !== 0 || stderr !== '') throw new Error(this.#describe());
    return stdout;
  }

  #describe(): string {
    const state = this.#outcome === undefined ? 'running' : `status ${this.#outcome.status}`;
    const tail = (text: string) => text.slice(-2000);
    return `${this.name} (pid ${this.pid}, ${state})\nstdout: ${tail(this.#stdout)}\nstderr: ${tail(this.#stderr)}`;
  }
}

/** Runs a program to its end. @throws (rejects) Error unless it ends well by the deadline */
export async function output(
  program: string,
  args: readonly (string | number)[],
  options: ClientOptions & { readonly deadline?: number; readonly input?: string } = {},
): Promise<string> {
  const client = await Client.start(program, args, options);
  if (options.input !== undefined) client.say(options.input);
  client.hangUp();
  return client.endedWell(options.deadline);
}

/**
 * Kills every program that is still running.
 * @returns what was running, with what it has said: a test that ended well has none
 */
export async function killClients(): Promise<string[]> {
  const left = [...running];
  // All at once: one that hangs in a server's answer ends when the server does.
  for (const client of left) client.signal('SIGKILL');
  const ends = await Promise.allSettled(left.map((client) => client.ended()));
  return ends.map((end, index) =>
    end.status === 'fulfilled' ? left[index]!.name : `${end.reason}`,
  );
}
