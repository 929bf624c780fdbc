import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian's package has it. */
export const CHROMIUM = '/usr/bin/chromium';

/** Why there is no browser to test in, in words; undefined if there is one. */
export function missingChromium(): string | undefined {
  try {
    accessSync(CHROMIUM, constants.X_OK);
    return undefined;
  } catch {
    return `no ${CHROMIUM} (Debian package chromium)`;
  }
}

/** Starts it, without a window. @param options - further ones of its command line */
export function startChromium(options: readonly string[] = []): Promise<Browser> {
  // Its sandbox needs another user than root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox', ...options] : [...options];
  return chromium.launch({ executablePath: CHROMIUM, args });
}
