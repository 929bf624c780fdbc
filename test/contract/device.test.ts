import { contract } from './contract.js';
import { deviceSubjects } from './device-subject.js';

// Without the variable, the configuration leaves this file out.
const device = process.env.XEN_EVTCHN_DEVICE!;

for (const subject of deviceSubjects({ what: 'device', device, cleanup() {} })) contract(subject);
