import { describe, expect, it } from 'vitest';
import { parsePrograms, readPrograms } from '../../../src/run/program-file.js';
import { UsageError } from '../../../src/run/usage-error.js';

const parse = (text: string) => parsePrograms(text, '/folder/file.yaml');

describe('a file of programs', () => {
  it('has programs with all there is to say of them', () => {
    const text = `
programs:
  - domain: 0
    command: [./back, --verbose]
    name: back
    env:
      LEVEL: 3
      EMPTY: ''
    cwd: work
  - {domain: 32751, command: [./front], cwd: /absolute}
`;
    expect(parse(text)).toEqual([
      {
        domain: 0,
        command: ['./back', '--verbose'],
        name: 'back',
        env: { LEVEL: '3', EMPTY: '' },
        cwd: '/folder/work',
      },
      { domain: 32751, command: ['./front'], cwd: '/absolute' },
    ]);
  });

  it('has programs of domain 0 with nothing but a command', () => {
    expect(parse('programs: [{command: [a]}]')).toEqual([{ domain: 0, command: ['a'] }]);
  });

  it('has lines for the shell, which a program is called by', () => {
    expect(parse("programs: [{command: 'a | b; c'}]")).toEqual([
      { domain: 0, command: ['/bin/sh', '-c', 'a | b; c'], name: 'a | b; c' },
    ]);
    expect(parse('programs:\n- command: |\n    first\n    second\n')).toEqual([
      { domain: 0, command: ['/bin/sh', '-c', 'first\nsecond\n'], name: 'first' },
    ]);
  });

  it('has words as they are written', () => {
    const [program] = parse(
      'programs: [{command: [a, 1.0, 0x1F, true, ~, no, 2026-01-01, "", "1"]}]',
    );
    expect(program.command).toEqual(['a', '1.0', '0x1F', 'true', '~', 'no', '2026-01-01', '', '1']);
  });

  it('may be JSON', () => {
    const programs = [{ domain: 7, command: ['a', 'é\n"\\/', '😀'], env: { A: 'b' } }];
    expect(parse(JSON.stringify({ programs }))).toEqual(programs);
    expect(parse(JSON.stringify({ programs }, undefined, '\t'))).toEqual(programs);
    expect(parse('{"programs":[{"command":["\\u00e9\\/\\ud83d\\ude00"]}]}')).toEqual([
      { domain: 0, command: ['é/😀'] },
    ]);
  });

  it('may use anchors', () => {
    const text = 'programs: [{command: &c [a, b]}, {domain: 1, command: *c}]';
    expect(parse(text)[1]).toEqual({ domain: 1, command: ['a', 'b'] });
  });

  it.each([
    ['', 'the file must be a map of keys'],
    ['- a', 'the file must be a map of keys'],
    ['text', 'the file must be a map of keys'],
    ['{}', 'programs is missing'],
    ['programs: []', 'programs must not be empty'],
    ['programs: {a: b}', 'programs must be a list of programs'],
    ['programs: [a]', 'programs[0] must be a map of keys'],
    ['programs: [[a]]', 'programs[0] must be a map of keys'],
    ['programs: [{domain: 1}]', 'programs[0].command is missing'],
    ['program: []', 'program: unknown key; there are programs'],
    ['programs: [{command: [a]}]\ndelay: 1', 'delay: unknown key; there are programs'],
    [
      'programs: [{command: [a], delay: 1}]',
      'programs[0].delay: unknown key; there are domain, command, env, cwd, name',
    ],
    ['programs: [{command: []}]', 'programs[0].command must not be empty'],
    ["programs: [{command: ''}]", 'programs[0].command must not be empty'],
    ['programs: [{command: {a: b}}]', 'programs[0].command must be a list of words, or one line'],
    ['programs: [{command: [a, [b]]}]', 'programs[0].command[1] must be text'],
    ['programs: [{command: ["a\\0b"]}]', 'programs[0].command[0] must not contain a NUL'],
    [
      'programs: [{command: [a], domain: x}]',
      'programs[0].domain must be a domain number, 0 to 32751',
    ],
    ['programs: [{command: [a], domain: 32752}]', 'programs[0].domain must be a domain number'],
    ['programs: [{command: [a], domain: -1}]', 'programs[0].domain must be a domain number'],
    ['programs: [{command: [a], domain: [1]}]', 'programs[0].domain must be a domain number'],
    ['programs: [{command: [a], env: [A=b]}]', 'programs[0].env must be a map of keys'],
    ['programs: [{command: [a], env: {A: [b]}}]', 'programs[0].env.A must be text'],
    [
      'programs: [{command: [a], env: {A=B: c}}]',
      'programs[0].env.A=B must be the name of a variable',
    ],
    ['programs: [{command: [a], cwd: }]', 'programs[0].cwd must not be empty'],
    ['programs: [{command: [a], name: [b]}]', 'programs[0].name must be text'],
    ['programs: [', 'Flow sequence in block collection must be sufficiently indented'],
    ['programs: []\nprograms: []', 'Map keys must be unique'],
    ['programs: !!js/function x', 'Unresolved tag'],
    ['programs: *nothing', 'Unresolved alias'],
    ['programs: [{command: [a]}]\n---\nprograms: []', 'Source contains multiple documents'],
  ])('is refused whole, with a reason: %j', (text, reason) => {
    let error: unknown;
    try {
      parse(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(UsageError);
    const { message } = error as UsageError;
    expect(message).toContain(reason);
    expect(message).toMatch(/^\/folder\/file\.yaml:[^\n]+$/);
  });

  it.each([
    ['programs:\n  - command: [a]\n    domain: x\n', '3:13'],
    ['programs:\n  - command: [a]\n    evn: {}\n', '3:10'],
    ['programs:\n  - command: [a]\n  - command: [b, [c]]\n', '3:18'],
    ['programs:\n  - command: [a]\n  - domain: 1\n', '3:5'],
    ['programs:\n  - command: [a\n', '3:1'],
  ])('is refused with the place: %j', (text, place) => {
    expect(() => parse(text)).toThrow(`/folder/file.yaml:${place}: `);
  });

  it('is refused if it cannot be read', () => {
    expect(() => readPrograms('/no/such/file')).toThrow(UsageError);
    expect(() => readPrograms('/no/such/file')).toThrow(/^cannot read \/no\/such\/file: ENOENT/);
  });
});
