import { contract } from './contract.js';
import { deviceSubjects } from './device-subject.js';

// Without the variable, the configuration leaves this file out.
const path = () => process.env.XEN_EVTCHN_DEVICE!;

for (const subject of deviceSubjects({ what: 'device', path, cleanup() {} })) contract(subject);
