import { fileURLToPath } from 'node:url';
import { projectFile } from '../results-file.js';

/** How a server is started, and what its tree looks like. */
export interface ServerKind {
  readonly name: string;
  /** The command that serves a folder. */
  command(folder: string, programs: Programs): string[];
  /** Whether it answers as the device does, so that its answers can be checked. */
  readonly real: boolean;
  /** The devices of domains 0 and 1 in its folder; for single requests, the first. */
  readonly devices: readonly [string, string];
}

/** The compiled C programs. */
export interface Programs {
  readonly constantServer: string;
  readonly requests: string;
  readonly path: string;
  readonly bursts: string;
  readonly ports: string;
}

/** The command line of the project. */
export const XEN_EVTCHN = projectFile('dist/cli/main.js');

/** The client of the package. */
export const CLIENT = fileURLToPath(new URL('./client/main.js', import.meta.url));

const NODE_CONSTANTS = fileURLToPath(new URL('./constant-server.js', import.meta.url));

function constants(name: string, ...options: string[]): ServerKind {
  return {
    name,
    command: (folder, { constantServer }) => [constantServer, folder, ...options],
    real: false,
    devices: ['evtchn', 'evtchn'],
  };
}

/** The yardstick: constants, and the ioctl's argument fetched. */
export const YARDSTICK: ServerKind = constants('C, constants');

/** The yardstick without fetching the argument. */
export const WITHOUT_FETCH: ServerKind = constants('C, argument not fetched', '--no-fetch');

/** The yardstick with a poll(2) before each request. */
export const WITH_POLL: ServerKind = constants('C, poll before read', '--poll');

/** The yardstick's files that are connected to each other. */
export const SHORTEST_PATH: ServerKind = {
  ...constants('C server, two connected files'),
  devices: ['0', '1'],
};

/** The same constants from Node. */
export const NODE: ServerKind = {
  ...constants('Node, constants'),
  command: (folder) => [process.execPath, NODE_CONSTANTS, folder],
};

/** What is being measured. */
export const SERVED: ServerKind = {
  name: 'xen-evtchn',
  command: (folder) => [process.execPath, XEN_EVTCHN, 'serve', '--at', folder, '--domains', '0,1'],
  real: true,
  devices: ['0/evtchn', '1/evtchn'],
};

const UNWATCHED_SERVER = fileURLToPath(new URL('./unwatched-server.js', import.meta.url));

/** The same with nothing counted. */
export const UNWATCHED: ServerKind = {
  ...SERVED,
  name: 'xen-evtchn, nothing counted',
  command: (folder) => [process.execPath, UNWATCHED_SERVER, folder],
};
