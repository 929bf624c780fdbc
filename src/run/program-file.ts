import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { DOMID_RANGE, parseDomid } from '../abi/domid-text.js';
import { errorText } from '../errors/error-text.js';

import type { Program } from './program.js';
import { UsageError } from './usage-error.js';

const EMPTY = 'must not be empty';

/** Text that a program can be given: C strings end at a NUL. */
const text = v.pipe(
  v.string('must be text'),
  v.check((value) => !value.includes('\0'), 'must not contain a NUL character'),
);

const domain = v.pipe(
  v.string(`must be ${DOMID_RANGE}`),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const number = parseDomid(dataset.value);
    if (number !== undefined) return number;
    addIssue({ message: `must be ${DOMID_RANGE}` });
    return NEVER;
  }),
);

/** A map, and not a list, whose keys would be 0, 1, … */
const map = v.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be a map of keys',
);

const variables = v.pipe(
  map,
  v.record(v.pipe(text, v.regex(/^[^=]+$/, 'must be the name of a variable, without "="')), text),
);

const line = v.pipe(text, v.nonEmpty(EMPTY));
const words = v.pipe(
  v.array(text, 'must be a list of words, or one line of text for the shell'),
  v.minLength(1, EMPTY),
);

const program = v.strictObject({
  domain: v.optional(domain, '0'),
  command: v.lazy((input) => (typeof input === 'string' ? line : words)),
  env: v.optional(variables),
  cwd: v.optional(v.pipe(text, v.nonEmpty(EMPTY))),
  name: v.optional(v.pipe(text, v.nonEmpty(EMPTY))),
});

const file = v.strictObject({
  programs: v.pipe(
    v.array(v.pipe(map, program), 'must be a list of programs'),
    v.minLength(1, EMPTY),
  ),
});

type Issue = v.BaseIssue<unknown>;
type Path = readonly (string | number)[];

function pathOf(issue: Issue): Path {
  return (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
}

/** `programs[1].env`. */
function pathText(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');
}

function isUnknownKey(issue: Issue): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}

function issueText(issue: Issue): string {
  const path = pathText(pathOf(issue));
  if (isUnknownKey(issue)) {
    const known = pathOf(issue).length === 1 ? file.entries : program.entries;
    return `${path}: unknown key; there are ${Object.keys(known).join(', ')}`;
  }
  if (issue.type === 'strict_object') return `${path} is missing`;
  return `${path || 'the file'} ${issue.message}`;
}

/** `FILE:LINE:COLUMN: `, as exactly as is known. */
function place(name: string, document: Document, lines: LineCounter, path: Path): string {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number] } | undefined;
    if (node?.range === undefined) continue;
    const { line, col } = lines.linePos(node.range[0]);
    return `${name}:${line}:${col}: `;
  }
  return `${name}: `;
}

/**
 * Reads a list of programs, YAML or JSON. Numbers and words such as `true` stay as they are written: all of it is text for
 * programs.
 * @param name - the file's path: for messages, and relative `cwd`s start at its folder
 * @throws UsageError that names the place of what is wrong
 */
export function parsePrograms(source: string, name: string): [Program, ...Program[]] {
  const lines = new LineCounter();
  const document = parseDocument(source, { schema: 'failsafe', lineCounter: lines });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new UsageError(`${name}:${line}:${col}: ${problem.message.split(' at line')[0]}`);
  }
  const result = v.safeParse(v.pipe(map, file), contents(document, name));
  if (!result.success) {
    const issue = result.issues.find(isUnknownKey) ?? result.issues[0];
    throw new UsageError(place(name, document, lines, pathOf(issue)) + issueText(issue));
  }
  return result.output.programs.map((entry) => toProgram(entry, name)) as [Program, ...Program[]];
}

/** The document as plain values. */
function contents(document: Document, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new UsageError(`${name}: ${errorText(error)}`);
  }
}

function toProgram(entry: v.InferOutput<typeof program>, file: string): Program {
  const { domain, command, env, cwd } = entry;
  const shell = typeof command === 'string';
  const name = entry.name ?? (shell ? command.split('\n')[0] : undefined);
  return {
    domain,
    command: shell ? ['/bin/sh', '-c', command] : (command as [string, ...string[]]),
    ...(env === undefined ? {} : { env }),
    ...(cwd === undefined ? {} : { cwd: resolve(dirname(file), cwd) }),
    ...(name === undefined ? {} : { name }),
  };
}

/**
 * Reads a file of programs, see {@link parsePrograms}.
 * @throws UsageError that says what is wrong with it
 */
export function readPrograms(path: string): [Program, ...Program[]] {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${errorText(error)}`);
  }
  return parsePrograms(source, path);
}
