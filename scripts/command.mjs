// Runs other programs for the scripts: node, the installed development tools and npm.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The script of an installed development package, to be run with node. */
export const tool = (path) => resolve(root, 'node_modules', path);

/** What a child inherits: no colours unless on a terminal, no target folder of an outer npm. */
function environment() {
  const env = { ...process.env };
  if (!process.stdout.isTTY) {
    delete env.FORCE_COLOR;
    env.NO_COLOR = '1';
  }
  for (const name of ['prefix', 'local_prefix', 'global', 'json', 'dry_run']) {
    delete env[`npm_config_${name}`];
  }
  return env;
}

/**
 * Runs a program to its end. `output` is 'show' (the child writes to our own streams), 'keep'
 * (collected and returned) or 'both'. Returns whether it ended well and what was collected.
 */
export function run(program, args, { cwd = root, output = 'show', ...options } = {}) {
  return new Promise((done) => {
    const stream = output === 'show' ? 'inherit' : 'pipe';
    const child = spawn(program, args, {
      cwd,
      env: environment(),
      stdio: ['ignore', stream, stream],
      ...options,
    });
    let text = '';
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from?.setEncoding('utf8').on('data', (data) => {
        text += data;
        if (output === 'both') to.write(data);
      });
    }
    child.on('error', (error) => done({ ok: false, text: `${program}: ${error.message}\n` }));
    child.on('close', (code, signal) => {
      if (signal !== null) text += `ended by ${signal}\n`;
      done({ ok: code === 0, text });
    });
  });
}

/** Runs a JavaScript file with the node that runs this script. */
export const node = (args, options) => run(process.execPath, args, options);

/** Runs npm: the one that started this script, else the one on the search path. */
export function npm(args, options) {
  const path = process.env.npm_execpath;
  if (path?.endsWith('npm-cli.js')) return node([path, ...args], options);
  return run('npm', args, { shell: process.platform === 'win32', ...options });
}
