import { expect, it } from 'vitest';
import { jsonReport, type Report, textReport } from '../../../src/doctor/report.js';
import { machine, userMachine } from './machine.js';

const report: Report = {
  version: '1.2.3',
  facts: machine(),
  checks: [
    { name: 'Node', state: 'ok', found: 'v20.19.0' },
    { name: '/dev/fuse', state: 'missing', found: 'not there', mend: 'modprobe fuse' },
    { name: 'memory', state: 'limited', found: 'children only', mend: 'sysctl x=0' },
  ],
  verdicts: [
    { command: 'xen-evtchn run', works: false, reason: '/dev/fuse does not open' },
    { command: 'xen-evtchn serve --dev-xen', works: true, reason: 'by mount(2)' },
  ],
};

it('aligns what it tells a person', () => {
  expect(textReport(report)).toBe(`xen-evtchn 1.2.3 as root

ok       Node       v20.19.0
missing  /dev/fuse  not there
                    -> modprobe fuse
limited  memory     children only
                    -> sysctl x=0

xen-evtchn run:             does not work: /dev/fuse does not open
xen-evtchn serve --dev-xen: works, by mount(2)
`);
  expect(textReport({ ...report, facts: userMachine() })).toContain('as user 1000\n');
});

it('tells a program the same', () => {
  const { version, checks, verdicts } = report;
  expect(JSON.parse(jsonReport(report))).toEqual({ version, checks, verdicts });
});
