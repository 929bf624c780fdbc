import { expect, it } from 'vitest';
import { shortReport } from '../../gallery/short-report.js';

it('says who did what, without where and what the host did', () => {
  const report = [
    'Lost wake-up: back would wait for ever',
    '',
    'back waits in pending() (some-program.ts:25) since step 2, for any port it holds.',
    '',
    'How it came about:',
    '(> another goes on)',
    '',
    '  1 >  back   begins',
    '              open("/dev/xen/evtchn") = file 1',
    '  2    back   pending(): waits                  some-program.js:37',
    '',
    'Found in run 10 of 3000',
  ].join('\n');
  expect(shortReport(report)).toBe(
    [
      'Lost wake-up: back would wait for ever',
      '',
      'back waits in pending() since step 2, for any port it holds.',
      '',
      '  1 >  back   begins',
      '  2    back   pending(): waits',
    ].join('\n'),
  );
});

it('needs a sequence', () => {
  expect(() => shortReport('something else')).toThrow('no sequence');
});
