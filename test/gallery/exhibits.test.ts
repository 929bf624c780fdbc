// The broken programs fail, by each strategy and with each seed; the corrected ones do not; without the lab none does. With
// fewer schedules of what passes than npm run gallery, which writes the page that is held against it here.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FULL, QUICK } from '../../gallery/effort.js';
import { EXHIBITS } from '../../gallery/exhibits.js';
import { type Figures, measure } from '../../gallery/measure.js';
import { pageWith } from '../../gallery/page.js';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const page = read('docs/gallery.md');
const measured = new Map<string, Promise<Figures>>();

/** The figures of an exhibit, which are measured once. */
function figuresOf(exhibit: (typeof EXHIBITS)[number]): Promise<Figures> {
  const known = measured.get(exhibit.name) ?? measure(exhibit, QUICK);
  measured.set(exhibit.name, known);
  return known;
}

describe.each(EXHIBITS)('$name', (exhibit) => {
  it('is found where it is broken, and only there', { timeout: 60_000 }, async () => {
    const { kind, random, pct, exhaustive, steps } = await figuresOf(exhibit);
    expect(kind).toBe(exhibit.failure.kind);
    for (const { median, worst } of [random, pct]) {
      expect(median).toBeLessThanOrEqual(worst);
      expect(worst).toBeLessThanOrEqual(QUICK.budget);
    }
    expect(exhaustive).toBeLessThanOrEqual(QUICK.exhaustiveBudget);
    expect(steps).toBeGreaterThan(1);
  });

  it('is shown in the page as it is in its file', () => {
    const program = read(`gallery/programs/${exhibit.name}.ts`);
    const [, section = ''] = page.split(`<!-- sequence of ${exhibit.name}:`);
    const before = page.slice(0, page.indexOf(`<!-- sequence of ${exhibit.name}:`));
    const broken = [...before.matchAll(/^```ts\n(.*?)^```$/gms)].at(-1)?.[1];
    const corrected = section.match(/^```ts\n(.*?)^```$/ms)?.[1];
    expect(program).toContain(`\n${broken}`);
    expect(program).toContain(`\n${corrected}`);
    expect(broken).toContain('broken');
    expect(corrected).toContain('corrected');
  });
});

describe('docs/gallery.md', () => {
  it('has the figures and sequences that come out', { timeout: 120_000 }, async () => {
    const figures: Figures[] = [];
    for (const exhibit of EXHIBITS) figures.push(await figuresOf(exhibit));
    expect(pageWith(page, figures, FULL)).toBe(page);
  });

  it('leads to its own sections', () => {
    const anchors = [...page.matchAll(/^##+ (.*)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor]) => anchor!);
    expect(links).toHaveLength(EXHIBITS.length);
    for (const link of links) expect(anchors).toContain(link);
  });
});
