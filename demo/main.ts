import { play } from './scenes.js';
import { toText, wantsColour, widthOf } from './terminal.js';

const { stdout } = process;
// `npm run demo | head` is no error.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const colour = wantsColour(stdout, process.env);
play(widthOf(stdout), (line) => stdout.write(`${toText(line, colour)}\n`));
