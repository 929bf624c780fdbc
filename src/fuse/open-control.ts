import { EBADF, EINVAL, ENODEV } from '../abi/errno.js';
import { POLLOUT, POLLWRNORM } from '../abi/poll.js';
import type { OpenTreeFile } from './open-tree-file.js';
import { FOPEN_DIRECT_IO, FOPEN_NOFLUSH, FOPEN_NONSEEKABLE, FOPEN_STREAM } from './protocol.js';
import type { TreeNode } from './tree-node.js';

/** No line that means anything is longer. */
const LONGEST = 64;
const NEWLINE = 0x0a;

/** An open file of the tree that does something with each line that is written to it. */
export class OpenControl implements OpenTreeFile {
  readonly flags: number = FOPEN_DIRECT_IO | FOPEN_NONSEEKABLE | FOPEN_STREAM | FOPEN_NOFLUSH;
  readonly readiness: number = POLLOUT | POLLWRNORM;
  readonly #node: TreeNode;
  readonly #settle: () => void;

  /**
   * @param node - of a file with a control; without it once its domain is gone
   * @param settle - looks after everybody who was woken
   */
  constructor(node: TreeNode, settle: () => void) {
    this.#node = node;
    this.#settle = settle;
  }

  read(): number {
    return -EBADF;
  }

  /** One line; the newline at its end may be missing. */
  write(bytes: Uint8Array): number {
    const { content } = this.#node;
    if (content?.kind !== 'control') return -ENODEV;
    const length = bytes.at(-1) === NEWLINE ? bytes.length - 1 : bytes.length;
    if (length > LONGEST) return -EINVAL;
    const rc = content.control(String.fromCharCode(...bytes.subarray(0, length)));
    this.#settle();
    return rc < 0 ? rc : bytes.length;
  }

  close(): void {}
}
