import { spawn } from 'node:child_process';

/** How long a file system may take to answer before it counts as hanging, milliseconds. */
const PROBE_LIMIT = 2000;
/** How long a process may take to start, milliseconds: long on a machine that is busy, or emulated. */
const START_LIMIT = 30_000;

/** What is found at a path. */
export type Kind = 'directory' | 'file' | 'character device' | 'other';

/** What one can see of a path. */
export interface Sight {
  /** Why the path could not be reached, such as `ENOENT`; undefined if it was. */
  readonly error?: string;
  /** The path with no symbolic link in it; undefined if it could not be reached. */
  readonly path?: string;
  /** The mount it is on, as {@link Mount.id}. */
  readonly mount?: number;
  /** What the file system said: `alive`, `dead` (its server is gone), or `hanging` (no answer in two seconds). */
  readonly answer: 'alive' | 'dead' | 'hanging';
  readonly kind?: Kind;
  /** Nothing is in the directory, or in the file. */
  readonly empty?: boolean;
  /** Why a directory could not be read, such as `EACCES`. */
  readonly unreadable?: string;
  /** The text of the file `server` in the directory, where that is on FUSE: our hosts have one. */
  readonly server?: string;
}

/**
 * The program of the child. Opening with O_PATH asks no file system about the path's last part, so that the mount is known
 * even when its server is stopped. Only statfs(2) asks a FUSE server surely, for attributes may be cached.
 */
const CHILD = `
const fs = require('node:fs');
const [path] = process.argv.slice(1);
const tell = (fact) => fs.writeSync(1, JSON.stringify(fact) + '\\n');
tell({});
const code = (act) => { try { act(); } catch (error) { return error.code; } };
let fd;
const error = code(() => { fd = fs.openSync(path, 0o10000000); });
if (error) { tell({ error }); process.exit(); }
const info = fs.readFileSync('/proc/self/fdinfo/' + fd, 'utf8');
tell({ path: fs.readlinkSync('/proc/self/fd/' + fd), mount: Number(/^mnt_id:\\s*(\\d+)/m.exec(info)[1]) });
let type;
const refusal = code(() => { type = fs.statfsSync(path).type; });
if (['ENOTCONN', 'ECONNABORTED'].includes(refusal)) { tell({ answer: 'dead' }); process.exit(); }
const seen = { answer: 'alive' };
seen.unreadable = code(() => {
  const stat = fs.statSync(path);
  seen.kind = stat.isDirectory() ? 'directory' : stat.isFile() ? 'file'
    : stat.isCharacterDevice() ? 'character device' : 'other';
  if (seen.kind === 'file') seen.empty = stat.size === 0;
  if (seen.kind !== 'directory') return;
  if (type === 0x65735546) code(() => { seen.server = fs.readFileSync(path + '/server', 'utf8'); });
  const folder = fs.opendirSync(path);
  seen.empty = folder.readSync() === null;
  folder.closeSync();
});
tell(seen);
`;

/** Who looks: a FUSE file system answers nobody but its owner. */
export interface Looker {
  readonly uid: number;
  readonly gid: number;
}

/** The environment of our helper processes: none of them may speak to the service manager for us. */
export function childEnvironment(): NodeJS.ProcessEnv {
  const { NOTIFY_SOCKET: _socket, NODE_OPTIONS: _options, ...rest } = process.env;
  return rest;
}

/**
 * Looks at a path in a process of its own, so that a file system whose server is stopped makes nobody wait longer than
 * two seconds for each thing it is asked.
 * @param path - absolute
 * @param as - the user to look as; needs root
 * @throws Error if no process can be started
 */
export async function look(path: string, as?: Looker): Promise<Sight> {
  const child = spawn(process.execPath, ['-e', CHILD, '--', path], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: childEnvironment(),
    cwd: '/',
    ...as,
  });
  let text = '';
  let timer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT);
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    text += data;
    // From its first word on it waits for nobody but the file system.
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), PROBE_LIMIT);
  });
  const signal = await new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_, ending) => resolve(ending));
  }).finally(() => clearTimeout(timer));
  const facts = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Partial<Sight>);
  if (facts.length === 0) throw new Error(`could not look at ${path}`);
  return Object.assign({ answer: signal === null ? 'alive' : 'hanging' }, ...facts) as Sight;
}
