// Installs the Debian packages that tests and demo use from outside npm: a C compiler, Xen's own client libraries,
// Python. Fetches nothing when they are there; says what to do where it may not install them.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './command.mjs';

/**
 * What the real client programs are built from and run with: the compiler, the headers of libxenevtchn, the library
 * itself with libxentoolcore under it, Python for the second language, fusermount3, setpriv, unshare and mount. And the
 * shells that complete command lines.
 */
export const debianPackages = [
  'bash-completion',
  'fish',
  'fuse3',
  'gcc',
  'libc6-dev',
  'libxen-dev',
  'libxenevtchn1',
  'libxentoolcore1',
  'mount',
  'python3',
  'util-linux',
  'zsh',
];

/** What the page is tried in. */
export const browserPackages = ['chromium'];

const quiet = { output: 'keep' };

/** Those of the packages that dpkg does not list as installed. */
async function absent(packages) {
  const { text } = await run(
    'dpkg-query',
    ['--show', '--showformat', '$' + '{Package} $' + '{db:Status-Status}\n', ...packages],
    quiet,
  );
  const lines = new Set(text.split('\n'));
  return packages.filter((name) => !lines.has(`${name} installed`));
}

/** apt-get without questions. */
function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  return run('apt-get', ['--quiet', '--assume-yes', ...args], { ...quiet, env });
}

/**
 * Installs the packages that are missing. The lists of packages are fetched anew only when installing fails without.
 * @returns {Promise<{ missing?: string }>} `missing`: why they are not all there now, with what to do
 */
export async function installDebianPackages(packages = debianPackages) {
  if (process.platform !== 'linux') {
    return { missing: `the served device is for Linux; this is ${process.platform}` };
  }
  if (!existsSync('/usr/bin/dpkg-query') || !existsSync('/usr/bin/apt-get')) {
    const names = packages.join(' ');
    return { missing: `no Debian or Ubuntu: install what these packages have there: ${names}` };
  }
  const wanted = await absent(packages);
  if (wanted.length === 0) return {};
  const command = `apt-get install --no-install-recommends ${wanted.join(' ')}`;
  if (process.getuid() !== 0) {
    return { missing: `packages are missing and only root may install them: sudo ${command}` };
  }
  process.stderr.write(`${command}\n`);
  const install = () => apt('install', '--no-install-recommends', ...wanted);
  let { ok, text } = await install();
  if (!ok) {
    const update = await apt('update');
    if (update.ok) ({ ok, text } = await install());
    else text = update.text;
  }
  if (ok) return {};
  const reason = text.trimEnd().split('\n').slice(-3).join(' ');
  return { missing: `${command} failed: ${reason}` };
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { missing } = await installDebianPackages();
  if (missing !== undefined) {
    process.stderr.write(`${missing}\n`);
    process.exitCode = 1;
  }
}
