import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the build puts the page. */
const BUILT = fileURLToPath(new URL('../page/', import.meta.url));

/** What a browser is to take a file for; nothing else is part of the page. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly content: Buffer;
}

/** The files of the page by their path below it, such as `assets/page.js`; what is not in here cannot be asked for. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** Whether a page is the one over a served host, or the one that has a host in itself. */
export type PageKind = 'inspector' | 'playground';

const ENTRIES: Readonly<Record<PageKind, string>> = {
  inspector: 'index.html',
  playground: 'playground.html',
};

/**
 * Reads the page that the package carries; its entry has the empty path.
 * @param folder - where it was built
 * @throws Error if it is not there
 */
export function readPageFiles(kind: PageKind, folder = BUILT): PageFiles {
  const files = new Map<string, PageFile>();
  for (const path of listed(folder)) {
    const type = TYPES[extname(path)];
    if (type !== undefined) files.set(path, { type, content: readFileSync(join(folder, path)) });
  }
  const entry = files.get(ENTRIES[kind]);
  if (entry === undefined) throw notBuilt(folder);
  return files.set('', entry);
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    throw notBuilt(folder);
  }
}

function notBuilt(folder: string): Error {
  return new Error(`the page is missing from this package: ${folder} (npm run build makes it)`);
}
