import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's own cases: beside the source of this file, or of the file it was compiled from, in .build. */
export function ownFolder(): string {
  const here = new URL('.', import.meta.url);
  const beside = new URL('cases/', here);
  const folder = existsSync(beside) ? here : new URL('../../../test/conformance/', here);
  return fileURLToPath(folder).replace(/[/\\]$/, '');
}
