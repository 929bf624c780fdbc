// Prints an SVG picture of a part of the demo to standard output, as it is played:
//   node .build/demo/picture.js embedded > docs/demo.svg
//   node .build/demo/picture.js programs > docs/run.svg
import { playPrograms } from './play-programs.js';
import { play } from './scenes.js';
import type { StyledLine } from './styled-line.js';
import { toSvg } from './svg.js';

const WIDTH = 100;
/** Scenes in the picture: the burst, and the masked period. */
const SHOWN: ReadonlySet<number> = new Set([3, 4]);

function embedded(): string {
  const lines: StyledLine[] = [];
  let started = false;
  play(WIDTH, (line, scene) => {
    // The title and the legend come before the first scene.
    started ||= scene > 0;
    if (SHOWN.has(scene) || !started) lines.push(line);
  });
  return toSvg('$ npm run demo', lines);
}

async function programs(): Promise<string> {
  const lines: StyledLine[] = [];
  const leftOut = await playPrograms(WIDTH, (line) => lines.push(line));
  if (leftOut.length > 0) throw new Error(`not all could be played: ${leftOut.join('; ')}`);
  // The number and the title are the demo's.
  const first = lines.findIndex(([span]) => span?.text === '$ ');
  return toSvg('Two C programs with libxenevtchn, two domains, no Xen', lines.slice(first));
}

const pictures: Readonly<Record<string, () => string | Promise<string>>> = { embedded, programs };
const picture = pictures[process.argv[2] ?? ''];
if (picture === undefined) {
  process.stderr.write(`usage: picture.js ${Object.keys(pictures).join('|')}\n`);
  process.exitCode = 2;
} else {
  process.stdout.write(await picture());
}
