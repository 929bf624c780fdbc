import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorText } from '../errors/error-text.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { listen } from '../http/listen.js';
import type { ListenAddress } from '../http/listen-address.js';
import { reply, replyText } from '../http/reply.js';
import { urlHost } from '../http/url-host.js';

const PATH = '/metrics';
/** As Prometheus names its text format. */
const METRICS = 'text/plain; version=0.0.4; charset=utf-8';

/** What can be done when the address cannot be had. */
const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there: choose another port, or 0 for one that is free',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'the port needs more rights: choose one from 1024 on',
};

/** The metrics of a host over HTTP, for Prometheus to scrape: `GET /metrics`. */
export class MetricsEndpoint {
  /** Where they are. */
  readonly url: string;
  readonly #server: Server;
  readonly #file: string;

  private constructor(server: Server, { address, port }: AddressInfo, file: string) {
    this.#server = server;
    this.#file = file;
    this.url = `http://${urlHost(address)}:${port}${PATH}`;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  /**
   * Begins to listen.
   * @param file - what is read for each request: the file `metrics` of a served host
   * @throws (rejects) EvtchnError, as EADDRINUSE for an address that another program has
   */
  static async start(address: ListenAddress, file: string): Promise<MetricsEndpoint> {
    const server = createServer();
    const listening = await listen(server, address).catch((error: NodeJS.ErrnoException) => {
      const { code = '', errno } = error;
      const where = `listen ${address.address} port ${address.port}`;
      throw errno === undefined ? error : new EvtchnError(where, errno, ADVICE[code]);
    });
    return new MetricsEndpoint(server, listening, file);
  }

  /** Ends it, whoever is connected. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer({ method = '', url = '' }: IncomingMessage, response: ServerResponse) {
    const [path] = url.split('?');
    if (path !== PATH) return replyText(response, 404, `There is nothing here but ${PATH}.`);
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return replyText(response, 405, `${PATH} can only be read.`);
    }
    try {
      reply(response, 200, METRICS, await readFile(this.#file));
    } catch (error) {
      replyText(response, 503, `The host cannot be read: ${errorText(error)}`);
    }
  }
}
