import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What can be measured: the modules in `scenarios`. */
interface Scenarios {
  readonly emit: typeof import('./scenarios/emit.js').run;
  readonly events: typeof import('./scenarios/events.js').run;
  readonly allocation: typeof import('./scenarios/allocation.js').run;
  readonly bind: typeof import('./scenarios/bind.js').run;
  readonly memory: typeof import('./scenarios/memory.js').run;
  readonly domains: typeof import('./scenarios/domains.js').run;
  readonly lab: typeof import('./scenarios/lab.js').run;
  readonly release: typeof import('./scenarios/release.js').run;
}

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));

/** Runs a scenario in a fresh process. */
export async function measureApart<Name extends keyof Scenarios>(
  name: Name,
  options: Parameters<Scenarios[Name]>[0],
): Promise<Awaited<ReturnType<Scenarios[Name]>>> {
  const args = ['--expose-gc', CHILD, name, JSON.stringify(options)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}
