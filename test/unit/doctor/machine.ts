import type { Facts } from '../../../src/doctor/facts.js';

/** A machine on which root can do all but CUSE, but for what is given. */
export function machine(given: Partial<Facts> = {}): Facts {
  return {
    user: 0,
    node: 'v20.19.0',
    platform: 'linux',
    architecture: 'x64',
    kernel: '6.1.0-56-amd64',
    native: { version: '3.3.4' },
    device: 'nothing',
    hypervisor: undefined,
    fuse: 'open',
    cuse: 'ENOENT',
    mayMount: true,
    mount: { mounted: true, protocol: '7.38', memory: 'ok' },
    namespace: { mounted: true, protocol: '7.38', memory: 'ok' },
    limits: {},
    fusermount: { path: '/usr/bin/fusermount3', privileged: true },
    ptraceScope: undefined,
    memory: 'ok',
    ...given,
  };
}

/** The same machine for an ordinary user. */
export function userMachine(given: Partial<Facts> = {}): Facts {
  return machine({ user: 1000, mayMount: false, mount: undefined, ...given });
}
