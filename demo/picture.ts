/** Prints an SVG picture of a part of the demo to standard output: `node .build/demo/picture.js > docs/demo.svg`. */
import { play } from './scenes.js';
import type { StyledLine } from './styled-line.js';
import { toSvg } from './svg.js';

/** Scenes in the picture: the burst, and the masked period. */
const SHOWN: ReadonlySet<number> = new Set([3, 4]);

const lines: StyledLine[] = [];
let started = false;
play(100, (line, scene) => {
  // The title and the legend come before the first scene.
  started ||= scene > 0;
  if (SHOWN.has(scene) || !started) lines.push(line);
});
process.stdout.write(toSvg('npm run demo', lines));
