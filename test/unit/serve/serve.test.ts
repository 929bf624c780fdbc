import { closeSync, existsSync, fstatSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Audience } from '../../../src/serve/readiness.js';
import {
  type ServedHost,
  type ServeMeans,
  type ServeOptions,
  type StartHost,
  serve,
} from '../../../src/serve/serve.js';
import { StopRequest } from '../../../src/serve/stop-request.js';
import { FakeMounter } from './fake-mounter.js';
import { mountOf } from './mounts.js';
import { ownFolder } from './own-folder.js';

/** A host that ends when the test says so. */
class FakeHost implements ServedHost {
  readonly ended: Promise<void>;
  stops = 0;
  end = (): void => {};
  fail = (_: Error): void => {};

  constructor() {
    this.ended = new Promise((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
    });
  }

  async stop(): Promise<void> {
    this.stops++;
    this.end();
    await this.ended;
  }
}

/** A machine on which a host is served, and what happened on it. */
class Machine {
  readonly folder = ownFolder();
  readonly at = join(this.folder, 'host');
  readonly mounter = new FakeMounter();
  readonly host = new FakeHost();
  readonly printed: string[] = [];
  readonly said: string[] = [];
  readonly stop = new StopRequest(() => {});
  /** What the host was started with. */
  started: Parameters<StartHost>[0] | undefined;
  readonly #listeners = process.listenerCount('exit');
  #whenPrinted = (): void => {};

  /** Resolves when it says that it serves. */
  readonly serving = new Promise<void>((resolve) => {
    this.#whenPrinted = resolve;
  });

  options(given: Partial<ServeOptions> = {}): ServeOptions {
    const usual = {
      domains: [0],
      devXen: undefined,
      cuse: undefined,
      allowOther: false,
      deviceMode: 0o600,
    };
    return { at: this.at, ...usual, ...given };
  }

  means(startHost?: StartHost): ServeMeans {
    const audience: Audience = {
      print: (line) => {
        this.printed.push(line);
        this.#whenPrinted();
      },
      say: (line) => this.said.push(line),
      readyFd: undefined,
      notifySocket: undefined,
    };
    const start: StartHost = async (options) => {
      this.started = options;
      closeSync(options.fuse);
      return this.host;
    };
    return { mounter: this.mounter, startHost: startHost ?? start, stop: this.stop, audience };
  }

  /** Asks it to stop, as a signal does. */
  signal(): void {
    this.stop.listen();
    process.emit('SIGTERM');
    this.stop.ignore();
  }

  /** What is left of it. */
  left(): unknown {
    const open = this.mounter.descriptors.filter((fd) => {
      try {
        return fstatSync(fd).isCharacterDevice();
      } catch {
        return false;
      }
    });
    const listeners = process.listenerCount('exit') - this.#listeners;
    return { directory: existsSync(this.at), mounts: this.mounter.table, open, listeners };
  }
}

const NOTHING = { directory: false, mounts: [], open: [], listeners: 0 };

