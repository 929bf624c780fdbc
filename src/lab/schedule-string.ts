import {
  type Actor,
  actorParts,
  CLOCK_ACTOR,
  deathActor,
  MAX_HANDLES,
  MAX_OPERATIONS,
  MAX_PARTIES,
  partyActor,
  spuriousActor,
  vcpuActor,
  wakeActor,
} from './actor.js';
import type { Decision } from './decision.js';
import { RUN_DEFAULTS } from './run-defaults.js';
import type { RunOptions } from './run-options.js';

/** The version of the strings: another order of choices, or another default policy, needs another. */
const VERSION = 'x1';
const ADVICE = 'copy the whole string from the report, from x1: to its last three characters';
const U32 = 0xffffffff;
const OPTIONS = /^(t)?(l)?(c)?(?:s(\d{1,9}))?(?:d(\d{1,9}))?(?:m(\d{1,9}))?$/;
const DECISION = /^(\d{0,9})([pwcdvs])(\d{0,9})(?:\.(\d{1,9}))?$/;

/** All that a run depends on besides its scenario. */
export interface Schedule {
  /** What the run may do, and its numbers for data. */
  readonly options: RunOptions;
  /** Where it departs from the default policy. */
  readonly decisions: readonly Decision[];
}

/**
 * A schedule as a string that a shell leaves as it is: `x1:1.37:3p1-w1-c:k3f`, which is the version, the seed and the number
 * of the run, options that are not the defaults, if there are any, the decisions, and three characters that tell
 * a string that was cut off or mistyped.
 *
 * A decision is the number of steps that the default policy takes before it (nothing for none), and who goes then: `p1` party
 * 1, in the order they were started, from 0, and `p1.2` with the third of what it has under way at once; `w1.2` the third handle of party 1 hears of events (`w1` the first);
 * `v7.1` vCPU 1 of domain 7 takes its upcall (`v7` vCPU 0); `c` a timer fires; `d1` party 1 dies; `s0.14` a spurious event on port 14 of domain 0.
 */
export function formatSchedule({ options, decisions }: Schedule): string {
  const { seed, run } = options;
  const words = [VERSION, `${seed}.${run}`, optionsText(options), decisionsText(decisions)];
  const body = words.filter((word) => word !== '').join(':');
  return `${body}:${check(body)}`;
}

/**
 * Reads what {@link formatSchedule} wrote.
 * @throws RangeError for a string that it did not write, with what is wrong and what to do; TypeError for what is no string
 */
export function parseSchedule(text: string): Schedule {
  if (typeof text !== 'string')
    throw new TypeError(`schedule must be a string, not ${typeof text}`);
  const trimmed = text.trim();
  const words = trimmed.split(':');
  const [version = ''] = words;
  if (!/^x\d+$/.test(version)) throw malformed(text, 'it does not begin with x1:');
  if (version !== VERSION) {
    throw new RangeError(
      `schedule ${trimmed} is of version ${version}, and this library reads ${VERSION}: explore again, for the string of the version at hand`,
    );
  }
  const end = words.pop()!;
  if (words.length < 3 || words.length > 4)
    throw malformed(text, 'it has too few parts or too many');
  if (end !== check(words.join(':'))) throw malformed(text, 'it was cut off or mistyped');
  const decisions = words.at(-1)!;
  const [seed, run] = /^(\d{1,10})\.(\d{1,10})$/.exec(words[1]!)?.slice(1).map(Number) ?? [];
  if (seed === undefined || run === undefined || seed > U32 || run > U32) {
    throw malformed(text, `${words[1]} is no seed and run`);
  }
  const options = parseOptions(text, words.length === 4 ? words[2]! : '');
  return { options: { ...options, seed, run }, decisions: parseDecisions(text, decisions) };
}

function malformed(text: string, why: string): RangeError {
  return new RangeError(`not a schedule: '${text}': ${why}; ${ADVICE}`);
}

function optionsText(options: RunOptions): string {
  const { timers, leftovers, traced, spurious, deaths, maxSteps } = options;
  return [
    timers === RUN_DEFAULTS.timers ? '' : 't',
    leftovers === RUN_DEFAULTS.leftovers ? '' : 'l',
    traced ? 'c' : '',
    spurious === RUN_DEFAULTS.spurious ? '' : `s${spurious}`,
    deaths === RUN_DEFAULTS.deaths ? '' : `d${deaths}`,
    maxSteps === RUN_DEFAULTS.maxSteps ? '' : `m${maxSteps}`,
  ].join('');
}

function parseOptions(text: string, word: string): Omit<RunOptions, 'seed' | 'run'> {
  const match = OPTIONS.exec(word);
  if (match === null) throw malformed(text, `${word} are no options`);
  const number = (digits: string | undefined, otherwise: number) =>
    digits === undefined ? otherwise : Number(digits);
  return {
    timers: match[1] === undefined ? RUN_DEFAULTS.timers : 'idle',
    leftovers: match[2] === undefined ? RUN_DEFAULTS.leftovers : 'allow',
    traced: match[3] !== undefined,
    spurious: number(match[4], RUN_DEFAULTS.spurious),
    deaths: number(match[5], RUN_DEFAULTS.deaths),
    maxSteps: number(match[6], RUN_DEFAULTS.maxSteps),
  };
}

/** `-` where there are none. */
function decisionsText(decisions: readonly Decision[]): string {
  if (decisions.length === 0) return '-';
  return decisions.map(({ after, actor }) => `${after || ''}${actorWord(actor)}`).join('-');
}

function actorWord(actor: Actor): string {
  const { kind, owner, number } = actorParts(actor);
  if (kind === 'clock') return 'c';
  return `${kind[0]}${owner}${number === 0 ? '' : `.${number}`}`;
}

function parseDecisions(text: string, word: string): Decision[] {
  if (word === '-') return [];
  return word.split('-').map((one) => {
    const match = DECISION.exec(one);
    const actor = match === null ? undefined : parseActor(match[2]!, match[3]!, match[4] ?? '0');
    if (actor === undefined) throw malformed(text, `'${one}' is no decision`);
    return { after: Number(match![1]), actor };
  });
}

function parseActor(kind: string, first: string, second: string): Actor | undefined {
  const owner = Number(first);
  const number = Number(second);
  if (kind === 'c') return first === '' && number === 0 ? CLOCK_ACTOR : undefined;
  if (first === '') return undefined;
  switch (kind) {
    case 'p':
      return owner < MAX_PARTIES && number < MAX_OPERATIONS ? partyActor(owner, number) : undefined;
    case 'd':
      return owner < MAX_PARTIES && number === 0 ? deathActor(owner) : undefined;
    case 'w':
      return owner < MAX_PARTIES && number < MAX_HANDLES ? wakeActor(owner, number) : undefined;
    case 'v':
      return owner < 0x8000 && number < 8192 ? vcpuActor(owner, number) : undefined;
    default:
      return owner < 0x8000 && number < 0x2_0000 ? spuriousActor(owner, number) : undefined;
  }
}

/** Three characters that are others for nearly every other text: FNV-1a. */
function check(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return ((hash >>> 0) % 46_656).toString(36).padStart(3, '0');
}
