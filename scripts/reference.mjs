// npm run docs: generates the reference of what the package exports, into .docs. Typedoc, and the TypeScript that it needs,
// are packages of docs/reference alone.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node, root } from './command.mjs';
import { installPackages } from './setup.mjs';

const folder = resolve(root, 'docs/reference');

/**
 * Generates the reference into a folder, emptying it. Not `ok` if anything public has no comment, a comment refers to what
 * is not there, or the like: typedoc says what.
 */
export async function generateReference(out) {
  await installPackages();
  await installPackages(folder);
  const typedoc = resolve(folder, 'node_modules/typedoc/bin/typedoc');
  return node([typedoc, '--options', resolve(folder, 'typedoc.json'), '--out', out]);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { ok } = await generateReference(resolve(root, '.docs'));
  if (!ok) process.exitCode = 1;
}
