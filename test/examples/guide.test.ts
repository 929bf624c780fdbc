// The TypeScript of the guide is that of files which are compiled and tested.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

const typescript = (folder: string) =>
  readdirSync(fileURLToPath(new URL(`../../${folder}`, import.meta.url)))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`);

/** Without indentation, and with the tests' imports as a reader has them who puts all files into one folder. */
const flat = (text: string) =>
  text
    .replaceAll(/'\.\.\/\.\.\/examples\/(console\/)?/g, "'./")
    .replaceAll(/^ +/gm, '')
    .trim();

const sources = ['examples', 'examples/console', 'test/examples'].flatMap(typescript);
const guide = read('docs/back-end.md');
const blocks = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block!);

describe('docs/back-end.md', () => {
  it('has blocks of code', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(7);
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
    for (const path of links) expect(read(`docs/${path}`)).not.toBe('');
  });
});
