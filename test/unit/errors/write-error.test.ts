import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { writeError } from '../../../src/errors/write-error.js';

it('says what could not be written where, and why', () => {
  try {
    writeFileSync('/no/such/file', '');
    expect.unreachable();
  } catch (error) {
    expect(writeError('the results', '/no/such/file', error).message).toBe(
      'cannot write the results to /no/such/file: No such file or directory',
    );
  }
});
