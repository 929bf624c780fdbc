import type { HostDomain } from '../host/host-domain.js';
import { S_IFDIR, S_IFREG } from './protocol.js';
import type { FileContent } from './tree-file.js';

/** What a file of the served tree is. */
export type NodeKind = 'root' | 'domain' | 'device' | 'file';

/** One file or folder of the served tree. */
export class TreeNode {
  /** Unique for as long as the tree is served, and never used again: the number the kernel knows it by. */
  readonly id: number;
  readonly kind: NodeKind;
  readonly name: string;
  /** Permission bits. */
  mode: number;
  uid: number;
  gid: number;
  /** When it was made, in seconds since 1970. */
  readonly time: number;
  /** When it was read and written last, likewise; only what utimes(2) says counts. */
  accessed: number;
  modified: number;
  /** The domain that it belongs to, while it is in the tree. */
  domain: HostDomain | undefined;
  /** What a file in the tree does; undefined for what is none. */
  content: FileContent | undefined;
  /** It was taken out of the tree. */
  removed = false;
  /** How often the kernel was told of it and has not forgotten it. */
  lookups = 0;

  constructor(
    id: number,
    kind: NodeKind,
    name: string,
    rest: {
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly time: number;
      readonly domain?: HostDomain;
      readonly content?: FileContent;
    },
  ) {
    this.id = id;
    this.kind = kind;
    this.name = name;
    this.mode = rest.mode;
    this.uid = rest.uid;
    this.gid = rest.gid;
    this.time = rest.time;
    this.accessed = rest.time;
    this.modified = rest.time;
    this.domain = rest.domain;
    this.content = rest.content;
  }

  /**
   * It is taken out of the tree. The kernel may know it for long, as what was open when its folder went: it must not keep the
   * domain alive.
   */
  remove(): void {
    this.removed = true;
    this.domain = undefined;
    this.content = undefined;
  }

  get isDirectory(): boolean {
    return this.kind === 'root' || this.kind === 'domain';
  }

  /** Mode with the kind of file, as in `struct stat`. A device on FUSE has to be a regular file to be opened. */
  get fullMode(): number {
    return (this.isDirectory ? S_IFDIR : S_IFREG) | this.mode;
  }
}
