import { describe, expect, it } from 'vitest';
import {
  cuseDirectory,
  descriptor,
  domid,
  domidList,
  fileMode,
} from '../../../src/cli/option-values.js';

describe('domid', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['32751', 32751],
  ])('reads %s', (text, number) => expect(domid(text)).toBe(number));

  it.each([
    '',
    '-1',
    '+1',
    '01',
    ' 1',
    '1 ',
    '1.0',
    '0x1',
    '1e3',
    '32752',
    '65535',
    '99999999999999',
    'x',
    '１',
  ])('refuses %j', (text) => expect(() => domid(text)).toThrow('0 to 32751'));
});

describe('cuseDirectory', () => {
  it.each(['xen-evtchn', 'xen1', 'A.b_c', 'x'.repeat(64)])('takes %s', (name) =>
    expect(cuseDirectory(name)).toBe(name),
  );

  it.each(['', '.', '..', 'a/b', '/dev/x', '-x', 'x!', 'a b', 'é', 'x'.repeat(65)])(
    'refuses %j',
    (name) => expect(() => cuseDirectory(name)).toThrow('a directory below /dev'),
  );
});

describe('domidList', () => {
  it('reads a list', () => expect(domidList('0,1,7')).toEqual([0, 1, 7]));

  it.each(['', '0,', ',0', '0,,1', '0 1', '0, 1', '0;1', '0,32752'])('refuses %j', (text) =>
    expect(() => domidList(text)).toThrow('0 to 32751'),
  );

  it('refuses a domain that is named twice', () => {
    expect(() => domidList('0,3,1,3')).toThrow('Domain 3 is named twice');
  });
});

describe('fileMode', () => {
  it.each([
    ['600', 0o600],
    ['0660', 0o660],
    ['777', 0o777],
    ['000', 0],
    ['044', 0o044],
  ])('reads %s', (text, mode) => expect(fileMode(text)).toBe(mode));

  it.each(['', '0', '66', '888', '0o600', '1600', '4755', '00600', '-600', 'rw-------', '6 0'])(
    'refuses %j',
    (text) => expect(() => fileMode(text)).toThrow('octal'),
  );
});

describe('descriptor', () => {
  it('reads a number', () => expect(descriptor('3')).toBe(3));

  it.each(['', '-1', '03', '3x', '4294967296', '2147483648'])('refuses %j', (text) =>
    expect(() => descriptor(text)).toThrow('number'),
  );
});
