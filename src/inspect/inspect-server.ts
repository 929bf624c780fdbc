import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { listen } from '../http/listen.js';
import type { ListenAddress } from '../http/listen-address.js';
import { hasMethod, reply, replyError, replyText } from '../http/reply.js';
import { urlHost } from '../http/url-host.js';
import type { WatchedHost } from '../watch/watched-host.js';
import { namesThisServer, newToken, reachableAddress, sameToken } from './access.js';
import { HostRequests, type HostRequestsOptions } from './host-requests.js';
import type { PageFiles } from './page-files.js';
import { Refusal } from './refusal.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** What is served. */
export interface InspectServerOptions extends HostRequestsOptions, ListenAddress {
  /** The files of the page. */
  readonly files: PageFiles;
  /** The host that it shows; undefined where the page has one in itself. */
  readonly host?: WatchedHost | undefined;
}

/** Milliseconds that connections get to take what they were sent last. */
const LAST_WORDS_MS = 500;

const NOT_FOUND =
  'There is nothing here. The whole address is needed that "xen-evtchn inspect" printed.';

const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'the port needs more rights',
};

/** Serves the page, and what it shows, over HTTP to who knows its token. */
export class InspectServer {
  /** Where it is, with the token: who has this has access. */
  readonly url: string;
  readonly #server: Server;
  readonly #token = newToken();
  readonly #files: PageFiles;
  readonly #requests: HostRequests | undefined;

  private constructor(
    server: Server,
    { address, port }: AddressInfo,
    { files, host, control, version }: InspectServerOptions,
  ) {
    this.#server = server;
    this.#files = files;
    this.#requests = host === undefined ? undefined : new HostRequests(host, { control, version });
    const reachable = reachableAddress(address, networkInterfaces());
    this.url = `http://${urlHost(reachable)}:${port}/${this.#token}/`;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  /** Begins to listen. @throws (rejects) Error when it cannot, as on a port that is in use */
  static async start(options: InspectServerOptions): Promise<InspectServer> {
    const server = createServer();
    const listening = await listen(server, options).catch((error: NodeJS.ErrnoException) => {
      const why = LISTEN_ERRORS[error.code ?? ''] ?? error.message;
      throw new Error(`cannot listen on ${urlHost(options.address)}:${options.port}: ${why}`);
    });
    return new InspectServer(server, listening, options);
  }

  /** Resolves with the reason when the host has ended; never where there is none. */
  get hostEnded(): Promise<string> {
    return this.#requests?.feed.ended ?? new Promise(() => {});
  }

  /** Tells every page why this is the end, and stops. */
  async close(why: string): Promise<void> {
    this.#requests?.feed.close(why);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    const patience = setTimeout(() => this.#server.closeAllConnections(), LAST_WORDS_MS);
    await closed;
    clearTimeout(patience);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    try {
      const path = this.#admitted(request);
      if (path === undefined) replyText(response, 404, NOT_FOUND);
      else await this.#answerPath(path, request, response);
    } catch (error) {
      // What is still to come of the request is not waited for.
      response.setHeader('Connection', 'close');
      if (error instanceof Refusal) replyError(response, error.status, error.message);
      else replyError(response, 500, `internal error, please report it: ${error}`);
    }
  }

  /**
   * The part of a request's path below the token; undefined without the right token.
   * @throws Refusal for a request that was led here by another site
   */
  #admitted({ url = '', headers, socket }: IncomingMessage): string | undefined {
    if (!namesThisServer(headers.host, socket.localAddress ?? '')) {
      throw new Refusal(
        421,
        'the request names another server: go there by IP address or localhost',
      );
    }
    const [, token = '', path] = /^\/([^/?]*)(?:\/([^?]*))?/.exec(url) ?? [];
    return sameToken(token, this.#token) ? path : undefined;
  }

  async #answerPath(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const file = this.#files.get(path);
    if (file !== undefined) {
      if (hasMethod(['GET', 'HEAD'], request, response)) {
        reply(response, 200, file.type, file.content);
      }
    } else if ((await this.#requests?.answer(path, request, response)) !== true) {
      replyText(response, 404, NOT_FOUND);
    }
  }
}
