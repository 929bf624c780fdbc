import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * What every handle does, on everything that can stand behind one. The package is the compiled one, for the thread that
 * waits on a device is compiled JavaScript. A device is one for all files: one at a time.
 */
export default defineConfig({
  resolve: {
    alias: { 'xen-evtchn': fileURLToPath(new URL('dist/index.js', import.meta.url)) },
  },
  test: {
    include: ['test/contract/**/*.test.ts'],
    environment: 'node',
    fileParallelism: false,
    disableConsoleIntercept: true,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
