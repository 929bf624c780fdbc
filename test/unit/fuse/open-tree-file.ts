import * as fuse from './fuse-request.js';
import type { KernelSide } from './kernel-side.js';
import { walk } from './served-device.js';

/** O_RDONLY and O_WRONLY. */
export const O_RDONLY = 0;
export const O_WRONLY = 1;

/** A file of the tree that a program has open. Results are as of system calls: negative is an errno. */
export class OpenTreeFile {
  readonly kernel: KernelSide;
  readonly file: fuse.OpenedFile;

  /** @throws Error if it cannot be opened */
  constructor(kernel: KernelSide, path: string, flags: number) {
    const node = walk(kernel, path);
    this.kernel = kernel;
    this.file = { node, fh: kernel.succeed(fuse.open(node, flags)).as('open_out').fh };
  }

  write(text: string): number {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const answer = this.kernel.ask(fuse.write(this.file, bytes, O_WRONLY));
    return answer.error < 0 ? answer.error : answer.as('write_out').size;
  }

  /** @returns bytes, or an errno */
  read(size: number, offset = 0): Uint8Array | number {
    const answer = this.kernel.ask(fuse.read(this.file, size, 0, offset));
    return answer.error < 0 ? answer.error : answer.body;
  }

  poll(): number {
    return this.kernel.succeed(fuse.poll(this.file, 77n, false)).as('poll_out').revents;
  }

  release(): void {
    this.kernel.succeed(fuse.release(this.file));
  }
}

/** Writes a line to a file of the tree, as a shell does. @returns bytes or an errno */
export function echo(kernel: KernelSide, line: string, path: string): number {
  const file = new OpenTreeFile(kernel, path, O_WRONLY | O_TRUNC);
  const written = file.write(`${line}\n`);
  file.release();
  return written;
}

const O_TRUNC = 0o1000;
