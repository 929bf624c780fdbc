import { Client } from '../e2e/client.js';
import { program } from '../e2e/programs.js';
import { COMMAND } from '../e2e/served-host.js';

/** A program in a domain of a served host that does what it is told, through libxenevtchn. */
export class Obedient {
  readonly client: Client;

  private constructor(client: Client) {
    this.client = client;
  }

  static async start(directory: string, domain: number): Promise<Obedient> {
    const words = ['run', '--host', directory, '--domain', domain, program('obedient')];
    return new Obedient(await Client.start(process.execPath, [COMMAND, ...words]));
  }

  /** Has it do something. @returns what the call answered @throws (rejects) Error unless that is a number */
  async do(...words: readonly (string | number)[]): Promise<number> {
    this.client.say(words.join(' '));
    return this.answer();
  }

  /** Has it begin something that it will answer later. */
  begin(...words: readonly (string | number)[]): void {
    this.client.say(words.join(' '));
  }

  /** What it answers next. */
  async answer(): Promise<number> {
    const line = await this.client.line();
    if (!/^\d+$/.test(line)) throw new Error(`it says ${line}`);
    return Number(line);
  }

  /** Ends it. @throws (rejects) Error unless it ends well */
  async end(): Promise<void> {
    this.client.hangUp();
    await this.client.endedWell();
  }
}

/** Two of them, in domains 0 and 7, with a channel between them. */
export interface ObedientPair {
  readonly back: Obedient;
  readonly front: Obedient;
  readonly backPort: number;
  readonly frontPort: number;
}

/** Starts a pair, connects it, and takes the event that every connection begins with. */
export async function startPair(directory: string): Promise<ObedientPair> {
  const [back, front] = await Promise.all([
    Obedient.start(directory, 0),
    Obedient.start(directory, 7),
  ]);
  const backPort = await back.do('unbound', 7);
  const frontPort = await front.do('connect', 0, backPort);
  await front.do('pending');
  await front.do('unmask', frontPort);
  return { back, front, backPort, frontPort };
}
