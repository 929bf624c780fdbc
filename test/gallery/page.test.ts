import { describe, expect, it } from 'vitest';
import { FULL } from '../../gallery/effort.js';
import type { Figures } from '../../gallery/measure.js';
import { pageWith, pageWithServed } from '../../gallery/page.js';

const FIGURES: Figures = {
  name: 'it',
  title: 'a bug, of bind_virq',
  kind: 'assertion',
  random: { median: 3, worst: 1000 },
  pct: { median: 1, worst: 2 },
  exhaustive: 77,
  steps: 9,
  sequence: '1 > one begins',
};
const PAGE = `# Page

<!-- figures: written by npm run gallery -->

old

<!-- end of npm run gallery -->

## A bug, of bind_virq

<!-- sequence of it: written by npm run gallery -->
<!-- end of the sequence of it -->
`;

describe('the page', () => {
  it('gets table and sequence', () => {
    const page = pageWith(PAGE, [FIGURES], FULL);
    expect(page).toContain(
      '| [a bug, of bind_virq](#a-bug-of-bind_virq) | assertion | 3 (1 000) | 1 (2) | 77 | 9 | never in 10 000 runs | passes 10 000 |\n',
    );
    expect(page).toContain('```\n1 > one begins\n```\n\n<!-- end of the sequence of it -->');
    expect(page).not.toContain('old');
    expect(pageWith(page, [FIGURES], FULL)).toBe(page);
  });

  it('gets the table of the programs in C', () => {
    const command = 'npm run gallery -- --served';
    const place = `<!-- figures: written by ${command} -->\n<!-- end of ${command} -->\n`;
    const row = {
      name: 'it',
      bug: 'a bug',
      spec: 'delay:ms=5,eintr',
      rounds: 100,
      seedsUntilFound: { median: 1, worst: 2 },
      failure: 'hangs in round 7',
      runsWithoutFaults: 50,
      roundsCorrected: 10_000,
    };
    const page = pageWithServed(PAGE + place, [row]);
    expect(page).toContain(
      '| a bug | `delay:ms=5,eintr` | 1 (2) | never in 50 runs | passes 10 000 rounds |\n',
    );
    expect(page).toContain('old');
  });

  it('must have a place for each', () => {
    const other = { ...FIGURES, name: 'other' };
    expect(() => pageWith(PAGE, [other], FULL)).toThrow('no markers');
  });
});
