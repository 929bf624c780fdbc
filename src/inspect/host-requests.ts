import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasMethod, replyJson } from '../http/reply.js';
import type { WatchedHost } from '../watch/watched-host.js';
import { comesFromThePage } from './access.js';
import { type ControlName, control } from './control-request.js';
import { EventFeed } from './event-feed.js';
import { Refusal } from './refusal.js';

const CONTROLS: ReadonlyMap<string, ControlName> = new Map([
  ['api/notify', 'notify'],
  ['api/virq', 'virq'],
  ['api/destroy', 'destroy'],
]);

/** What the page is told about its host. */
export interface HostRequestsOptions {
  /** The page may change the host. */
  readonly control: boolean;
  /** Of this package. */
  readonly version: string;
}

/** Answers what the page asks about a host. */
export class HostRequests {
  readonly feed: EventFeed;
  readonly #host: WatchedHost;
  readonly #options: HostRequestsOptions;
  #snapshot: Promise<string> | undefined;

  constructor(host: WatchedHost, options: HostRequestsOptions) {
    this.feed = new EventFeed(host);
    this.#host = host;
    this.#options = options;
  }

  /**
   * Answers a request.
   * @param path - below the token
   * @returns false if there is nothing of that path
   * @throws (rejects) Refusal
   */
  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const command = CONTROLS.get(path);
    if (command !== undefined) {
      if (hasMethod(['POST'], request, response)) await this.#control(command, request, response);
      return true;
    }
    if (!['api/host', 'api/snapshot', 'api/events'].includes(path)) return false;
    if (!hasMethod(['GET'], request, response)) return true;
    if (path === 'api/events') this.#follow(response);
    else if (path === 'api/snapshot') replyJson(response, 200, await this.#taken());
    else replyJson(response, 200, JSON.stringify({ name: this.#host.name, ...this.#options }));
    return true;
  }

  async #control(
    command: ControlName,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (!comesFromThePage(request)) throw new Refusal(403, 'the request comes from another page');
    if (!this.#options.control) {
      throw new Refusal(403, 'this page may only look: start it with --allow-control');
    }
    await control(this.#host, command, request);
    response.writeHead(204).end();
  }

  /** The host as it is now: who asks while it is being looked at gets the same. */
  #taken(): Promise<string> {
    this.#snapshot ??= this.#host
      .snapshot()
      .then((snapshot) => JSON.stringify(snapshot))
      .catch((error: Error) => {
        throw new Refusal(503, error.message);
      })
      .finally(() => {
        this.#snapshot = undefined;
      });
    return this.#snapshot;
  }

  #follow(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.socket?.setNoDelay(true);
    const subscription = this.feed.join({
      send: (message) => response.write(message),
      end: (message) => response.end(message),
    });
    response.on('drain', () => subscription.drained());
    response.on('close', () => subscription.leave());
  }
}
