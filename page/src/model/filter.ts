import type { Lifelines } from './lifelines.js';
import { lifelineKey } from './lifelines.js';
import { type Moment, type MomentKind, momentKinds } from './moment.js';
import { KIND_NAMES, momentText } from './moment-text.js';

/** Which moments are shown: those that satisfy all that is given. */
export interface Filter {
  /** One of these domains, as receiver or sender. */
  readonly domids: readonly number[];
  /** One of these ports, at either end. */
  readonly ports: readonly number[];
  /** The process of an open file has one of these in its name, or as its number. */
  readonly processes: readonly string[];
  readonly kinds: readonly MomentKind[];
  /** All of these are in the moment's sentence. */
  readonly words: readonly string[];
}

/** What a text filter is made of: `domain:7 port:14 process:qemu kind:read,merged`, and words. */
export type FilterKey = 'domain' | 'port' | 'process' | 'kind';

const KEYS: readonly FilterKey[] = ['domain', 'port', 'process', 'kind'];
const KINDS = Object.keys(KIND_NAMES) as MomentKind[];

/** Lets everything through. */
export const EVERYTHING: Filter = { domids: [], ports: [], processes: [], kinds: [], words: [] };

/**
 * Reads a text filter.
 * @throws Error saying what is wrong with it: a key that there is not, a number that is none, an unknown kind
 */
export function parseFilter(text: string): Filter {
  const domids: number[] = [];
  const ports: number[] = [];
  const processes: string[] = [];
  const kinds: MomentKind[] = [];
  const words: string[] = [];
  for (const token of tokens(text)) {
    const [, key, values] = /^([a-z]+):(.*)$/.exec(token) ?? [];
    if (key === undefined || values === undefined) {
      words.push(token);
      continue;
    }
    const list = values.split(',').filter((value) => value !== '');
    if (list.length === 0) throw new Error(`${key}: needs a value after the colon`);
    if (key === 'domain') domids.push(...list.map((value) => number(key, value)));
    else if (key === 'port') ports.push(...list.map((value) => number(key, value)));
    else if (key === 'process') processes.push(...list);
    else if (key === 'kind') kinds.push(...list.map(kind));
    else throw new Error(`no key ${key}: there are ${KEYS.join(', ')}`);
  }
  return { domids, ports, processes, kinds, words };
}

/** The value of a key in a text filter; empty if it is not there. */
export function filterValue(text: string, key: FilterKey): string {
  const token = tokens(text).find((each) => each.startsWith(`${key}:`));
  return token === undefined ? '' : token.slice(key.length + 1);
}

/** A text filter with one key set to another value; an empty one takes the key out. */
export function withFilterValue(text: string, key: FilterKey, value: string): string {
  const others = text.split(/\s+/).filter((token) => token !== '' && !isOf(token, key));
  return [...(value === '' ? [] : [`${key}:${value}`]), ...others].join(' ');
}

/** Whether a filter lets everything through. */
export function isEverything(filter: Filter): boolean {
  return Object.values(filter).every((list: readonly unknown[]) => list.length === 0);
}

/** Whether a moment is to be shown. Where something is missing is shown always. */
export function matches(filter: Filter, moment: Moment, lifelines: Lifelines): boolean {
  const { domids, ports, processes, kinds, words } = filter;
  const { peer } = moment;
  if (moment.kind === 'missing') return true;
  if (kinds.length > 0 && !momentKinds(moment).some((each) => kinds.includes(each))) return false;
  if (domids.length > 0 && !isIn(domids, moment.domid) && !isIn(domids, peer?.domid)) return false;
  if (ports.length > 0 && !isIn(ports, moment.port) && !isIn(ports, peer?.port)) return false;
  if (processes.length > 0) {
    const names = [moment, peer].map((end) => end && processOf(end, lifelines)).filter(Boolean);
    if (!names.some((name) => processes.some((part) => name!.includes(part)))) return false;
  }
  if (words.length === 0) return true;
  const text = momentText(moment, lifelines).toLowerCase();
  return words.every((word) => text.includes(word));
}

function tokens(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((token) => token !== '');
}

function isOf(token: string, key: FilterKey): boolean {
  return token.toLowerCase().startsWith(`${key}:`);
}

function isIn(list: readonly number[], value: number | undefined): boolean {
  return value !== undefined && list.includes(value);
}

function processOf(
  end: { readonly domid: number; readonly file?: number | undefined },
  lifelines: Lifelines,
): string | undefined {
  if (end.file === undefined) return undefined;
  const { comm = '', pid = '' } = lifelines.get(lifelineKey(end.domid, end.file)) ?? {};
  return `${comm} ${pid}`.toLowerCase();
}

function number(key: string, value: string): number {
  if (!/^\d+$/.test(value)) throw new Error(`${key}: ${value} is no number`);
  return Number(value);
}

function kind(value: string): MomentKind {
  const known = KINDS.find((each) => each === value);
  if (known === undefined) throw new Error(`no kind ${value}: there are ${KINDS.join(', ')}`);
  return known;
}
