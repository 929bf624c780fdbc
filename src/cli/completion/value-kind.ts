import type { Argument, Option } from 'commander';

/**
 * What a value is, which says how it is completed; `free` is anything. A command says it by the word its help has for the
 * value: what help calls FILE is completed as files are.
 */
export type ValueKind =
  | 'files'
  | 'directories'
  | 'domain'
  | 'port'
  | 'host-process'
  | 'program'
  | 'virq'
  | 'faults'
  | 'free';

const KINDS: Readonly<Record<string, ValueKind>> = {
  FILE: 'files',
  DIR: 'directories',
  DOMID: 'domain',
  PORT: 'port',
  PID: 'host-process',
  'NAME|PID': 'program',
  VIRQ: 'virq',
  SPEC: 'faults',
};

/** Options whose word says too little. */
const BY_OPTION: Readonly<Record<string, ValueKind>> = {
  '--domain': 'domain',
  '--dev-xen': 'domain',
};

/** The word that help has for the value of an option, such as `FILE`; empty if it takes none. */
export function valueName({ flags }: Option): string {
  return /[<[]([^>\].]+)/.exec(flags)?.[1] ?? '';
}

/** What the value of an option is. */
export function optionValueKind(option: Option): ValueKind {
  return BY_OPTION[option.long ?? ''] ?? KINDS[valueName(option)] ?? 'free';
}

/** What an argument is. */
export function argumentKind(argument: Argument): ValueKind {
  return KINDS[argument.name().toUpperCase()] ?? 'free';
}
