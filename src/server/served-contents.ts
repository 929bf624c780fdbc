import { channelsText } from '../fuse/channels-text.js';
import { filesText } from '../fuse/files-text.js';
import type { ServedContents } from '../fuse/served-files.js';
import { snapshotText } from '../snapshot/snapshot-text.js';
import type { ServedHost } from './served-host.js';

/** What is to be read of a served host. @param server - what serves it, in lines */
export function servedContents(served: ServedHost, server: () => string): ServedContents {
  return {
    server,
    state: (domain) => ascii(snapshotText(served.snapshot(domain))),
    trace: () => served.openTrace(),
    channels: (domain) => channelsText(domain, served.openFiles()),
    files: (domain) => filesText(domain, served.openFiles()),
  };
}

/** JSON with nothing but ASCII in it: files have a byte for each character. */
function ascii(json: string): string {
  return json.replace(
    /[^\0-\x7f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