describe('serve', () => {
  it('serves what is asked for until it is to stop, and leaves nothing', async () => {
    const machine = new Machine();
    const options = machine.options({ domains: [0, 7], allowOther: true, deviceMode: 0o660 });
    const end = serve(options, machine.means());
    await machine.serving;
    expect(machine.printed).toEqual([`serving ${machine.at}`]);
    expect(machine.mounter.asked).toEqual([{ mountpoint: machine.at, allowOther: true }]);
    const owner = { uid: process.getuid!(), gid: process.getgid!() };
    expect(machine.started).toMatchObject({ owner, deviceMode: 0o660, domains: [0, 7] });
    expect(machine.host.stops).toBe(0);
    machine.signal();
    await end;
    expect(machine.host.stops).toBe(1);
    expect(machine.mounter.unmounted).toEqual([machine.at]);
    expect(machine.left()).toEqual(NOTHING);
    expect(machine.said).toEqual([]);
  });

  it('ends well, with a line, when somebody else unmounts it', async () => {
    const machine = new Machine();
    const end = serve(machine.options(), machine.means());
    await machine.serving;
    machine.mounter.table = [];
    machine.host.end();
    await end;
    expect(machine.said).toEqual([`${machine.at} was unmounted: ending`]);
    expect(machine.mounter.unmounted).toEqual([]);
    expect(machine.left()).toEqual(NOTHING);
  });

  it('passes on the failure of the server, and leaves nothing', async () => {
    const machine = new Machine();
    const end = serve(machine.options(), machine.means());
    await machine.serving;
    machine.host.fail(new Error('the thread has died'));
    await expect(end).rejects.toThrow('the thread has died');
    expect(machine.left()).toEqual(NOTHING);
  });

  it('leaves nothing when the server does not start', async () => {
    const machine = new Machine();
    const means = machine.means(async ({ fuse }) => {
      closeSync(fuse);
      throw new Error('the protocol is too old');
    });
    await expect(serve(machine.options(), means)).rejects.toThrow('the protocol is too old');
    expect(machine.printed).toEqual([]);
    expect(machine.left()).toEqual(NOTHING);
  });

  it('leaves nothing when it cannot mount', async () => {
    const machine = new Machine();
    machine.mounter.mount = () => Promise.reject(new Error('no'));
    await expect(serve(machine.options(), machine.means())).rejects.toThrow('no');
    expect(machine.left()).toEqual(NOTHING);
  });

  it('closes the descriptor when its mount is gone at once', async () => {
    const machine = new Machine();
    const { mounter } = machine;
    mounter.mounts = () => [];
    await expect(serve(machine.options(), machine.means())).rejects.toMatchObject({
      code: 'EBUSY',
    });
    expect(machine.left()).toMatchObject({ open: [], directory: false });
    expect(machine.started).toBeUndefined();
  });

  it('mounts nothing when a signal came first, and ends well', async () => {
    const machine = new Machine();
    machine.signal();
    await serve(machine.options(), machine.means());
    expect(machine.printed).toEqual([]);
    expect(machine.mounter.asked).toEqual([]);
    expect(machine.left()).toEqual(NOTHING);
  });

  it('is not ready when a signal comes while the host starts, and ends well', async () => {
    const machine = new Machine();
    const means = machine.means(async ({ fuse }) => {
      closeSync(fuse);
      machine.signal();
      return machine.host;
    });
    await serve(machine.options(), means);
    expect(machine.printed).toEqual([]);
    expect(machine.host.stops).toBe(1);
    expect(machine.left()).toEqual(NOTHING);
  });

  it('ends well when starting fails after a signal came', async () => {
    const machine = new Machine();
    machine.mounter.mount = () => {
      machine.signal();
      return Promise.reject(new Error('killed by the same signal'));
    };
    await serve(machine.options(), machine.means());
    expect(machine.left()).toEqual(NOTHING);
  });

  it('leaves another host alone that came to the same place, and says so', async () => {
    const machine = new Machine();
    const end = serve(machine.options(), machine.means());
    await machine.serving;
    const [own] = machine.mounter.table;
    const other = mountOf({ mountpoint: machine.at, id: 500, parent: own!.id, device: '0:77' });
    machine.mounter.table.push(other);
    machine.signal();
    await end;
    expect(machine.mounter.unmounted).toEqual([]);
    expect(machine.said[0]).toContain('was mounted over it');
  });

  it('takes back what it made when the process ends by itself', async () => {
    const machine = new Machine();
    const end = serve(machine.options(), machine.means());
    await machine.serving;
    const atExit = process.listeners('exit').at(-1)!;
    atExit.call(process, 1);
    expect(machine.mounter.unmounted).toEqual([machine.at]);
    expect(existsSync(machine.at)).toBe(false);
    machine.signal();
    await end;
  });
});

describe('serve with metrics', () => {
  it('has them at the address it prints when it is ready, and nowhere after the end', async () => {
    const machine = new Machine();
    const metrics = { address: '127.0.0.1', port: 0 };
    const served = serve(machine.options({ metrics }), machine.means());
    await machine.serving;
    expect(machine.printed).toEqual([
      `serving ${machine.at}`,
      expect.stringMatching(/^metrics at http:\/\/127\.0\.0\.1:\d+\/metrics$/),
    ]);
    const url = machine.printed[1]!.slice('metrics at '.length);
    writeFileSync(join(machine.at, 'metrics'), 'events 1\n');
    expect(await (await fetch(url)).text()).toBe('events 1\n');
    rmSync(join(machine.at, 'metrics'));
    expect((await fetch(url)).status).toBe(503);
    machine.signal();
    await served;
    await expect(fetch(url)).rejects.toThrow();
    expect(machine.left()).toEqual(NOTHING);
  });

  it('does not start where another program listens, and leaves nothing', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const machine = new Machine();
    const options = machine.options({ metrics: { address: '127.0.0.1', port } });
    await expect(serve(options, machine.means())).rejects.toThrow('EADDRINUSE');
    expect([machine.printed, machine.host.stops, machine.left()]).toEqual([[], 1, NOTHING]);
    await new Promise((resolve) => other.close(resolve));
  });
});
