import { EACCES, EBADF, EINVAL, EISDIR } from '../abi/errno.js';
import { O_ACCMODE, O_RDONLY, O_WRONLY } from '../abi/fcntl.js';
import { OpenControl } from './open-control.js';
import { OpenText } from './open-text.js';
import { OpenTrace } from './open-trace.js';
import type { OpenTreeFile } from './open-tree-file.js';
import { IN_HEADER } from './protocol.js';
import type { Reply } from './reply.js';
import type { Request } from './request.js';
import type { TreeNode } from './tree-node.js';

/** Bytes of the structures that follow the header. */
const READ_IN = 40;
const WRITE_IN = 40;
const POLL_IN = 24;
const RELEASE_IN = 24;
const OPEN_OUT = 16;
const WRITE_OUT = 8;
const POLL_OUT = 8;
/** High half of the handle of a file of the tree; that of a device is 0. */
const TREE_HANDLE = 1;

/** Requests on open files of the tree that are no devices: texts, controls, the trace. */
export class TreeFileRequests {
  readonly #request: Request;
  readonly #reply: Reply;
  readonly #settle: () => void;
  readonly #open = new Map<number, OpenTreeFile>();
  #last = 0;

  /** @param settle - looks after everybody who was woken */
  constructor(request: Request, reply: Reply, settle: () => void) {
    this.#request = request;
    this.#reply = reply;
    this.#settle = settle;
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * OPEN, either for reading or for writing, as its mode has it: root, whom modes do not stop, gets EACCES here.
   * @param flags - `O_*`
   */
  open(node: TreeNode, flags: number): true {
    const { content } = node;
    if (content === undefined) return this.#fail(-EISDIR);
    const wanted = content.kind === 'control' ? O_WRONLY : O_RDONLY;
    if ((flags & O_ACCMODE) !== wanted) return this.#fail(-EACCES);
    const file = this.#newFile(node);
    this.#last++;
    this.#open.set(this.#last, file);
    const reply = this.#reply;
    reply.clear(OPEN_OUT);
    reply.setWord(0, this.#last);
    reply.setWord(1, TREE_HANDLE);
    reply.setWord(2, file.flags);
    return reply.send(this.#request, OPEN_OUT);
  }

  /** READ. */
  read(): true {
    const request = this.#request;
    if (request.bodyLength < READ_IN) return this.#fail(-EINVAL);
    const length = this.#file()?.read(request.u64(12), request.word(4), this.#reply) ?? -EBADF;
    return length < 0 ? this.#fail(length) : this.#reply.send(request, length);
  }

  /** WRITE. */
  write(): true {
    const request = this.#request;
    if (request.bodyLength < WRITE_IN) return this.#fail(-EBADF);
    const file = this.#file();
    if (file === undefined) return this.#fail(-EBADF);
    const count = request.word(4);
    if (count > request.bodyLength - WRITE_IN) return this.#fail(-EINVAL);
    const start = IN_HEADER + WRITE_IN;
    const written = file.write(request.bytes.subarray(start, start + count));
    if (written < 0) return this.#fail(written);
    this.#reply.clear(WRITE_OUT);
    this.#reply.setWord(0, written);
    return this.#reply.send(request, WRITE_OUT);
  }

  /** POLL: always ready for what it was opened for. */
  poll(): true {
    const request = this.#request;
    if (request.bodyLength < POLL_IN) return this.#fail(-EINVAL);
    const file = this.#file();
    if (file === undefined) return this.#fail(-EBADF);
    this.#reply.clear(POLL_OUT);
    this.#reply.setWord(0, file.readiness);
    return this.#reply.send(request, POLL_OUT);
  }

  /** RELEASE. */
  release(): true {
    const request = this.#request;
    const file = request.bodyLength < RELEASE_IN ? undefined : this.#file();
    if (file === undefined) return this.#fail(-EBADF);
    this.#open.delete(request.word(0));
    file.close();
    return this.#reply.send(request, 0);
  }

  #newFile(node: TreeNode): OpenTreeFile {
    const content = node.content!;
    switch (content.kind) {
      case 'text':
        return new OpenText(content.text());
      case 'trace':
        return new OpenTrace(content.open());
      case 'control':
        return new OpenControl(node, this.#settle);
    }
  }

  /** The open file that the request names. */
  #file(): OpenTreeFile | undefined {
    const request = this.#request;
    return request.word(1) === TREE_HANDLE ? this.#open.get(request.word(0)) : undefined;
  }

  #fail(errno: number): true {
    return this.#reply.fail(this.#request, errno);
  }
}
