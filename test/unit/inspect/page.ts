import { request as httpRequest } from 'node:http';
import type { PageFiles } from '../../../src/inspect/page-files.js';

/** A small page. */
export const FILES: PageFiles = new Map([
  ['', { type: 'text/html; charset=utf-8', content: Buffer.from('<p>page</p>') }],
  ['assets/a.js', { type: 'text/javascript; charset=utf-8', content: Buffer.from('1;') }],
]);

/** An answer of the server. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What to ask for. */
export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks the server, with the very path and headers given: fetch would mend them. */
export function ask(url: string, path: string, question: Question = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = question;
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: hostname, port, path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode!, headers: response.headers, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A message of the stream of events. */
export interface Message {
  readonly event: string;
  readonly data: unknown;
}

/** Follows the stream of events of a page, as a browser does. */
export class Listener {
  readonly messages: Message[] = [];
  readonly #aborter = new AbortController();
  #wake = (): void => {};
  #over = false;

  private constructor(url: string) {
    void this.#listen(url);
  }

  /** Begins, and waits for the first message: then the server knows of it. */
  static async open(url: string): Promise<Listener> {
    const listener = new Listener(`${url}api/events`);
    await listener.until((messages) => messages.length > 0);
    return listener;
  }

  /** Waits until what has come so far is enough. @throws (rejects) Error if the stream ends before */
  async until(enough: (messages: readonly Message[]) => boolean): Promise<void> {
    while (!enough(this.messages)) {
      if (this.#over) throw new Error(`it ended after ${JSON.stringify(this.messages)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Waits for the stream's end. */
  async ended(): Promise<void> {
    while (!this.#over) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#aborter.abort();
  }

  async #listen(url: string): Promise<void> {
    try {
      const { body } = await fetch(url, { signal: this.#aborter.signal });
      let text = '';
      for await (const part of body!.pipeThrough(new TextDecoderStream())) {
        const parts = (text + part).split('\n\n');
        text = parts.pop()!;
        for (const each of parts) this.messages.push(messageOf(each));
        this.#wake();
      }
    } catch {
      // It was closed, here or there.
    }
    this.#over = true;
    this.#wake();
  }
}

function messageOf(text: string): Message {
  const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(text) ?? [];
  return { event: event!, data: JSON.parse(data!) };
}
