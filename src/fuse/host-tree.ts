import { parseDomid } from '../abi/domid-text.js';
import { EEXIST, EINVAL, ENOENT, ENOTDIR, EPERM } from '../abi/errno.js';
import type { HostDomain } from '../host/host-domain.js';
import type { XenHost } from '../host/xen-host.js';
import { FUSE_ROOT_ID } from './protocol.js';
import { TreeNode } from './tree-node.js';

/** Modes: folders and what everybody may read, what only the owner may. */
const FOLDER_MODE = 0o755;
const PUBLIC_MODE = 0o444;
const PRIVATE_MODE = 0o400;

/** What a tree shows and whose it is. */
export interface HostTreeOptions {
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Permission bits of the devices. */
  readonly deviceMode: number;
  /** The time, in whole seconds since 1970. */
  readonly seconds: () => number;
  /** Text of the file `server`. */
  readonly serverText: () => string;
  /** Text of a domain's file `channels`: what is bound to what. */
  readonly channelsText: (domain: HostDomain) => string;
  /** Text of a domain's file `files`: who has the device open. */
  readonly filesText: (domain: HostDomain) => string;
}

/**
 * The served file system: a folder per domain, with its device and two texts; `mkdir` of a number makes a domain, `rmdir`
 * destroys it. The texts of a domain are its owner's alone, whoever else may use the device.
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
    const server = this.#register(++this.#lastId, 'text', 'server', PUBLIC_MODE, {
      text: options.serverText,
    });
    this.#children.set(root.id, [server]);
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
    const { deviceMode, channelsText, filesText } = this.#options;
    const folder = this.#register(++this.#lastId, 'domain', String(domain.domid), FOLDER_MODE, {
      domain,
    });
    const text = (name: string, content: (of: HostDomain) => string) =>
      this.#register(++this.#lastId, 'text', name, PRIVATE_MODE, {
        domain,
        text: () => content(domain),
      });
    this.#children.set(folder.id, [
      this.#register(++this.#lastId, 'device', 'evtchn', deviceMode, { domain }),
      text('channels', channelsText),
      text('files', filesText),
    ]);
    this.#children.get(FUSE_ROOT_ID)!.push(folder);
    return folder;
  }

  #register(
    id: number,
    kind: TreeNode['kind'],
    name: string,
    mode: number,
    rest: { readonly domain?: HostDomain; readonly text?: () => string } = {},
  ): TreeNode {
    const { owner, seconds } = this.#options;
    const node = new TreeNode(id, kind, name, { mode, ...owner, time: seconds(), ...rest });
    this.#nodes.set(id, node);
    return node;
  }
}
