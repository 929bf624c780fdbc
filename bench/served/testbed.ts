import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stage } from '../../src/run/stage.js';
import { compileC } from '../../test/c/compile.js';
import type { Cpus } from './cpus.js';
import { Program } from './program.js';
import { CLIENT, type Programs, type ServerKind, XEN_EVTCHN } from './servers.js';

/** A server that is ready. */
export interface Server {
  readonly program: Program;
  /** Where its tree is mounted. */
  readonly folder: string;
  /** Of domains 0 and 1; for single requests, the first. */
  readonly devices: readonly string[];
  /** The only CPU for it and its clients; undefined for any. */
  readonly cpu: number | undefined;
}

/** What the first side of an event's way waits in, in C; undefined for a blocking read. */
export type Wait = 'epoll' | 'thread' | undefined;

/** What groups measure with: servers, side by side, and the programs that are their clients. */
export class Testbed {
  /** The first CPU there is, and the last. */
  readonly cpus: Cpus;
  readonly #stage: Stage;
  readonly #programs: Programs = {
    constantServer: compileC('bench/served/constant-server.c'),
    requests: compileC('bench/served/requests.c'),
    path: compileC('bench/served/path.c'),
    bursts: compileC('bench/served/bursts.c'),
    ports: compileC('test/c/many-ports.c', { libraries: ['xenevtchn', 'xentoolcore', 'pthread'] }),
  };
  #running: Program[] = [];
  #mounts = 0;

  /** @param stage - for mount points */
  constructor(stage: Stage, cpus: Cpus) {
    this.#stage = stage;
    this.cpus = cpus;
  }

  /** Starts a server. @param cpu - for it and its clients; undefined for any */
  async serve(kind: ServerKind, cpu?: number): Promise<Server> {
    const folder = this.#stage.directory(String(this.#mounts++));
    const program = this.#start(kind.command(folder, this.#programs), cpu);
    await program.line();
    return { program, folder, devices: kind.devices.map((device) => join(folder, device)), cpu };
  }

  /** Starts a server and a client that makes single requests. @param cpu - for both; undefined for any */
  async requests(kind: ServerKind, cpu?: number): Promise<Program> {
    return this.requestsOf(await this.serve(kind, cpu), kind.real ? 'checked' : 'constant');
  }

  /** Starts a client that makes single requests. */
  requestsOf({ devices, program, cpu }: Server, answers: 'checked' | 'constant'): Program {
    const { requests } = this.#programs;
    return this.#start([requests, devices[0]!, answers, String(program.pid)], cpu);
  }

  /** Starts two processes that send each other events. @param kind - the server between them; undefined for eventfds */
  async path(kind: ServerKind | undefined, cpu?: number): Promise<Program> {
    if (kind === undefined) return this.#start([this.#programs.path, 'eventfd'], cpu);
    return this.pathOver(await this.serve(kind, cpu));
  }

  /** Starts two processes that send each other events over a server. */
  pathOver({ devices, cpu }: Server, wait?: Wait): Program {
    return this.#start([this.#programs.path, ...devices, ...(wait ? [wait] : [])], cpu);
  }

  /** Starts the second of two processes that send each other events. @param port - of the first, in domain 0 */
  echo({ devices, cpu }: Server, port: string): Program {
    return this.#start([this.#programs.path, 'echo', devices[1]!, port], cpu);
  }

  /** Starts a program that takes events which are there already. */
  bursts({ devices, cpu }: Server): Program {
    return this.#start([this.#programs.bursts, ...devices], cpu);
  }

  /**
   * Starts a program with the client of the package, on the device of domain 0.
   * @param way - what it does
   * @param argument - what that needs besides
   * @returns the program, and what it said when it was ready
   */
  async client(
    { devices, cpu }: Server,
    way: string,
    argument = '',
  ): Promise<{ program: Program; ready: string }> {
    const command = [process.execPath, '--expose-gc', CLIENT, way, devices[0]!, argument];
    const program = this.#start(command, cpu);
    return { program, ready: await program.line() };
  }

  /** Follows the trace of a served host into a file, until all ends. @param cpu - for it alone; undefined for any */
  async trace({ folder }: Server, cpu?: number): Promise<void> {
    const file = join(this.#stage.directory(String(this.#mounts++)), 'trace');
    this.#start([process.execPath, XEN_EVTCHN, 'trace', '--host', folder, '-o', file], cpu);
    await isTraced(folder);
  }

  /** Starts a program that holds ports of domain 0, and waits until it has them. */
  async ports({ devices, cpu }: Server, count: number): Promise<void> {
    await this.#start([this.#programs.ports, devices[0]!, String(count), '0'], cpu).line();
  }

  /** Ends all that was started, the last first: clients before their servers. */
  async clear(): Promise<void> {
    for (const program of this.#running.reverse()) await program.stop();
    this.#running = [];
  }

  #start(command: readonly string[], cpu?: number): Program {
    const program = new Program(command, cpu);
    this.#running.push(program);
    return program;
  }
}

/** Milliseconds between two looks whether a host is traced. */
const LOOK_MS = 10;

/** Waits until somebody follows the trace of a host. */
async function isTraced(folder: string): Promise<void> {
  while (!/^traces [1-9]/m.test(await readFile(join(folder, 'server'), 'utf8'))) {
    await delay(LOOK_MS);
  }
}
