/**
 * Who may take the next step of a run, as a number that means the same in every run of a scenario: a party goes on; a handle of
 * a party hears that there are events; a vCPU takes its upcall; the earliest timer fires; or something happens that nobody in
 * the run decides.
 */
export type Actor = number;

/** What kind of step an {@link Actor} takes. */
export type ActorKind = 'party' | 'wake' | 'clock' | 'death' | 'vcpu' | 'spurious';

/** Parties, and so handles, timers and deaths, are numbered below this. */
export const MAX_PARTIES = 1000;
/** Handles that one party opens are told apart up to here. */
export const MAX_HANDLES = 64;
/** So many operations that one party has under way at once can take steps; further ones wait until there are fewer. */
export const MAX_OPERATIONS = 64;

const WAKE = 1_000;
const CLOCK = 99_999;
const DEATH = 100_000;
const OPERATION = 200_000;
const VCPU = 0x1000_0000;
const VCPUS = 8192;
const SPURIOUS = 0x1_0000_0000;
const PORTS = 0x2_0000;

/** The party of that number goes on, with one of the operations it has under way: that of the slot 0 unless given. */
export function partyActor(party: number, slot = 0): Actor {
  return slot === 0 ? party : OPERATION + party * MAX_OPERATIONS + slot;
}

/** A handle hears that there are events: the nth that a party opened. */
export function wakeActor(party: number, handle: number): Actor {
  return WAKE + party * MAX_HANDLES + handle;
}

/** The earliest timer fires. */
export const CLOCK_ACTOR: Actor = CLOCK;

/** A party dies with its domain. */
export function deathActor(party: number): Actor {
  return DEATH + party;
}

/** A vCPU takes its upcall. */
export function vcpuActor(domid: number, vcpu: number): Actor {
  return VCPU + domid * VCPUS + vcpu;
}

/** An event comes on a port that nobody in the run sent. */
export function spuriousActor(domid: number, port: number): Actor {
  return SPURIOUS + domid * PORTS + port;
}

/** What an {@link Actor} stands for, taken apart. */
export interface ActorParts {
  readonly kind: ActorKind;
  /** The party, or the domain of a vCPU or a port; 0 for the clock. */
  readonly owner: number;
  /** The operation of a party, the handle, the vCPU or the port; 0 for others. */
  readonly number: number;
}

/** Takes an actor apart. */
export function actorParts(actor: Actor): ActorParts {
  if (actor >= SPURIOUS) return parts('spurious', actor - SPURIOUS, PORTS);
  if (actor >= VCPU) return parts('vcpu', actor - VCPU, VCPUS);
  if (actor >= OPERATION) return parts('party', actor - OPERATION, MAX_OPERATIONS);
  if (actor >= DEATH) return { kind: 'death', owner: actor - DEATH, number: 0 };
  if (actor === CLOCK) return { kind: 'clock', owner: 0, number: 0 };
  if (actor >= WAKE) return parts('wake', actor - WAKE, MAX_HANDLES);
  return { kind: 'party', owner: actor, number: 0 };
}

function parts(kind: ActorKind, value: number, size: number): ActorParts {
  return { kind, owner: Math.floor(value / size), number: value % size };
}
