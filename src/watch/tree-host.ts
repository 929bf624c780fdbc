import { constants } from 'node:fs';
import { type FileHandle, open, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EINVAL } from '../abi/errno.js';
import { checkInteger, checkU32 } from '../errors/argument.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import { parseSnapshot } from '../snapshot/snapshot-text.js';
import type { TraceBatch } from '../trace/trace-batch.js';
import { followTrace } from './follow-trace.js';
import { readServedText } from './read-served-text.js';
import type { FollowOptions, WatchedHost } from './watched-host.js';

/** Where the tree of a host is, and how to speak of it. */
export interface HostTreePlace {
  /** A directory. */
  readonly path: string;
  /** The host, for people: where it is served, or by whom. */
  readonly name: string;
  /** What a failed system call on the tree says about the host, in words. */
  readonly explain: (error: unknown) => Error;
}

/** A served host through the files of its tree. */
export class TreeHost implements WatchedHost {
  readonly name: string;
  readonly directory: string;
  readonly #place: HostTreePlace;

  constructor(place: HostTreePlace) {
    this.name = place.name;
    this.directory = place.path;
    this.#place = place;
  }

  async snapshot(domid?: number): Promise<HostSnapshot> {
    const file = domid === undefined ? 'state' : join(domainName(domid), 'state');
    return parseSnapshot(
      await this.#try(domid, () => readServedText(join(this.#place.path, file))),
    );
  }

  async *follow(options: FollowOptions = {}): AsyncIterable<TraceBatch> {
    const file = await this.#try(undefined, () => open(join(this.#place.path, 'trace'), 'r'));
    try {
      yield* followTrace(file, options);
    } finally {
      await closeQuietly(file);
    }
  }

  async notify(domid: number, port: number, incoming = false): Promise<void> {
    checkU32('port', port);
    const refused = incoming
      ? new EvtchnError('notify', EINVAL, `port ${port} of domain ${domid} is free, or Xen's own`)
      : new EvtchnError(
          'EVTCHNOP_send',
          EINVAL,
          `nothing can be sent on port ${port} of domain ${domid}: it is free, or a VIRQ's, a physical interrupt's or Xen's own`,
        );
    await this.#write(domid, 'notify', `${port}${incoming ? ' incoming' : ''}\n`, refused);
  }

  async raiseVirq(domid: number, virq: number, vcpu = 0): Promise<void> {
    checkU32('virq', virq);
    checkU32('vcpu', vcpu);
    const advice = `there is no VIRQ ${virq} for vCPU ${vcpu} of domain ${domid}`;
    const refused = new EvtchnError('raise VIRQ', EINVAL, advice);
    await this.#write(domid, 'virq', `${virq} ${vcpu}\n`, refused);
  }

  async destroyDomain(domid: number): Promise<void> {
    await this.#try(domid, () => rmdir(join(this.#place.path, domainName(domid))));
  }

  /** Writes a line to a file of a domain. @param refused - what EINVAL means */
  async #write(domid: number, name: string, line: string, refused: Error): Promise<void> {
    const path = join(this.#place.path, domainName(domid), name);
    await this.#try(domid, async () => {
      // Neither made nor cut: where it is missing there is no host, or an older one.
      const file = await open(path, constants.O_WRONLY);
      try {
        await file.write(line);
      } catch (error) {
        throw (error as NodeJS.ErrnoException).code === 'EINVAL' ? refused : error;
      } finally {
        await closeQuietly(file);
      }
    });
  }

  /** @throws (rejects) what the failure of a system call says about the host, or about the domain */
  async #try<Result>(domid: number | undefined, act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      const { code, errno } = error as NodeJS.ErrnoException;
      if (error instanceof EvtchnError || errno === undefined) throw error;
      if (code === 'ENOENT' || code === 'ENODEV') throw await this.#missing(domid, error);
      if (code === 'EACCES' || code === 'EPERM') throw await this.#forbidden(error);
      throw this.#place.explain(error);
    }
  }

  /** What it means that a file is not there: there is no host, no such domain, or the host is an older one's. */
  async #missing(domid: number | undefined, error: unknown): Promise<Error> {
    const { path, name, explain } = this.#place;
    try {
      await stat(join(path, 'server'));
    } catch (gone) {
      return explain(gone);
    }
    if (domid === undefined || (await isThere(join(path, domainName(domid))))) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENODEV') return new Error(`domain ${domid} of ${name} was just destroyed`);
      return new Error(`${name} is served by an older xen-evtchn: start it with this one`);
    }
    return new Error(`there is no domain ${domid} on ${name}`);
  }

  /** What may be looked at, but not used, is the business of the owner. */
  async #forbidden(error: unknown): Promise<Error> {
    const { path, name, explain } = this.#place;
    if (!(await isThere(join(path, 'server')))) return explain(error);
    return new Error(`no permission: only the owner of ${name} may look into it and steer it`);
  }
}

function domainName(domid: number): string {
  checkInteger('domid', domid, 0, 0x7fef);
  return String(domid);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

/** Closes it; a host that is gone says so here, too. */
async function closeQuietly(file: FileHandle): Promise<void> {
  await file.close().catch(() => {});
}
