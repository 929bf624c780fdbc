import { parseDomid } from '../abi/domid-text.js';
import { EEXIST, EINVAL, ENOENT, ENOTDIR, EPERM } from '../abi/errno.js';
import type { HostDomain } from '../host/host-domain.js';
import type { XenHost } from '../host/xen-host.js';
import { FUSE_ROOT_ID } from './protocol.js';
import type { FileContent, TreeFile } from './tree-file.js';
import { TreeNode } from './tree-node.js';

/** Mode of folders. */
const FOLDER_MODE = 0o755;

/** What a tree shows and whose it is. */
export interface HostTreeOptions {
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Permission bits of the devices. */
  readonly deviceMode: number;
  /** The time, in whole seconds since 1970. */
  readonly seconds: () => number;
  /** Files of the root. */
  readonly rootFiles: readonly TreeFile[];
  /** Files of a domain's folder, besides its device. */
  readonly domainFiles: (domain: HostDomain) => readonly TreeFile[];
}

/**
 * The served file system: a folder per domain, with its device and files that tell of it and steer it; `mkdir` of a number
 * makes a domain, `rmdir` destroys it.
 */
export class HostTree {
  readonly host: XenHost;
  readonly #options: HostTreeOptions;
  readonly #nodes = new Map<number, TreeNode>();
  /** Files of a folder, by its number and in the order they are listed. */
  readonly #children = new Map<number, TreeNode[]>();
  #lastId = FUSE_ROOT_ID;

  /** Shows the domains the host has. Those that are made later must be made by {@link makeDirectory}. */
  constructor(host: XenHost, options: HostTreeOptions) {
    this.host = host;
    this.#options = options;
    const root = this.#register(FUSE_ROOT_ID, 'root', '/', FOLDER_MODE);
    this.#children.set(
      root.id,
      options.rootFiles.map((file) => this.#registerFile(file)),
    );
    for (const domain of host.domains()) this.#show(domain);
  }

  /** The node of that number, if it is there or the kernel still knows it. */
  node(id: number): TreeNode | undefined {
    return this.#nodes.get(id);
  }

  /** What is in a folder; nothing if it is none. */
  children(folder: TreeNode): readonly TreeNode[] {
    return this.#children.get(folder.id) ?? [];
  }

  /** The file of that name in a folder. @returns -ENOTDIR, -ENOENT */
  lookup(folder: TreeNode, name: string): TreeNode | number {
    if (!folder.isDirectory) return -ENOTDIR;
    return this.children(folder).find((node) => node.name === name) ?? -ENOENT;
  }

  /**
   * mkdir(2): makes the domain of that number.
   * @returns its folder; -EPERM anywhere but in the root; -EEXIST; -EINVAL for what is no domain's number in plain decimal
   */
  makeDirectory(folder: TreeNode, name: string): TreeNode | number {
    if (folder.kind !== 'root') return -EPERM;
    if (typeof this.lookup(folder, name) !== 'number') return -EEXIST;
    const domid = parseDomid(name);
    if (domid === undefined) return -EINVAL;
    if (this.host.domain(domid) !== undefined) return -EEXIST;
    return this.#show(this.host.createDomain({ domid }));
  }

  /** rmdir(2): destroys the domain, whoever has its device open. @returns 0, -ENOENT, -ENOTDIR or -EPERM */
  removeDirectory(folder: TreeNode, name: string): number {
    const node = this.lookup(folder, name);
    if (typeof node === 'number') return node;
    if (node.kind !== 'domain') return -ENOTDIR;
    node.domain?.destroy();
    const siblings = this.#children.get(folder.id)!;
    siblings.splice(siblings.indexOf(node), 1);
    for (const gone of [node, ...this.children(node)]) {
      gone.remove();
      this.#dropIfForgotten(gone);
    }
    this.#children.delete(node.id);
    return 0;
  }

  /** Destroys a domain and removes its folder, as {@link removeDirectory}. */
  removeDomain(domain: HostDomain): void {
    this.removeDirectory(this.#nodes.get(FUSE_ROOT_ID)!, String(domain.domid));
  }

  /** The kernel drops some of what it was told of a node (FORGET). */
  forget(id: number, lookups: number): void {
    const node = this.#nodes.get(id);
    if (node === undefined) return;
    node.lookups = Math.max(0, node.lookups - lookups);
    this.#dropIfForgotten(node);
  }

  /** How many nodes there are, those included that only the kernel still knows. */
  get size(): number {
    return this.#nodes.size;
  }

  #dropIfForgotten(node: TreeNode): void {
    if (node.removed && node.lookups === 0) this.#nodes.delete(node.id);
  }

  #show(domain: HostDomain): TreeNode {
    const { deviceMode, domainFiles } = this.#options;
    const folder = this.#register(++this.#lastId, 'domain', String(domain.domid), FOLDER_MODE, {
      domain,
    });
    const device = this.#register(++this.#lastId, 'device', 'evtchn', deviceMode, { domain });
    const files = domainFiles(domain).map((file) => this.#registerFile(file, domain));
    this.#children.set(folder.id, [device, ...files]);
    this.#children.get(FUSE_ROOT_ID)!.push(folder);
    return folder;
  }

  #registerFile(file: TreeFile, domain?: HostDomain): TreeNode {
    return this.#register(++this.#lastId, 'file', file.name, file.mode, {
      ...(domain === undefined ? {} : { domain }),
      content: file,
    });
  }

  #register(
    id: number,
    kind: TreeNode['kind'],
    name: string,
    mode: number,
    rest: { readonly domain?: HostDomain; readonly content?: FileContent } = {},
  ): TreeNode {
    const { owner, seconds } = this.#options;
    const node = new TreeNode(id, kind, name, { mode, ...owner, time: seconds(), ...rest });
    this.#nodes.set(id, node);
    return node;
  }
}
