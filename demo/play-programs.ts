import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { InstallPackages } from './c-programs.js';
import { ProgramScenes } from './program-scenes.js';
import type { StyledLine } from './styled-line.js';
import { Workshop } from './workshop.js';

/** The repository, from where this is compiled to. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the tests install their packages with. It is no part of what is compiled. */
async function install(names: readonly string[]): ReturnType<InstallPackages> {
  const script: { installDebianPackages: InstallPackages } = await import(
    pathToFileURL(join(root, 'scripts/debian.mjs')).href
  );
  return script.installDebianPackages(names);
}

/**
 * Plays the scenes of real programs, with the `xen-evtchn` of dist. Nothing of them is left, even if SIGINT, SIGTERM or
 * SIGHUP ends this process meanwhile.
 * @param width - columns to fold remarks into
 * @param write - takes the lines
 * @returns what was left out, each with its reason
 * @throws (rejects) Error if something does not do what a scene says of it
 */
export async function playPrograms(
  width: number,
  write: (line: StyledLine) => void,
): Promise<string[]> {
  const workshop = new Workshop();
  let signal: NodeJS.Signals | undefined;
  for (const each of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(each, () => {
      signal = each;
      // Whoever waits for the programs goes on then, and ends up below.
      void workshop.close();
    });
  }
  try {
    return await new ProgramScenes({
      workshop,
      command: [process.execPath, join(root, 'dist/cli/main.js')],
      sources: join(root, 'demo/c'),
      install,
      width,
      write,
    }).play();
  } catch (error) {
    if (signal === undefined) throw error;
    return [];
  } finally {
    await workshop.close();
    if (signal !== undefined) process.kill(process.pid, signal);
  }
}
