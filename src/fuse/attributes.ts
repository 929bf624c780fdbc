import type { Reply } from './reply.js';
import type { TreeNode } from './tree-node.js';

/** Words of `struct fuse_entry_out` and `struct fuse_attr_out` before the attributes. */
const ENTRY_ATTR = 10;
const ATTR_OUT_ATTR = 4;
/** Bytes of both. */
const ENTRY_OUT = 128;
const ATTR_OUT = 104;
/** Pages, for what asks. */
const BLOCK_SIZE = 4096;

/** Writes `struct fuse_attr`. Texts have size 0, as those of /proc. */
function writeAttributes(reply: Reply, at: number, node: TreeNode): void {
  reply.setU64(at, node.id);
  reply.setU64(at + 6, node.accessed);
  reply.setU64(at + 8, node.modified);
  reply.setU64(at + 10, node.time);
  reply.setWord(at + 15, node.fullMode);
  reply.setWord(at + 16, linkCount(node));
  reply.setWord(at + 17, node.uid);
  reply.setWord(at + 18, node.gid);
  reply.setWord(at + 20, BLOCK_SIZE);
}

/** As file systems without a count of folders do: 1 for a folder too. */
function linkCount(node: TreeNode): number {
  return node.removed ? 0 : 1;
}

/**
 * Fills in `struct fuse_entry_out`. Nothing may be remembered (validity 0): the next look is to show the tree as it is then.
 * @returns its bytes
 */
export function writeEntry(reply: Reply, node: TreeNode): number {
  reply.clear(ENTRY_OUT);
  reply.setU64(0, node.id);
  writeAttributes(reply, ENTRY_ATTR, node);
  return ENTRY_OUT;
}

/** Fills in `struct fuse_attr_out`. @returns its bytes */
export function writeAttrOut(reply: Reply, node: TreeNode): number {
  reply.clear(ATTR_OUT);
  writeAttributes(reply, ATTR_OUT_ATTR, node);
  return ATTR_OUT;
}
