import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Has the page say itself what it may load, for servers that do not. `xen-evtchn inspect` says the same, and what only a
 * header can say.
 */
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  // Vite's own server needs more, for what it puts into pages.
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      injectTo: 'head-prepend',
      attrs: {
        'http-equiv': 'Content-Security-Policy',
        content: [
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "img-src 'self' data:",
          "connect-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
        ].join('; '),
      },
    },
  ],
};

/** Builds the inspector and the playground into the package, with addresses relative to the page. */
export default defineConfig({
  root: here('.'),
  base: './',
  resolve: { alias: { 'xen-evtchn/embedded': here('../src/embedded.ts') } },
  plugins: [contentSecurityPolicy],
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
