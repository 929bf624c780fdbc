import { join } from 'node:path';
import type { Workshop } from './workshop.js';

/** Debian's packages for the programs: a compiler, and Xen's headers and libraries. */
const PACKAGES = ['gcc', 'libc6-dev', 'libxen-dev'] as const;

/** A program that needs each of them. */
const PROBE = `#include <stdio.h>
#include <xenevtchn.h>
#include <xen/io/ring.h>
int main(void) { return xenevtchn_open(NULL, 0) == NULL; }
`;

/** Installs packages of Debian, where that is possible. */
export type InstallPackages = (
  names: readonly string[],
) => Promise<{ readonly missing?: string | undefined }>;

/** The C programs of the demo: the two ends of a device. */
export class CPrograms {
  static readonly names = ['back', 'front'] as const;
  readonly #sources: string;
  readonly #workshop: Workshop;
  readonly #install: InstallPackages;

  /** @param sources - the folder of their sources */
  constructor(sources: string, workshop: Workshop, install: InstallPackages) {
    this.#sources = sources;
    this.#workshop = workshop;
    this.#install = install;
  }

  /**
   * Compiles them in the workshop. Packages are installed only where it does not succeed without.
   * @returns why that cannot be done on this machine, with what to install; undefined if it was done
   * @throws (rejects) Error with the compiler's words where the programs themselves are wrong
   */
  async compile(): Promise<string | undefined> {
    if ((await this.#complaint()) !== undefined) {
      const { missing } = await this.#install(PACKAGES);
      if (missing !== undefined) return missing;
      const complaint = await this.#complaint();
      if (complaint !== undefined)
        return `${complaint} (though ${PACKAGES.join(' ')} are installed)`;
    }
    for (const name of CPrograms.names) {
      const source = join(this.#sources, `${name}.c`);
      const { status, output } = await this.#workshop.run(gcc('-o', name, source));
      if (status !== 0) throw new Error(`gcc failed on ${source}:\n${output}`);
    }
    return undefined;
  }

  /** What the compiler has to say without the C library, or Xen's library with its headers; undefined if all are there. */
  async #complaint(): Promise<string | undefined> {
    const child = this.#workshop.start(gcc('-o', 'probe', '-x', 'c', '-'));
    child.write(PROBE);
    child.hangUp();
    const status = await child.ended();
    return status === 0 ? undefined : child.output.split('\n')[0];
  }
}

function gcc(...args: string[]): string[] {
  return ['gcc', ...args, '-lxenevtchn'];
}
