import { join } from 'node:path';
import type { Stage } from '../../src/run/stage.js';
import { compileC } from '../../test/c/compile.js';
import type { Cpus } from './cpus.js';
import { Program } from './program.js';
import type { Programs, ServerKind } from './servers.js';

/** A server that is ready. */
interface Server {
  readonly program: Program;
  readonly devices: readonly string[];
}

/** What groups measure with: servers, side by side, and the programs that are their clients. */
export class Testbed {
  /** The first CPU there is, and the last. */
  readonly cpus: Cpus;
  readonly #stage: Stage;
  readonly #programs: Programs = {
    constantServer: compileC('bench/served/constant-server.c'),
    requests: compileC('bench/served/requests.c'),
    path: compileC('bench/served/path.c'),
  };
  #running: Program[] = [];
  #mounts = 0;

  /** @param stage - for mount points */
  constructor(stage: Stage, cpus: Cpus) {
    this.#stage = stage;
    this.cpus = cpus;
  }

  /** Starts a server and a client that makes single requests. @param cpu - for both; undefined for any */
  async requests(kind: ServerKind, cpu?: number): Promise<Program> {
    const { devices, program } = await this.#serve(kind, cpu);
    const answers = kind.real ? 'checked' : 'constant';
    const { requests } = this.#programs;
    return this.#start([requests, devices[0]!, answers, String(program.pid)], cpu);
  }

  /** Starts two processes that send each other events. @param kind - the server between them; undefined for eventfds */
  async path(kind: ServerKind | undefined, cpu?: number): Promise<Program> {
    const between = kind === undefined ? ['eventfd'] : (await this.#serve(kind, cpu)).devices;
    return this.#start([this.#programs.path, ...between], cpu);
  }

  /** Ends all that was started, the last first: clients before their servers. */
  async clear(): Promise<void> {
    for (const program of this.#running.reverse()) await program.stop();
    this.#running = [];
  }

  async #serve(kind: ServerKind, cpu?: number): Promise<Server> {
    const folder = this.#stage.directory(String(this.#mounts++));
    const program = this.#start(kind.command(folder, this.#programs), cpu);
    await program.line();
    return { program, devices: kind.devices.map((device) => join(folder, device)) };
  }

  #start(command: readonly string[], cpu?: number): Program {
    const program = new Program(command, cpu);
    this.#running.push(program);
    return program;
  }
}
