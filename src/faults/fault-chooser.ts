import { happens, hashText, hashWord, numberOf, pick } from './fault-hash.js';
import type { FaultPlan } from './fault-plan.js';
import type { FaultRule } from './fault-rule.js';
import { FAULTS } from './faults.js';

/** A fault that is to happen. */
export interface ChosenFault {
  readonly rule: FaultRule;
  /** The same in each run with the same seed: by the rule, the place and how manyeth occasion there it is. */
  readonly number: number;
  /** How long it takes. */
  readonly ms: number;
  /** For what else of it is left to chance. */
  readonly hash: number;
}

/** 2^32: the domain in front of a port or of the hash of a name. */
const WORD = 0x1_0000_0000;

/**
 * Decides at which of its occasions a rule's fault happens. What is decided depends on the seed, the rule, the place (such as a
 * port of a domain) and how many occasions there were in that place, and on nothing else: how processes take turns changes none
 * of it, nor do other rules.
 */
export class FaultChooser {
  /** What is decided by. */
  readonly rule: FaultRule;
  readonly #root: number;
  readonly #only: ReadonlySet<number> | undefined;
  readonly #place: 'port' | 'process' | 'domain';
  readonly #occasions = new Map<number, number>();
  #chosen = 0;

  constructor(rule: FaultRule, { seed, only }: FaultPlan) {
    this.rule = rule;
    this.#only = only;
    this.#place = FAULTS.get(rule.name)!.place;
    this.#root = hashWord(hashWord(seed, hashText(rule.name)), rule.ordinal);
  }

  /** Whether what happens there meets the conditions of the rule. @param process - name of the process of the open file */
  concerns(domid: number, port: number, process: string): boolean {
    const { rule } = this;
    // Whoever kills domains does not mean the one that all depends on, unless it is named.
    if (rule.domain === undefined ? this.#place === 'domain' && domid === 0 : rule.domain !== domid)
      return false;
    if (rule.port !== undefined && rule.port !== port) return false;
    return rule.process === undefined || rule.process === process;
  }

  /**
   * An occasion. @param port - 0 where there is none @param process - name of the process of the open file
   * @returns the fault, if it is to happen
   */
  choose(domid: number, port: number, process: string): ChosenFault | undefined {
    if (!this.concerns(domid, port, process)) return undefined;
    const { rule } = this;
    const within = this.#within(port, process);
    const place = domid * WORD + within;
    const occasion = (this.#occasions.get(place) ?? 0) + 1;
    this.#occasions.set(place, occasion);
    if (rule.nth !== undefined && rule.nth !== occasion) return undefined;
    const hash = hashWord(hashWord(hashWord(this.#root, domid), within), occasion);
    if (!happens(hash, rule.rate)) return undefined;
    const number = numberOf(hash);
    if (this.#only?.has(number) === false) return undefined;
    if (rule.max !== undefined && this.#chosen >= rule.max) return undefined;
    this.#chosen++;
    return { rule, number, hash, ms: pick(hash, rule.ms.from, rule.ms.to) };
  }

  /** What was chosen last did not happen: it does not count for `max`. */
  takeBack(): void {
    this.#chosen--;
  }

  #within(port: number, process: string): number {
    if (this.#place === 'port') return port;
    return this.#place === 'process' ? hashText(process) : 0;
  }
}
