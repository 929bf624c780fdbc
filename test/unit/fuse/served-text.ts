import * as fuse from './fuse-request.js';
import type { KernelSide } from './kernel-side.js';
import { walk } from './served-device.js';

/** The whole of a text. */
export function readText(kernel: KernelSide, path: string): string {
  const node = walk(kernel, path);
  const { fh } = kernel.succeed(fuse.open(node, 0)).as('open_out');
  const result = kernel.succeed(fuse.read({ node, fh }, 65536)).text;
  kernel.succeed(fuse.release({ node, fh }));
  return result;
}

/** Its lines, each as its columns, which are two spaces apart. */
export function readTable(kernel: KernelSide, path: string): string[][] {
  const lines = readText(kernel, path).trimEnd().split('\n');
  return lines.map((line) => line.trim().split(/ {2,}/));
}
