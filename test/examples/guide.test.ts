// The code of the guides is that of files which are compiled and tested.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ExplorationError, explore } from 'xen-evtchn/lab';
import { exchange } from '../../examples/lab/mailbox.js';
import { receiveOneEach } from '../../examples/lab/one-each.js';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

const programs = (folder: string) =>
  readdirSync(fileURLToPath(new URL(`../../${folder}`, import.meta.url)))
    .filter((name) => /\.m?[jt]s$/.test(name))
    .map((name) => `${folder}/${name}`);

/** Without indentation, and with the tests' imports as a reader has them who puts all files into one folder. */
const flat = (text: string) =>
  text
    .replaceAll(/'\.\.\/\.\.\/examples\/(?:console\/|lab\/)?/g, "'./")
    .replaceAll(/^ +/gm, '')
    .trim();

const sources = ['examples', 'examples/console', 'examples/lab', 'test/examples'].flatMap(programs);

describe.each([
  ['docs/back-end.md', 7],
  ['docs/lab.md', 10],
])('%s', (path, least) => {
  const guide = read(path);
  const blocks = [...guide.matchAll(/^```[jt]s\n(.*?)^```$/gms)].map(([, block]) => block!);

  it('has blocks of code', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(least);
  });

  it.each(blocks.map((block) => [block.split('\n')[0], block]))(
    'has from a file that is compiled: %s …',
    (_, block) => {
      const found = sources.filter((path) =>
        `\n${flat(read(path))}\n`.includes(`\n${flat(block)}\n`),
      );
      expect(found).toHaveLength(1);
    },
  );

  it('leads to files that are there', () => {
    const links = [...guide.matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)].map(([, path]) => path!);
    expect(links.length).toBeGreaterThan(3);
    for (const path of links) {
      expect(existsSync(fileURLToPath(new URL(`../../docs/${path}`, import.meta.url))), path).toBe(
        true,
      );
    }
  });
});

describe('docs/lab.md', () => {
  it('shows the report as it is', async () => {
    const scenario = exchange(['one', 'two'], receiveOneEach);
    const error: unknown = await explore(scenario).catch((thrown: unknown) => thrown);
    // Edits of the example move its lines.
    const withoutLines = (text: string) => text.replaceAll(/ *(\w+)\.ts:\d+/g, ' $1');
    expect(withoutLines(read('docs/lab.md'))).toContain(
      withoutLines((error as ExplorationError).message.trimEnd()),
    );
  });
});
