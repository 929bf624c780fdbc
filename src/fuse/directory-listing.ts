import { FUSE_ROOT_ID, S_IFDIR, S_IFREG } from './protocol.js';
import { MAX_REPLY, type Reply } from './reply.js';
import type { TreeNode } from './tree-node.js';

/** Bytes of `struct fuse_dirent` before the name. */
const DIRENT = 24;
/** `IFTODT`: kind of file as directory entries have it. */
const KIND_SHIFT = 12;

/**
 * Fills in entries of a folder (`struct fuse_dirent`), as many as fit.
 * @param start - how many entries were read before, `.` and `..` counted
 * @param size - bytes that fit
 * @returns bytes; 0 at the end
 */
export function writeEntries(
  reply: Reply,
  folder: TreeNode,
  children: readonly TreeNode[],
  start: number,
  size: number,
): number {
  const entries = [
    { id: folder.id, name: '.', isDirectory: true },
    { id: FUSE_ROOT_ID, name: '..', isDirectory: true },
    ...children,
  ];
  const room = Math.min(size, MAX_REPLY);
  let at = 0;
  for (let index = start; index < entries.length; index++) {
    const { id, name, isDirectory } = entries[index]!;
    const length = (DIRENT + name.length + 7) & ~7;
    if (at + length > room) break;
    const word = at / 4;
    reply.setU64(word, id);
    reply.setU64(word + 2, index + 1);
    reply.setWord(word + 4, name.length);
    reply.setWord(word + 5, (isDirectory ? S_IFDIR : S_IFREG) >> KIND_SHIFT);
    reply.body.fill(0, at + DIRENT, at + length);
    for (let i = 0; i < name.length; i++) reply.body[at + DIRENT + i] = name.charCodeAt(i);
    at += length;
  }
  return at;
}
