import { playPrograms } from './play-programs.js';
import { play } from './scenes.js';
import type { StyledLine } from './styled-line.js';
import { toText, wantsColour, widthOf } from './terminal.js';

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

play(width, write);
const leftOut = await playPrograms(width, write);
for (const what of leftOut) write([{ text: `left out: ${what}`, style: 'held' }]);
// On a machine that is there to try everything, what was not tried is a failure.
if (leftOut.length > 0 && ['true', '1'].includes(process.env.CI ?? '')) process.exitCode = 1;
