import type { Verdict } from './check.js';
import type { Facts, Trial } from './facts.js';

const works = (command: string, reason: string): Verdict => ({ command, works: true, reason });
const fails = (command: string, reason: string): Verdict => ({ command, works: false, reason });

/** What everything needs: why it is not there, or undefined if it is. */
function basis(facts: Facts): string | undefined {
  if (facts.platform !== 'linux') return `this is ${facts.platform}, and it needs Linux`;
  return 'error' in facts.native ? 'the native library does not load' : undefined;
}

/** What serving over FUSE needs beyond. */
function fuseBasis(facts: Facts): string | undefined {
  return basis(facts) ?? (facts.fuse === 'open' ? undefined : '/dev/fuse does not open');
}

const unreadable = (error: string): string => `programs' memory cannot be read: ${error}`;

/** Why a host cannot be served after a trial, or undefined if it can. */
function lacking(trial: Trial): string | undefined {
  if (!trial.mounted) return trial.reason;
  return trial.memory === 'ok' ? undefined : unreadable(trial.memory);
}

function run(facts: Facts): Verdict {
  const command = 'xen-evtchn run';
  const why = fuseBasis(facts) ?? lacking(facts.mount ?? facts.namespace);
  if (why !== undefined) return fails(command, why);
  return works(command, facts.mount === undefined ? 'in a user namespace' : 'by mount(2)');
}

function runCuse(facts: Facts): Verdict {
  const command = 'xen-evtchn run --cuse';
  const why = basis(facts);
  if (why !== undefined) return fails(command, why);
  if (facts.mount === undefined) return fails(command, 'it needs root');
  if (facts.cuse !== 'open') return fails(command, '/dev/cuse does not open');
  return works(command, 'a true character device');
}

function serve(facts: Facts): Verdict {
  const command = 'xen-evtchn serve';
  const why = fuseBasis(facts) ?? (facts.mount === undefined ? undefined : lacking(facts.mount));
  if (why !== undefined) return fails(command, why);
  if (facts.mount !== undefined) return works(command, 'by mount(2)');
  if (facts.fusermount?.privileged !== true) return fails(command, 'no usable fusermount3');
  if (facts.memory !== 'ok') return fails(command, unreadable(facts.memory));
  const scope = facts.ptraceScope ?? 0;
  if (scope === 0) return works(command, 'by fusermount3, for programs of this user');
  return fails(
    command,
    `it could not read the arguments of other programs (ptrace_scope ${scope})`,
  );
}

function serveMachine(facts: Facts): Verdict {
  const command = 'xen-evtchn serve --dev-xen';
  if (facts.mount === undefined) return fails(command, basis(facts) ?? 'it needs root');
  const why = fuseBasis(facts) ?? lacking(facts.mount);
  if (why !== undefined) return fails(command, why);
  if (facts.device === 'character device') return fails(command, 'the machine has its own device');
  return works(command, 'by mount(2)');
}

function serveCuse(facts: Facts): Verdict {
  const command = 'xen-evtchn serve --cuse';
  const tree = serve(facts);
  if (!tree.works) return { ...tree, command };
  if (facts.mount === undefined) return fails(command, 'it needs root');
  if (facts.cuse !== 'open') return fails(command, '/dev/cuse does not open');
  return works(command, 'a true character device');
}

/** Which commands work on a machine; `run` is the first. */
export function verdictsOf(facts: Facts): Verdict[] {
  return [run, runCuse, serve, serveMachine, serveCuse].map((verdict) => verdict(facts));
}
