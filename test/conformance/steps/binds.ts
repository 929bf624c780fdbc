import {
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
} from '../../../src/abi/ioctl.js';
import { unsigned } from '../c-numbers.js';
import { ResultList } from '../result-text.js';
import { handleOf, portOf, type StepCall, type StepTable, wordOf } from '../step.js';
import { expand } from '../step-arguments.js';
import { okOrErrno } from './open.js';

/** Words of a port list that are not ports, besides those with a `=`. */
const NOT_PORTS: ReadonlySet<string> = new Set(['rearm', 'set']);

/** The ports a step lists from a word on. */
export function portList(call: StepCall, from: number): number[] {
  return call.args.words
    .slice(from)
    .filter((word) => !word.includes('=') && !NOT_PORTS.has(word))
    .flatMap(expand)
    .map((name) => portOf(call, name));
}

/** A bind whose argument is one number: one port after the other, until one fails. */
function bindByNumber(call: StepCall, command: number, key: string): string {
  const { args, process, symbols } = call;
  const { fd } = handleOf(call);
  const argument = process.memory.variables(unsigned(args.value(key) ?? '0'));
  const results = new ResultList();
  for (const name of expand(wordOf(call, 2))) {
    const port = process.ioctl(fd, command, argument);
    if (port > 0) symbols.set(name, port);
    results.add(port === 0 ? 'ZERO-PORT' : okOrErrno(port));
    if (port < 0) break;
  }
  return results.toString();
}

function inter(call: StepCall): string {
  const { args, process, symbols } = call;
  const { fd } = handleOf(call);
  const remotePorts = expand(args.value('port') ?? '#0');
  const domain = unsigned(args.value('dom') ?? '0');
  const results = new ResultList();
  for (const [i, name] of expand(wordOf(call, 2)).entries()) {
    const remote = symbols.resolve(remotePorts[i] ?? remotePorts.at(-1)!);
    if (remote === undefined) {
      results.add('SCRIPT-ERROR');
      break;
    }
    const argument = process.memory.variables(domain, remote);
    const port = process.ioctl(fd, IOCTL_EVTCHN_BIND_INTERDOMAIN, argument);
    if (port >= 0) symbols.set(name, port);
    results.add(port === 0 ? 'ZERO-PORT' : okOrErrno(port));
    if (port < 0) break;
  }
  return results.toString();
}

/** An ioctl for every port of a list, also after one failed. */
function forEachPort(call: StepCall, command: number): string {
  const { process } = call;
  const { fd } = handleOf(call);
  const results = new ResultList();
  for (const port of portList(call, 2)) {
    const rc = process.ioctl(fd, command, process.memory.variables(port));
    results.add(rc > 0 ? 'POSITIVE' : okOrErrno(rc));
  }
  return results.toString();
}

function restrict(call: StepCall): string {
  const { args, process } = call;
  const { fd } = handleOf(call);
  const argument = process.memory.variables(args.int('domid', 0) & 0xffff);
  const rc = process.ioctl(fd, IOCTL_EVTCHN_RESTRICT_DOMID, argument);
  return okOrErrno(rc);
}

/** The ioctls of the device, by what they do. */
export const binds: StepTable = {
  alloc: (call) => bindByNumber(call, IOCTL_EVTCHN_BIND_UNBOUND_PORT, 'remote'),
  virq: (call) => bindByNumber(call, IOCTL_EVTCHN_BIND_VIRQ, 'virq'),
  inter,
  notify: (call) => forEachPort(call, IOCTL_EVTCHN_NOTIFY),
  unbind: (call) => forEachPort(call, IOCTL_EVTCHN_UNBIND),
  reset: (call) => {
    const { fd } = handleOf(call);
    return okOrErrno(call.process.ioctl(fd, IOCTL_EVTCHN_RESET, 0));
  },
  restrict,
};
