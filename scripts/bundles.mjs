// Bundles programs that import the package by its name, as its users do, and tries the bundles.
import { resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { node } from './command.mjs';

/** How programs are bundled for Node: with the package left where it is, and with all of it but its native library. */
const forNode = {
  external: { packages: 'external' },
  whole: { external: ['koffi'] },
};

/** What may be in a bundle for browsers: the program, and of the package what is pure. */
const ofBrowsers =
  /^(main\.ts|node_modules\/xen-evtchn\/dist\/(?!index\.js|native\/|device-file\/).+)$/;

/** Bundles main.ts for browsers and runs it where there is nothing but the language. Throws what is wrong. */
async function browserBundle(build, cwd) {
  const { outputFiles, metafile, warnings } = await build({
    entryPoints: ['main.ts'],
    absWorkingDir: cwd,
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'program',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const files = Object.keys(metafile.inputs);
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
  const wrong = [
    ...warnings.map(({ text }) => text),
    ...files.filter((file) => !ofBrowsers.test(file)).map((file) => `should not be in: ${file}`),
    ...imported.filter(({ external }) => external).map(({ path }) => `left outside: ${path}`),
  ];
  if (wrong.length > 0) throw new Error(`bundled for browsers:\n${wrong.join('\n')}`);

  const context = createContext();
  // V8 gives every context a console; nothing else there is more than the language.
  runInContext('delete globalThis.console', context);
  runInContext(outputFiles[0].text, context);
  if (!runInContext('program.received', context)) throw new Error('bundled for browsers: no event');
  const explored = await runInContext('program.explored', context);
  if (explored !== 100) throw new Error(`bundled for browsers: the lab ran ${explored} schedules`);
}

/**
 * Bundles and tries the programs of a folder that the package is installed in.
 * @param {string[]} programs the TypeScript files to bundle for Node; main.ts is bundled for browsers
 */
export async function checkBundles(cwd, programs) {
  // Not before the development packages are installed.
  const { build } = await import('esbuild');
  await browserBundle(build, cwd);
  for (const [name, options] of Object.entries(forNode)) {
    const outdir = resolve(cwd, `bundle-${name}`);
    const outExtension = { '.js': '.mjs' };
    const common = { bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' };
    const entryPoints = programs.map((file) => resolve(cwd, file));
    await build({ ...common, ...options, entryPoints, outdir, outExtension });
    for (const file of programs) {
      const bundle = resolve(outdir, file.replace(/\.ts$/, '.mjs'));
      const { ok, text } = await node([bundle], { cwd, output: 'keep' });
      if (!ok) throw new Error(`bundled for Node (${name}), ${file} fails:\n${text}`);
    }
  }
}
