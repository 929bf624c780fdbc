// Checks the package as a user would get it: what is in it, what publint says of it, and whether
// programs written against it compile, run and can be bundled.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkBundles } from './bundles.mjs';
import { node, npm, root, run, tool } from './command.mjs';
import { isOfPage, wrongPage } from './page.mjs';

const allowed =
  /^(dist\/(?!page\/).+\.(js|d\.ts)(\.map)?|src\/.+\.ts|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;
const required = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'src/index.ts',
  'dist/index.js',
  'dist/index.js.map',
  'dist/index.d.ts',
  'dist/index.d.ts.map',
  'dist/embedded.js',
  'dist/embedded.d.ts',
  'dist/lab.js',
  'dist/lab.d.ts',
  'dist/device-file/waiting-thread.js',
  'dist/cli/main.js',
  'dist/page/index.html',
  'dist/page/playground.html',
];

/** What is wrong with the list of files in the package. */
function wrongFiles(files) {
  const source = (file) => file.replace(/^dist\/(.+?)\.(js|d\.ts)(\.map)?$/, 'src/$1.ts');
  return [
    ...required.filter((file) => !files.includes(file)).map((file) => `missing: ${file}`),
    ...files
      .filter((file) => !allowed.test(file) && !isOfPage(file))
      .map((file) => `should not be in: ${file}`),
    ...files
      .filter((file) => file.startsWith('dist/') && !isOfPage(file))
      .filter((file) => !existsSync(resolve(root, source(file))))
      .map((file) => `has no source any more: ${file}`),
  ];
}

/** Asks the installed command for its version, as a user's shell finds it; it must be the package's. */
async function commandVersion(options) {
  const bin = resolve(options.cwd, 'node_modules/.bin/xen-evtchn');
  const { ok, text } = await run(bin, ['--version'], {
    shell: process.platform === 'win32',
    ...options,
  });
  const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
  return { ok: ok && text === `${version}\n`, text: `xen-evtchn --version:\n${text}` };
}

/** The consumers: main.ts is for any platform, entries.ts for Node. */
const programs = ['main.ts', 'entries.ts'];
const bundler = {
  module: 'ESNext',
  moduleResolution: 'Bundler',
  lib: ['ES2022', 'DOM', 'ESNext.Disposable'],
  types: [],
  noEmit: true,
};
/** How they are compiled: for Node, emitting what is run, and for a bundler, of Node programs and of what is for a browser. */
const consumers = {
  nodenext: {
    options: { module: 'NodeNext', lib: ['ES2022'], types: ['node'], outDir: '.' },
    files: programs,
  },
  bundler: { options: { ...bundler, types: ['node'] }, files: programs },
  'bundler, no types of Node': { options: bundler, files: ['main.ts'] },
  'bundler, for a browser': {
    options: { ...bundler, customConditions: ['browser'] },
    files: ['main.ts'],
  },
};

/** Packs dist as it is and checks the package, in the given empty folder. Throws what is wrong. */
export async function checkPackage(folder) {
  const must = async (what, { ok, text }) => {
    if (!ok) throw new Error(`${what}:\n${text}`);
    console.log(`${what}: ok`);
    return text;
  };
  const keep = { output: 'keep', cwd: folder };

  const packed = await npm(
    ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder],
    { output: 'keep' },
  );
  if (!packed.ok) throw new Error(`npm pack:\n${packed.text}`);
  const json = packed.text.slice(packed.text.search(/^[[{]/m));
  const [{ filename, files }] = Object.values(JSON.parse(json));
  const paths = files.map((file) => file.path);
  const wrong = [...wrongFiles(paths), ...wrongPage(paths.filter(isOfPage))];
  await must(`file list (${files.length} files)`, {
    ok: wrong.length === 0,
    text: wrong.join('\n'),
  });

  const tarball = resolve(folder, filename);
  await must(
    'publint --strict',
    await node([tool('publint/src/cli.js'), tarball, '--strict'], keep),
  );

  const user = resolve(folder, 'consumer');
  const inUser = { ...keep, cwd: user };
  mkdirSync(user);
  writeFileSync(resolve(user, 'package.json'), '{ "private": true, "type": "module" }\n');
  for (const file of programs) {
    copyFileSync(resolve(root, 'test/package/consumer', file), resolve(user, file));
  }
  await must(
    'install into an empty folder',
    await npm(
      ['install', tarball, '--prefix', user, '--prefer-offline', '--ignore-scripts', '--no-audit'],
      inUser,
    ),
  );
  for (const [name, { options, files }] of Object.entries(consumers)) {
    const config = resolve(user, 'tsconfig.json');
    const typeRoots = [resolve(root, 'node_modules/@types')];
    const compilerOptions = { target: 'ES2022', strict: true, typeRoots, ...options };
    writeFileSync(config, JSON.stringify({ compilerOptions, files }));
    await must(
      `compile against it (${name})`,
      await node([tool('typescript/bin/tsc'), '-p', config], inUser),
    );
  }
  for (const file of programs) {
    const program = file.replace(/\.ts$/, '.js');
    await must(`run ${program} with plain node`, await node([program], inUser));
  }
  await checkBundles(user, programs);
  console.log('bundles for browsers and for Node: ok');
  await must('run the command', await commandVersion(inUser));
}
