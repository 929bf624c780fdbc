import { unsigned } from './c-numbers.js';
import { MAX_NAME } from './step-arguments.js';

/** How many names there can be. */
const MAX_SYMBOLS = 60_000;
/** Numbers from here up are never shown by name. */
const FIRST_UNNAMED = 1 << 20;

/** The names a case gives to ports. All processes of a case share them. */
export class PortSymbols {
  readonly #ports: { readonly name: string; port: number }[] = [];
  readonly #index = new Map<string, number>();
  /** Which name a number was given last. */
  readonly #newest = new Map<number, number>();

  /** Names a port this host's own domain has: what is read is shown by it from now on. */
  set(name: string, port: number): void {
    const index = this.#store(name, port);
    if (index !== undefined && port < FIRST_UNNAMED) this.#newest.set(port, index);
  }

  /** Names a port of another domain, which is never read here. */
  setForeign(name: string, port: number): void {
    this.#store(name, port);
  }

  #store(name: string, port: number): number | undefined {
    const known = this.#index.get(name);
    if (known !== undefined) {
      this.#ports[known]!.port = port;
      return known;
    }
    if (this.#ports.length >= MAX_SYMBOLS) return undefined;
    const short = name.slice(0, MAX_NAME);
    const index = this.#ports.push({ name: short, port }) - 1;
    if (!this.#index.has(short)) this.#index.set(short, index);
    return index;
  }

  /** The newest name that had the number, if it still has it; else `?`. */
  nameOf(port: number): string {
    const newest = this.#newest.get(port);
    const symbol = newest === undefined ? undefined : this.#ports[newest];
    return symbol?.port === port ? symbol.name : '?';
  }

  /** A port as a case writes it: `#5` and `5` a number, `p1` a name, `p1+50` 50 more. Undefined for an unknown name. */
  resolve(text: string): number | undefined {
    if (text.startsWith('#')) return unsigned(text.slice(1));
    if (/^[0-9]/.test(text)) return unsigned(text);
    const short = text.slice(0, 23);
    const plus = short.indexOf('+');
    const index = this.#index.get(plus < 0 ? short : short.slice(0, plus));
    if (index === undefined) return undefined;
    const added = plus < 0 ? 0 : unsigned(short.slice(plus + 1));
    return (this.#ports[index]!.port + added) >>> 0;
  }
}
