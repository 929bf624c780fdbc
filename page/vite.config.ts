import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Builds the inspector and the playground into the package, with addresses relative to the page. */
export default defineConfig({
  root: here('.'),
  base: './',
  resolve: { alias: { 'xen-evtchn/embedded': here('../src/embedded.ts') } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('../dist/page'),
    emptyOutDir: true,
    // Nothing inline, so that the Content-Security-Policy needs no exception.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: [here('index.html'), here('playground.html')] },
  },
});
