// The steps of `npm test`, in order. A step gets an empty folder for its files and returns what it
// counted: { ok, passed, failed, skipped, detail }, or { missing }, the reason why it could not be
// done here; a thrown error is a failure with the error's words.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { node, root, run, tool } from './command.mjs';
import { browserPackages, debianPackages, installDebianPackages } from './debian.mjs';
import { nodeProgram } from './nodes.mjs';
import { checkPackage } from './package.mjs';
import { generateReference } from './reference.mjs';
import { buildPage, compileTools, installPackages } from './setup.mjs';

/** Where Debian's package has the browser. */
const CHROMIUM = '/usr/bin/chromium';

const tsc = (...args) => node([tool('typescript/bin/tsc'), ...args]);

/** A step that counts as one. */
const one = (ok, detail = '') => ({
  ok,
  passed: Number(ok),
  failed: Number(!ok),
  skipped: 0,
  detail,
});

async function setup() {
  await installPackages();
  // Not all machines can have them: the steps that use them say so themselves.
  const { missing } = await installDebianPackages();
  if (missing !== undefined) console.log(missing);
  return one(true);
}

async function lint() {
  return one((await node([tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings'])).ok);
}

async function typecheck() {
  const core = await tsc('-p', 'tsconfig.core.json');
  const library = await tsc('-p', 'tsconfig.json', '--noEmit');
  const all = await tsc('-p', 'tsconfig.test.json');
  const page = await tsc('-p', 'tsconfig.page.json');
  const inBrowser = await tsc('-p', 'tsconfig.browser.json');
  return one([core, library, all, page, inBrowser].every(({ ok }) => ok));
}

let built;

/** Builds dist and .build, once however many steps need it. */
async function build() {
  built ??= (async () => {
    await node(['scripts/clean.mjs', 'dist']);
    const { ok } = await tsc('-p', 'tsconfig.json');
    if (!ok) throw new Error('the library does not compile');
    await buildPage();
    await compileTools();
  })();
  await built;
  return one(true);
}

/** Runs vitest with the given command and counts its tests. */
async function tests([program, ...words], version, folder, args) {
  const report = resolve(folder, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { ok } = await run(program, [
    ...words,
    tool('vitest/vitest.mjs'),
    'run',
    ...reporters,
    ...args,
  ]);
  let counts;
  try {
    counts = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return one(false, 'vitest wrote no report');
  }
  const passed = counts.numPassedTests;
  const failed = counts.numFailedTests;
  const skipped = counts.numPendingTests + counts.numTodoTests;
  // Vitest fails for other reasons too, as low coverage or a file that does not load.
  const other = !ok && failed === 0 ? ', but vitest failed: see above' : '';
  const detail = `${passed} passed, ${failed} failed, ${skipped} skipped on Node ${version}${other}`;
  return { ok, passed, failed: ok ? failed : Math.max(failed, 1), skipped, detail };
}

async function vitest(folder) {
  return tests([process.execPath], process.version, folder, ['--coverage']);
}

/** In a mount namespace of its own, a command leaves nothing mounted on this machine whatever happens, and sees no other's. */
const PRIVATE_MOUNTS = ['unshare', '--mount', '--propagation', 'private'];

/** The words of a command with {@link PRIVATE_MOUNTS} where this user may have such a namespace. */
async function inPrivateMounts(program) {
  const [unshare, ...words] = PRIVATE_MOUNTS;
  const { ok } = await run(unshare, [...words, 'true'], { output: 'keep' });
  return ok ? [...PRIVATE_MOUNTS, program] : [program];
}

/** The tests with real client programs against the served device. */
async function endToEnd(folder) {
  await build();
  const packages = await installDebianPackages();
  const requirements = pathToFileURL(resolve(root, '.build/test/e2e/requirements.js'));
  const lacking = (await import(requirements)).missingRequirements();
  if (lacking.length > 0) {
    const advice = packages.missing === undefined ? '' : ` (${packages.missing})`;
    return { missing: `not here: ${lacking.join('; ')}${advice}` };
  }
  const command = [...PRIVATE_MOUNTS, process.execPath];
  return tests(command, process.version, folder, ['--config', 'vitest.e2e.config.ts']);
}

/** The page in Debian's Chromium: with a host of its own everywhere, on served hosts where end-to-end tests can run. */
async function inBrowser(folder) {
  await build();
  const packages = await installDebianPackages([...debianPackages, ...browserPackages]);
  const { ok: there, text: version } = await run(CHROMIUM, ['--version'], { output: 'keep' });
  if (!there) {
    const advice = packages.missing === undefined ? '' : ` (${packages.missing})`;
    return { missing: `not here: ${CHROMIUM}, Debian package chromium${advice}` };
  }
  const config = ['--config', 'vitest.browser.config.ts'];
  const command = await inPrivateMounts(process.execPath);
  const counts = await tests(command, process.version, folder, config);
  const browser = /^Chromium \S+/m.exec(version)?.[0] ?? CHROMIUM;
  return { ...counts, detail: `${counts.detail}, in ${browser}` };
}

/** The contract of the client interface, on all that can stand behind it here. */
async function contract(folder, program = process.execPath, version = process.version) {
  await build();
  return tests(await inPrivateMounts(program), version, folder, [
    '--config',
    'vitest.contract.config.ts',
  ]);
}

/** The tests that any Node may answer differently, once more on another: one step, for they are counted already. */
async function testsOnNode(major, folder) {
  const { program, version, missing } = await nodeProgram(major);
  if (missing !== undefined) return { missing };
  const folders = ['test/unit', 'test/model', 'test/negative', 'test/regressions', 'test/examples'];
  const units = await tests([program], version, folder, folders);
  if (!units.ok) return one(false, units.detail);
  const handles = await contract(folder, program, version);
  return one(handles.ok, `${units.detail}; the contract: ${handles.detail}`);
}

/**
 * Runs a conformance command and takes the counts from its last line, or the reason why it cannot
 * be run here.
 */
async function conformance(program, ...args) {
  await build();
  const { ok, text } = await node([`.build/test/conformance/${program}`, ...args], {
    output: 'both',
  });
  const missing = ok ? undefined : /^not possible here: (.+)$/m.exec(text)?.[1];
  if (missing !== undefined) return { missing };
  const last = text.trimEnd().split('\n').at(-1);
  const counts = /^(\d+) passed, (\d+) failed, (\d+) left out$/.exec(last)?.slice(1).map(Number);
  if (counts === undefined) return one(false, 'its last line has no counts');
  const [passed, failed, skipped] = counts;
  return { ok, passed, failed: ok ? failed : Math.max(failed, 1), skipped, detail: last };
}

async function demo(folder) {
  await build();
  const { ok, text } = await node(['.build/demo/main.js'], { output: 'keep' });
  const file = resolve(folder, 'demo.txt');
  writeFileSync(file, text);
  if (!ok) throw new Error(`the demo failed:\n${text}`);
  if (readFileSync(file, 'utf8').trim() === '') throw new Error('the demo printed nothing');
  // With CI=true it would have failed.
  const leftOut = text.match(/^left out: .*$/gm) ?? [];
  const detail = [`${text.trimEnd().split('\n').length} lines`, ...leftOut].join('; ');
  return { ...one(true, detail), skipped: leftOut.length };
}

export const steps = [
  {
    name: 'setup',
    about: 'development packages, client libraries of Xen',
    run: setup,
  },
  { name: 'lint', about: 'biome check', run: lint },
  { name: 'typecheck', about: 'tsc on the library and on everything else', run: typecheck },
  { name: 'build', about: 'tsc into dist and .build, the page into dist', run: build },
  { name: 'vitest', about: 'all tests, with coverage', run: vitest },
  {
    name: 'contract',
    about: 'what every handle does, whatever stands behind it',
    run: contract,
  },
  { name: 'e2e', about: 'real client programs on the served device', run: endToEnd },
  { name: 'browser', about: 'the page in Chromium', run: inBrowser },
  { name: 'conformance', about: 'conformance cases', run: () => conformance('main.js') },
  {
    name: 'two-level',
    about: 'the same, two-level ABI',
    run: () => conformance('main.js', '--two-level'),
  },
  {
    name: 'served',
    about: 'the same on the served device, by C programs',
    run: () => conformance('served/main.js'),
  },
  { name: 'demo', about: 'the demonstration', run: demo },
  {
    name: 'package',
    about: 'the package as a user gets it',
    run: async (folder) => {
      await build();
      await checkPackage(folder);
      return one(true);
    },
  },
  {
    name: 'reference',
    about: 'the reference, and that nothing public is undocumented',
    run: async (folder) => one((await generateReference(folder)).ok),
  },
  {
    name: 'node24',
    about: 'unit, model and contract tests on Node 24',
    run: (folder) => testsOnNode(24, folder),
  },
  {
    name: 'node26',
    about: 'unit, model and contract tests on Node 26',
    run: (folder) => testsOnNode(26, folder),
  },
];
