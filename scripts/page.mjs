// Checks the page as the package carries it: its files name each other by relative paths and nothing else, and are small.
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from './command.mjs';

/** Bytes of all of it together, at most. */
const LARGEST = 600_000;

/** Whether a file of the package is of the page. */
export const isOfPage = (file) =>
  /^dist\/page\/([a-z]+\.html|assets\/[\w.-]+\.(js|css|svg))$/.test(file);

/** What a text of the page has no business to contain, with why. */
const FOREIGN = [
  [/sourceMappingURL/, 'names a source map'],
  [/file:\/\/|node_modules/, 'has a path of the machine that built it'],
];

/** Files that a page names, as it names them. */
const named = (html) => [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, name]) => name);

/** What is wrong with a page or a file of it. */
function wrongFile(file, files) {
  const text = readFileSync(resolve(root, file), 'utf8');
  const wrong = FOREIGN.filter(([pattern]) => pattern.test(text)).map(([, why]) => why);
  if (text.includes(root)) wrong.push('has a path of the machine that built it');
  if (!file.endsWith('.html')) return wrong;
  const missing = named(text).filter(
    (name) => !name.startsWith('./') || !files.includes(join(dirname(file), name)),
  );
  wrong.push(...missing.map((name) => `names ${name}, which is no file beside it`));
  if (/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/.test(text)) {
    wrong.push('has code or style in itself, which its policy forbids');
  }
  if (!text.includes('http-equiv="Content-Security-Policy"')) wrong.push('says no policy');
  return wrong;
}

/**
 * What is wrong with the page.
 * @param {string[]} files of the package that are of the page
 */
export function wrongPage(files) {
  const bytes = files.reduce((sum, file) => sum + statSync(resolve(root, file)).size, 0);
  const tooLarge = bytes > LARGEST ? [`the page has ${bytes} bytes, more than ${LARGEST}`] : [];
  return [
    ...tooLarge,
    ...files.flatMap((file) => wrongFile(file, files).map((why) => `${file} ${why}`)),
  ];
}
