import type { Command } from 'commander';
import { VIRQS } from '../../abi/virq.js';
import { laterProgramCommand, SEPARATOR } from '../run-request.js';
import { faultCandidates } from './fault-words.js';
import { commandsOf, optionsOf, readTypedLine, type TypedLine } from './typed-line.js';
import { argumentKind, optionValueKind, type ValueKind } from './value-kind.js';

/** A word that can stand at the cursor. */
export interface Candidate {
  readonly value: string;
  /** One line; may be empty. */
  readonly description: string;
}

/** How a word is completed. */
export type Completion =
  /** With one of these. */
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  /** With the name of a file, or of a directory, as the shell does it. */
  | { readonly kind: 'files' | 'directories' }
  /** As the shell completes another command line, whose first word is the one of this index. */
  | { readonly kind: 'command'; readonly from: number };

/** What there is on the host that a command line is about. */
export interface HostValues {
  /** Its domains; `line` tells which host. Rejects where there is none. */
  domains(line: TypedLine): Promise<readonly Candidate[]>;
  /** The ports of the domain of the line. */
  ports(line: TypedLine): Promise<readonly Candidate[]>;
  /** Names of programs that have its device open. */
  programs(line: TypedLine): Promise<readonly Candidate[]>;
  /** Processes that have a host. */
  hostProcesses(): Promise<readonly Candidate[]>;
}

/** The first sentence of a description. */
function firstSentence(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\.(\s.*)?$/, '');
}

function commandCandidates(command: Command): Candidate[] {
  return commandsOf(command).map((each) => ({
    value: each.name(),
    description: firstSentence(each.summary() || each.description()),
  }));
}

/** The names of a command's options: of those that have two the long one, and the short ones where a single - is typed. */
function optionCandidates(command: Command, word: string): Candidate[] {
  const wantsShort = /^-[^-]?$/.test(word);
  return optionsOf(command).flatMap(({ short, long, description }) => {
    const names = wantsShort ? [long, short] : [long];
    const known = names.filter((name) => name !== undefined);
    return known.map((value) => ({ value, description: firstSentence(description) }));
  });
}

function virqCandidates(): Candidate[] {
  return VIRQS.map(({ number, name, kind }) => ({
    value: name.replace(/^VIRQ_/, ''),
    description: `${number}, ${kind}`,
  }));
}

function choiceCandidates(choices: readonly string[]): Candidate[] {
  return choices.map((value) => ({ value, description: '' }));
}

/** @param typed - the value, up to the cursor */
async function valuesOf(
  kind: ValueKind,
  typed: string,
  choices: readonly string[] | undefined,
  line: TypedLine,
  host: HostValues,
): Promise<Completion> {
  if (choices !== undefined) return { kind: 'words', candidates: choiceCandidates(choices) };
  switch (kind) {
    case 'files':
    case 'directories':
      return { kind };
    case 'domain':
      return { kind: 'words', candidates: await host.domains(line) };
    case 'port':
      return { kind: 'words', candidates: await host.ports(line) };
    case 'program':
      return { kind: 'words', candidates: await host.programs(line) };
    case 'host-process':
      return { kind: 'words', candidates: await host.hostProcesses() };
    case 'virq':
      return { kind: 'words', candidates: virqCandidates() };
    case 'faults':
      return { kind: 'words', candidates: faultCandidates(typed) };
    case 'free':
      return { kind: 'words', candidates: [] };
  }
}

/** Candidates that go on where a word is. */
function startingWith(
  word: string,
  { candidates }: { readonly candidates: readonly Candidate[] },
): Completion {
  return { kind: 'words', candidates: candidates.filter(({ value }) => value.startsWith(word)) };
}

/** With what stands in front of the value in its word, such as `--domain=`. */
function prefixed(prefix: string, completion: Completion): Completion {
  if (completion.kind !== 'words' || prefix === '') return completion;
  const candidates = completion.candidates.map((each) => ({ ...each, value: prefix + each.value }));
  return { kind: 'words', candidates };
}

/** Of a line that goes on with further programs, the last one's part; undefined where it has the first only. */
function laterPart(words: readonly string[], from: number): number | undefined {
  const separator = words.lastIndexOf(SEPARATOR, words.length - 2);
  return separator > from ? separator + 1 : undefined;
}

/** What can stand at the cursor, of a line or of the part of it that is a line by itself. */
async function unfiltered(
  line: TypedLine,
  words: readonly string[],
  host: HostValues,
): Promise<Completion> {
  const { expected, command } = line;
  const word = words.at(-1) ?? '';
  switch (expected.kind) {
    case 'nothing':
      return { kind: 'words', candidates: [] };
    case 'command-name':
      return { kind: 'words', candidates: commandCandidates(command) };
    case 'option-name':
      return { kind: 'words', candidates: optionCandidates(command, word) };
    case 'option-value': {
      const { option, prefix } = expected;
      const typed = word.slice(prefix.length);
      const values = await valuesOf(optionValueKind(option), typed, option.argChoices, line, host);
      return prefixed(prefix, values);
    }
    case 'argument': {
      const { argument } = expected;
      if (argument !== undefined)
        return valuesOf(argumentKind(argument), word, argument.argChoices, line, host);
      return { kind: 'words', candidates: optionCandidates(command, word) };
    }
    case 'other-program': {
      const { from } = expected;
      const later = laterPart(words, from);
      if (later === undefined) return { kind: 'command', from };
      return ofLaterProgram(line, words, later, host);
    }
  }
}

/** A program after a separator has its own option, and the host of the first. */
async function ofLaterProgram(
  line: TypedLine,
  words: readonly string[],
  later: number,
  host: HostValues,
): Promise<Completion> {
  const rest = words.slice(later);
  const own = readTypedLine(laterProgramCommand(), rest);
  const part = { ...own, options: new Map([...line.options, ...own.options]) };
  const completion = await unfiltered(part, rest, host);
  if (completion.kind !== 'command') return completion;
  return { kind: 'command', from: completion.from + later };
}

/**
 * How the word at the cursor is completed.
 * @param root - the program with its commands
 * @param words - what stands behind the program's name, without quotes; the last is the one at the cursor, up to there
 */
export async function completionOf(
  root: Command,
  words: readonly string[],
  host: HostValues,
): Promise<Completion> {
  const completion = await unfiltered(readTypedLine(root, words), words, host);
  return completion.kind === 'words' ? startingWith(words.at(-1) ?? '', completion) : completion;
}
