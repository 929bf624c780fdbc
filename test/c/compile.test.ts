import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileC, whyNoCompiler } from './compile.js';

const without = whyNoCompiler();
const path = process.env.PATH;
const built: string[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compile-'));
});

afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
  for (const program of built.splice(0)) rmSync(dirname(program), { recursive: true, force: true });
});

function put(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** Compiles, to be removed after the test. */
function compile(...args: Parameters<typeof compileC>): string {
  const program = compileC(...args);
  built.push(program);
  return program;
}

function output(program: string): string {
  return spawnSync(program, { encoding: 'utf8' }).stdout;
}

const PRINTS = '#include <stdio.h>\n#include "word.h"\nint main(void) { puts(WORD); }\n';

describe.runIf(without === undefined)('with gcc', () => {
  it('makes a program that runs, under the name of its source', () => {
    put('word.h', '#define WORD "hello"\n');
    const program = compile(put('greet.c', PRINTS));
    expect(program).toMatch(/greet$/);
    expect(output(program)).toBe('hello\n');
  });

  it('compiles once as long as nothing changes, and leaves nothing but the program', () => {
    put('word.h', '#define WORD "hello"\n');
    const source = put('greet.c', PRINTS);
    const program = compile(source);
    const made = statSync(program).mtimeMs;
    expect(compile(source)).toBe(program);
    expect(statSync(program).mtimeMs).toBe(made);
    expect(readdirSync(dirname(program))).toEqual(['greet']);
  });

  it('compiles again when the source, another source, a header or a flag has changed', () => {
    put('word.h', '#define WORD "hello"\n');
    const other = put('other.c', 'int unused_here;\n');
    const source = put('greet.c', PRINTS);
    const programs = [compile(source, { sources: [other] })];
    put('other.c', 'int unused_there;\n');
    programs.push(compile(source, { sources: [other] }));
    put('word.h', '#define WORD "goodbye"\n');
    programs.push(compile(source, { sources: [other] }));
    put('greet.c', `${PRINTS}/* more */\n`);
    programs.push(compile(source, { sources: [other] }));
    programs.push(compile(source, { sources: [other], libraries: ['m'] }));
    programs.push(compile(source, { sources: [other], static: true }));
    expect(new Set(programs).size).toBe(programs.length);
    expect(programs.map(output)).toEqual(['hello', 'hello', ...Array(4).fill('goodbye')].map(line));
  });

  it('compiles again when a header of a header in another folder has changed', () => {
    mkdirSync(join(folder, 'sub'));
    put('word.h', '#include "sub/real.h"\n');
    put('sub/real.h', '#define WORD "one"\n');
    const source = put('greet.c', PRINTS);
    const first = compile(source);
    put('sub/real.h', '#define WORD "two"\n');
    expect([output(first), output(compile(source))]).toEqual(['one\n', 'two\n']);
  });

  it('defines macros, for a program of its own', () => {
    const source = put('greet.c', PRINTS.replace('#include "word.h"\n', ''));
    const words = ['one', 'two'].map((word) => compile(source, { defines: [`WORD="${word}"`] }));
    expect(words.map(output)).toEqual(['one\n', 'two\n']);
  });

  it('says what the compiler said, and leaves no program', () => {
    const source = put('broken.c', 'int main(void) { return nothing; }\n');
    expect(() => compileC(source)).toThrow(/gcc failed:\n.*nothing/s);
    put('broken.c', 'int main(void) { return 0; }\n');
    expect(spawnSync(compile(source)).status).toBe(0);
  });

  it('still finds what was compiled before', () => {
    const source = put('any.c', 'int main(void) { return 0; }\n');
    const program = compile(source);
    process.env.PATH = folder;
    expect(compileC(source)).toBe(program);
  });
});

function line(text: string): string {
  return `${text}\n`;
}

describe('without gcc', () => {
  it('names the packages to install', () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    process.env.PATH = empty;
    const source = put('any.c', 'int main(void) { return 0; }\n');
    expect(() => compileC(source)).toThrow(/gcc cannot be run .*apt-get install gcc libc6-dev/);
    expect(whyNoCompiler()).toMatch(/apt-get install gcc libc6-dev/);
  });
});
