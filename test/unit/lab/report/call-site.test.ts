import { describe, expect, it } from 'vitest';
import { callSite, siteText } from '../../../../src/lab/report/call-site.js';

const own = new URL('../../../../src/lab/lab-run.ts', import.meta.url).pathname;

describe('callSite', () => {
  it('is the first place that is not of the library or the platform', () => {
    const stack = [
      'Error: what',
      `    at LabRun.point (${own}:10:3)`,
      '    at async node:internal/process:1:2',
      '    at back (/home/me/test/console.test.ts:17:5)',
      '    at async main (/home/me/test/main.ts:1:5)',
    ].join('\n');
    expect(callSite(stack)).toEqual({
      file: '/home/me/test/console.test.ts',
      line: 17,
      frames: stack.split('\n').slice(3).join('\n'),
    });
  });

  it.each([
    ['    at file:///home/me/a.mjs:3:1', 'a.mjs:3'],
    ['    at async Object.run (file:///home/me/a.mjs:3:1)', 'a.mjs:3'],
    ['    at C:\\work\\a.mjs:3:1', 'a.mjs:3'],
    ['    at http://localhost:8080/bundle.js:12:400', 'bundle.js:12'],
  ])('knows frames of every form: %s', (line, text) => {
    expect(siteText(callSite(`Error\n${line}`)!)).toBe(text);
  });

  it('is none where there is none', () => {
    expect(callSite(undefined)).toBeUndefined();
    expect(callSite('Error: at nowhere')).toBeUndefined();
    expect(callSite(`Error\n    at x (${own}:1:1)`)).toBeUndefined();
  });
});
