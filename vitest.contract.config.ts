import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

/** A device to try it on besides those that the tests make: the kernel's, on a Xen host, or any that is served. */
const device = process.env.XEN_EVTCHN_DEVICE;

/**
 * What every handle does, on everything that can stand behind one. The package is the compiled one, for the thread that
 * waits on a device is compiled JavaScript. A device is one for all files: one at a time.
 */
export default defineConfig({
  resolve: {
    alias: [
      {
        find: /^xen-evtchn$/,
        replacement: fileURLToPath(new URL('dist/index.js', import.meta.url)),
      },
    ],
  },
  test: {
    include: ['test/contract/**/*.test.ts'],
    // Only who names a device has one.
    exclude: [...configDefaults.exclude, ...(device ? [] : ['test/contract/device.test.ts'])],
    environment: 'node',
    // Loaded by Node, as by whoever uses it.
    server: { deps: { external: [/\/dist\//] } },
    fileParallelism: false,
    disableConsoleIntercept: true,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
