import { describe, expect, it } from 'vitest';
import { type NodeKind, TreeNode } from '../../../src/fuse/tree-node.js';
import { XenHost } from '../../../src/index.js';

const content = { kind: 'text', text: () => 'x' } as const;

function node(kind: NodeKind): TreeNode {
  const domain = new XenHost().createDomain({ domid: 0 });
  const rest = { mode: 0o640, uid: 1, gid: 2, time: 3, domain, content };
  return new TreeNode(9, kind, 'name', rest);
}

describe('a node', () => {
  it('has the kind of file it is in its mode: a device is a regular file', () => {
    const modes = (['root', 'domain', 'device', 'file'] as const).map((kind) => {
      const { fullMode, isDirectory } = node(kind);
      return [fullMode.toString(8), isDirectory];
    });
    expect(modes).toEqual([
      ['40640', true],
      ['40640', true],
      ['100640', false],
      ['100640', false],
    ]);
  });

  it('keeps who it is when it is taken out, and lets its domain go', () => {
    const device = node('device');
    expect(device).toMatchObject({ id: 9, removed: false, lookups: 0 });
    expect(device.domain?.domid).toBe(0);
    device.remove();
    expect(device).toMatchObject({ id: 9, name: 'name', uid: 1, gid: 2, time: 3, removed: true });
    expect([device.domain, device.content]).toEqual([undefined, undefined]);
  });
});
