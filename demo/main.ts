import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { InstallPackages } from './c-programs.js';
import { ProgramScenes } from './program-scenes.js';
import { play } from './scenes.js';
import type { StyledLine } from './styled-line.js';
import { toText, wantsColour, widthOf } from './terminal.js';
import { Workshop } from './workshop.js';

const { stdout } = process;
// `npm run demo | head` is no error.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const colour = wantsColour(stdout, process.env);
const width = widthOf(stdout);
const write = (line: StyledLine): void => {
  stdout.write(`${toText(line, colour)}\n`);
};

/** The repository, from where this is compiled to. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the tests install their packages with. It is no part of what is compiled. */
async function install(names: readonly string[]): ReturnType<InstallPackages> {
  const script: { installDebianPackages: InstallPackages } = await import(
    pathToFileURL(join(root, 'scripts/debian.mjs')).href
  );
  return script.installDebianPackages(names);
}

/** Plays the scenes of real programs. Nothing of them is left, even if a signal ends them. @returns what was left out */
async function playPrograms(): Promise<string[]> {
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

play(width, write);
const leftOut = await playPrograms();
for (const what of leftOut) write([{ text: `left out: ${what}`, style: 'held' }]);
// On a machine that is there to try everything, what was not tried is a failure.
if (leftOut.length > 0 && ['true', '1'].includes(process.env.CI ?? '')) process.exitCode = 1;
