import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { EventAbi } from '../../src/hypervisor/port-ops.js';
import { caseTags } from './script.js';

/** In which of the two languages a case is written. */
export type Language = 'device' | 'hypercall';

/** One case of a folder, with what the real device answered. */
export interface Case {
  /** Category and name, such as `ring/overflow`; hypercall cases have `hv:` before it. */
  readonly name: string;
  readonly language: Language;
  /** Path of the file it was read from. */
  readonly file: string;
  readonly text: string;
  readonly tags: ReadonlySet<string>;
  readonly recording: Recording | undefined;
}

export interface Recording {
  readonly text: string;
  /** Recorded with the very ABI, not taken over from the other one. */
  readonly ownAbi: boolean;
}

/** What is wrong with a folder that was named. */
export class FolderError extends Error {}

const CASE = '.case';
const KINDS: readonly { readonly prefix: string; readonly language: Language }[] = [
  { prefix: '', language: 'device' },
  { prefix: 'hv-', language: 'hypercall' },
];

/** A folder of cases: where it is, and where their names and recordings start. */
interface CasesIn {
  readonly folder: string;
  readonly root: string;
  readonly prefix: string;
  readonly language: Language;
}

/** What there is to run in a folder: its `cases` and `hv-cases`, or, if it lies in such a one, its own. */
function casesIn(folder: string): CasesIn[] {
  const below = KINDS.map((kind) => {
    const root = join(folder, `${kind.prefix}cases`);
    return { ...kind, folder: root, root };
  }).filter(({ root }) => isFolder(root));
  if (below.length > 0) return below;
  for (let root = folder; dirname(root) !== root; root = dirname(root)) {
    const kind = KINDS.find(({ prefix }) => basename(root) === `${prefix}cases`);
    if (kind !== undefined) return [{ ...kind, folder, root }];
  }
  return [];
}

/**
 * Reads the cases of a folder, in the order of their names.
 * @throws FolderError if there is no such folder, or no case in it
 */
export function readCases(folder: string, abi: EventAbi): Case[] {
  const path = resolve(folder);
  if (!isFolder(path)) throw new FolderError(`no such folder: ${folder}`);
  const cases = casesIn(path).flatMap((kind) => readKind(kind, abi));
  if (cases.length === 0) {
    throw new FolderError(`no cases in ${folder}: expected cases/CATEGORY/NAME.case in it`);
  }
  return cases;
}

function readKind({ folder, root, prefix, language }: CasesIn, abi: EventAbi): Case[] {
  const recordings = join(dirname(root), `${prefix}expected`);
  return caseFiles(folder).map((file) => {
    const text = readFileSync(file, 'utf8');
    const name = relative(root, file).split(sep).join('/').slice(0, -CASE.length);
    return {
      name: language === 'hypercall' ? `hv:${name}` : name,
      language,
      file,
      text,
      tags: caseTags(text),
      recording: readRecording(recordings, name, abi),
    };
  });
}

/** With two-level the recording of that ABI, where there is one: there is one where it differs. */
function readRecording(folder: string, name: string, abi: EventAbi): Recording | undefined {
  const file = (root: string) => join(root, `${name}.out`);
  const own = file(abi === 'two-level' ? `${folder}-2l` : folder);
  if (existsSync(own)) return { text: readFileSync(own, 'utf8'), ownAbi: true };
  const fifo = file(folder);
  return existsSync(fifo) ? { text: readFileSync(fifo, 'utf8'), ownAbi: false } : undefined;
}

/** All case files below a folder, by name. */
function caseFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(CASE))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
