import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    alias: [
      {
        find: /^xen-evtchn$/,
        replacement: fileURLToPath(new URL('src/index.ts', import.meta.url)),
      },
      {
        find: /^xen-evtchn\/embedded$/,
        replacement: fileURLToPath(new URL('src/embedded.ts', import.meta.url)),
      },
      {
        find: /^xen-evtchn\/lab$/,
        replacement: fileURLToPath(new URL('src/lab.ts', import.meta.url)),
      },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // These have a configuration of their own.
    exclude: [
      ...configDefaults.exclude,
      'test/e2e/**',
      'test/browser/**',
      'test/contract/{device,served}.test.ts',
    ],
    environment: 'node',
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // Programs and threads of their own, which this does not see: test/e2e runs them.
      exclude: ['src/run/**', 'src/server/**'],
      reporter: ['text-summary'],
      thresholds: { lines: 95 },
    },
  },
});
