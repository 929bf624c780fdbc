import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../errors/error-text.js';
import { writeError } from '../errors/write-error.js';
import type { FaultRequest } from '../faults/fault-request.js';
import { countText } from '../terminal/count-text.js';
import { faultCount, lostDomains, parseFaultList } from '../watch/fault-list.js';
import { readServedText } from '../watch/read-served-text.js';
import { tell } from './message.js';

/** The faults that a run is to show, and what is to be told of them. */
export interface RunFaultsRequest {
  readonly request: FaultRequest;
  /** The command line that repeats the run. */
  readonly repeat: string;
  /** Said before the programs start, if given. */
  readonly hint?: string;
  /** The list of the faults is written to this file in the end, and nothing is said of them, if given. */
  readonly log?: string;
}

/** What is written. */
const LIST = 'the list of faults';

/** What a run tells of its faults. */
export class RunFaults {
  readonly #request: RunFaultsRequest;
  /** Of the file for the list. */
  readonly #log: number | undefined;

  /**
   * Says what there is to say before, and opens the file for the list, before anything that it could be refused for too late.
   * @throws Error if it cannot be written
   */
  constructor(request: RunFaultsRequest) {
    this.#request = request;
    if (request.hint !== undefined) tell(request.hint);
    if (request.log === undefined) return;
    try {
      this.#log = openSync(request.log, 'w');
    } catch (error) {
      throw writeError(LIST, request.log, error);
    }
  }

  /**
   * The domains that faults have taken away by now: destroyed, or their processes killed.
   * @param tree - directory of the host's tree
   * @returns none if the host does not tell; why it does not, others tell
   */
  async lost(tree: string): Promise<ReadonlySet<number>> {
    try {
      const list = parseFaultList(await readServedText(join(tree, 'faults')));
      return list === undefined ? new Set() : lostDomains(list);
    } catch {
      return new Set();
    }
  }

  /**
   * Tells what there was, once the programs have ended, while their host is still there.
   * @param tree - directory of the host's tree
   * @param failed - whether the programs failed: then how to repeat it is told, too
   * @returns whether it could be told
   */
  async end(tree: string, failed: boolean): Promise<boolean> {
    try {
      const text = await readServedText(join(tree, 'faults'));
      if (this.#log === undefined) this.#say(text, failed);
      else this.#write(this.#log, text);
      return true;
    } catch (error) {
      tell(errorText(error));
      return false;
    }
  }

  #say(text: string, failed: boolean): void {
    const { request, repeat } = this.#request;
    const list = parseFaultList(text);
    const count = countText(list === undefined ? 0 : faultCount(list), 'fault');
    tell(`${count} injected (seed ${request.seed})${failed ? `; to repeat: ${repeat}` : ''}`);
  }

  #write(log: number, text: string): void {
    try {
      writeFileSync(log, text);
      closeSync(log);
    } catch (error) {
      throw writeError(LIST, this.#request.log!, error);
    }
  }
}
