import { faultDetail } from '../faults/fault-detail.js';
import type { FaultInjector } from '../faults/fault-injector.js';
import type { InjectedFault } from '../faults/fault-log.js';
import { textTable } from './text-table.js';

const HEADING = ['number', 'fault', 'domain', 'port', 'file', 'time', 'detail'];

/**
 * The faults that a host has shown, for people and for programs that repeat them: a line with the seed and the SPEC; a line
 * that says how many are not shown, if there were more than are kept; then a table, oldest first. A file is its number with the
 * name of the process that opened it, bytes of which that are no printable ASCII are shown as `?`.
 */
export function faultsText({ plan, log }: FaultInjector): string {
  const faults = [...log.kept()];
  const before = log.total - faults.length;
  const lines = [`seed ${plan.seed}, spec ${plan.spec}\n`];
  if (before > 0) lines.push(`${before} more before these\n`);
  return lines.join('') + textTable([HEADING, ...faults.map(rowOf)]);
}

function rowOf({ number, fault, domid, port, file, process, time, value }: InjectedFault) {
  return [
    String(number),
    fault,
    String(domid),
    port === 0 ? '-' : String(port),
    file === 0 ? '-' : `${file}(${process.replace(/[^!-~]/g, '?')})`,
    `${(time / 1000).toFixed(3)} s`,
    faultDetail(fault, value),
  ];
}
