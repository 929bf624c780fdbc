// Other versions of Node to test on: their programs come from npm packages, one per platform,
// at the versions pinned in node-versions.json, kept in a cache folder under node_modules.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { npm, root, run } from './command.mjs';

const versions = JSON.parse(readFileSync(new URL('node-versions.json', import.meta.url), 'utf8'));

/**
 * The program of Node `major`, installed if need be: `{ program, version }`, with the version the
 * program itself reports, or `{ missing }`, the reason why there is none.
 */
export async function nodeProgram(major) {
  const platform = `${process.platform}-${process.arch}`;
  const entry = versions[platform];
  if (entry?.[major] === undefined) {
    return { missing: `no npm package carries Node ${major} for ${platform}` };
  }
  const wanted = `${entry.package}@${entry[major]}`;
  const folder = resolve(root, 'node_modules/.cache/nodes', entry[major]);
  const program = resolve(
    folder,
    'node_modules',
    entry.package,
    process.platform === 'win32' ? 'bin/node.exe' : 'bin/node',
  );
  if (!existsSync(program)) {
    process.stderr.write(`installing ${wanted}…\n`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(resolve(folder, 'package.json'), '{ "private": true }\n');
    const { ok, text } = await npm(
      [
        'install',
        wanted,
        '--prefix',
        folder,
        '--no-save',
        '--no-package-lock',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
      ],
      { cwd: folder, output: 'keep' },
    );
    if (!ok || !existsSync(program)) {
      const line = text.split('\n').find((each) => /^npm error /i.test(each));
      return { missing: `could not install ${wanted}${line ? `: ${line}` : ''}` };
    }
  }
  const { ok, text } = await run(program, ['-p', 'process.version'], { output: 'keep' });
  if (!ok) return { missing: `${wanted} does not run here: ${text.trim().split('\n')[0]}` };
  return { program, version: text.trim() };
}
