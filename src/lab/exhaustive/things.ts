import type { Actor } from '../actor.js';

/** Numbers of kinds of things lie so far apart, and those of a domain's things so far within. */
const KIND = 2 ** 48;
const DOMAIN = 2 ** 32;

/** All of a domain: written by what binds, closes, opens; read by all else that is done there. */
export function domainNumber(domid: number): number {
  return KIND + domid;
}

/** A port: its pending and mask bits or event word, its irq, whether its file has it enabled. */
export function portNumber(domid: number, port: number): number {
  return 2 * KIND + domid * DOMAIN + port;
}

/** A vCPU: its upcall flag, its selector or queues. */
export function vcpuNumber(domid: number, vcpu: number): number {
  return 3 * KIND + domid * DOMAIN + vcpu;
}

/** Whether an actor can take a step: written by a step that changes it, and by each of its own. */
export function abilityNumber(actor: Actor): number {
  return 4 * KIND + actor;
}

/** Things that have names: the same number for the same name, in all runs. */
export class NamedThings {
  readonly #numbers = new Map<string, number>();

  /** Its number. */
  number(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = 5 * KIND + this.#numbers.size;
      this.#numbers.set(name, number);
    }
    return number;
  }
}
