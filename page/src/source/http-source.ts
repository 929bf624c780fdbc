import type { HostSnapshot } from 'xen-evtchn/embedded';
import type { HostControl, HostSource, SourceBatch } from './host-source.js';

/** What a browser has that this needs; tests bring their own. */
export interface HttpPlatform {
  fetch(url: string, request?: RequestInit): Promise<Response>;
  openEvents(url: string): EventSource;
  setTimeout(callback: () => void, milliseconds: number): number;
  clearTimeout(timer: number | undefined): void;
}

/** The browser's own. */
export const BROWSER: HttpPlatform = {
  fetch: (url, request) => fetch(url, request),
  openEvents: (url) => new EventSource(url),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds) as unknown as number,
  clearTimeout: (timer) => clearTimeout(timer),
};

/** Milliseconds before each further attempt to connect; after the last the host counts as gone. */
const RETRY_MS = [250, 500, 1000, 2000, 4000];
/** Milliseconds without a sign of life after which a connection counts as lost: beats come every 2 s. */
const SILENCE_MS = 8000;

const UNREACHABLE = 'the inspector does not answer: has xen-evtchn inspect ended?';

/** What the server says of itself. */
interface About {
  readonly name: string;
  readonly version: string;
  readonly control: boolean;
}

/** A served host, behind the HTTP server of `xen-evtchn inspect`. */
export class HttpSource implements HostSource {
  readonly name: string;
  readonly control: HostControl | undefined;
  readonly #platform: HttpPlatform;

  private constructor({ name, control }: About, platform: HttpPlatform) {
    this.name = name;
    this.#platform = platform;
    this.control = control ? this.#control() : undefined;
  }

  /** Asks the server that the page came from what it shows. @throws (rejects) Error when it does not answer */
  static async open(platform: HttpPlatform = BROWSER): Promise<HttpSource> {
    const about = (await (await ask(platform, 'api/host')).json()) as About;
    return new HttpSource(about, platform);
  }

  async snapshot(): Promise<HostSnapshot> {
    return (await (await ask(this.#platform, 'api/snapshot')).json()) as HostSnapshot;
  }

  follow(onBatch: (batch: SourceBatch) => void, onEnd: (why: string) => void): () => void {
    const connection = new Connection(this.#platform, onBatch, onEnd);
    connection.open();
    return () => connection.close();
  }

  #control(): HostControl {
    const post = async (command: string, body: Record<string, number>): Promise<void> => {
      await ask(this.#platform, `api/${command}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    };
    return {
      notify: (domid, port) => post('notify', { domid, port }),
      raiseVirq: (domid, virq, vcpu) => post('virq', { domid, virq, vcpu }),
      destroyDomain: (domid) => post('destroy', { domid }),
    };
  }
}

/** Asks the server. @throws (rejects) Error with its own words when it refuses, and when it does not answer */
async function ask(platform: HttpPlatform, path: string, request?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await platform.fetch(path, request);
  } catch {
    throw new Error(UNREACHABLE);
  }
  if (response.ok) return response;
  throw new Error(await complaint(response));
}

async function complaint(response: Response): Promise<string> {
  if (response.headers.get('Content-Type')?.startsWith('application/json')) {
    const { error } = (await response.json()) as { readonly error?: string };
    if (error !== undefined) return error;
  }
  return `the inspector answers ${response.status}: is this the address that it printed?`;
}

/** One following: a connection, made anew for a while when it is lost. */
class Connection {
  readonly #platform: HttpPlatform;
  readonly #onBatch: (batch: SourceBatch) => void;
  readonly #onEnd: (why: string) => void;
  #events: EventSource | undefined;
  #timer: number | undefined;
  #attempts = 0;
  #connected = false;
  /** The connection was lost and made anew: what happened meanwhile is lost, and nobody knows how much it was. */
  #gap = false;

  constructor(
    platform: HttpPlatform,
    onBatch: (batch: SourceBatch) => void,
    onEnd: (why: string) => void,
  ) {
    this.#platform = platform;
    this.#onBatch = onBatch;
    this.#onEnd = onEnd;
  }

  open(): void {
    const events = this.#platform.openEvents('api/events');
    this.#events = events;
    this.#watch();
    events.addEventListener('beat', () => {
      this.#attempts = 0;
      this.#connected = true;
      this.#watch();
    });
    events.addEventListener('batch', (event) => {
      this.#watch();
      this.#take(JSON.parse((event as MessageEvent<string>).data) as SourceBatch);
    });
    events.addEventListener('end', (event) => {
      this.close();
      this.#onEnd((JSON.parse((event as MessageEvent<string>).data) as { why: string }).why);
    });
    events.addEventListener('error', () => this.#lost());
  }

  close(): void {
    this.#platform.clearTimeout(this.#timer);
    this.#events?.close();
    this.#events = undefined;
  }

  #take(batch: SourceBatch): void {
    const dropped = this.#gap ? Math.max(1, batch.dropped) : batch.dropped;
    this.#gap = false;
    this.#onBatch({ ...batch, dropped });
  }

  /** Begins to wait anew for a sign of life. */
  #watch(): void {
    this.#platform.clearTimeout(this.#timer);
    this.#timer = this.#platform.setTimeout(() => this.#lost(), SILENCE_MS);
  }

  #lost(): void {
    // An EventSource would try for ever, and at once.
    this.close();
    this.#gap = this.#connected;
    const pause = RETRY_MS[this.#attempts++];
    if (pause === undefined) this.#onEnd(UNREACHABLE);
    else this.#timer = this.#platform.setTimeout(() => this.open(), pause);
  }
}
