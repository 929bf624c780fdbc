import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { errorText } from '../errors/error-text.js';
import { EvtchnError } from '../errors/evtchn-error.js';

/** Where metrics are to be had. */
export interface MetricsAddress {
  /** An IP address of this machine. */
  readonly address: string;
  /** 0 for one that is free. */
  readonly port: number;
}

const PATH = '/metrics';
const PLAIN = 'text/plain; charset=utf-8';
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

  private constructor(server: Server, file: string) {
    this.#server = server;
    this.#file = file;
    const { address, port } = server.address() as AddressInfo;
    this.url = `http://${isIPv6(address) ? `[${address}]` : address}:${port}${PATH}`;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  /**
   * Begins to listen.
   * @param file - what is read for each request: the file `metrics` of a served host
   * @throws (rejects) EvtchnError, as EADDRINUSE for an address that another program has
   */
  static async start({ address, port }: MetricsAddress, file: string): Promise<MetricsEndpoint> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const { code = '', errno } = error;
        const where = `listen ${address} port ${port}`;
        reject(errno === undefined ? error : new EvtchnError(where, errno, ADVICE[code]));
      });
      server.listen(port, address, resolve);
    });
    return new MetricsEndpoint(server, file);
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
    if (path !== PATH) return send(response, 404, PLAIN, `There is nothing here but ${PATH}.\n`);
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return send(response, 405, PLAIN, `${PATH} can only be read.\n`);
    }
    try {
      send(response, 200, METRICS, await readFile(this.#file));
    } catch (error) {
      send(response, 503, PLAIN, `The host cannot be read: ${errorText(error)}\n`);
    }
  }
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
