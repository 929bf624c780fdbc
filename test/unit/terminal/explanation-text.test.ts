import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/snapshot/explain.js';
import { explanationText } from '../../../src/terminal/explanation-text.js';
import { painted, plain } from '../../../src/terminal/style.js';
import { textWidth } from '../../../src/terminal/text-width.js';
import { connectedPair } from './watched-host.js';

/** What is said of the back end's port, of which an event is unread for five seconds. */
function said(width: number | undefined, paint = plain): string[] {
  const { world, front, port, peer } = connectedPair();
  front.notify(peer);
  world.clock.advance(5000);
  const snapshot = world.snapshot();
  const explanation = explain(snapshot, 0, port);
  const [domain] = snapshot.domains;
  const processes = ['back (pid 812) is stopped.'];
  return explanationText({ ...explanation, domain, processes }, width, paint);
}

describe('an explanation', () => {
  it('begins with the port, what is the matter and who does what, and ends with what to do', () => {
    const lines = said(undefined);
    expect(lines[0]).toBe('Port 1 of domain 0 (interdomain 7:1, open file 1 of back): STUCK');
    expect(lines[1]).toMatch(/^An event of port 1 of domain 0 has been in the ring .* for 5 s/);
    expect(lines.slice(2, 4)).toEqual(['back (pid 812) is stopped.', '']);
    expect(lines[4]).toMatch(
      /^Port 1 of domain 0 has had 1 event, the last 5 s ago\. Its peer is /,
    );
    expect(lines[6]).toMatch(/^The rule: evtchn_interrupt /);
    expect(lines.slice(7, 9)).toEqual(['', 'What to do:']);
    expect(lines[9]).toMatch(/^- See what back does/);
  });

  it.each([40, 60, 100])('fits %i columns', (width) => {
    for (const line of said(width)) expect(textWidth(line), line).toBeLessThanOrEqual(width);
  });

  it('is no wider than can be read well', () => {
    const longest = said(300).reduce((most, line) => Math.max(most, textWidth(line)), 0);
    expect(longest).toBeLessThanOrEqual(100);
  });

  it('makes what is stuck stand out', () => {
    expect(said(undefined, painted)[1]!.startsWith('\x1b[1;31mAn event')).toBe(true);
  });

  it('says of a port that is not there which it would be', () => {
    const snapshot = connectedPair().world.snapshot();
    const explanation = explain(snapshot, 0, 500);
    const [domain] = snapshot.domains;
    const lines = explanationText({ ...explanation, domain, processes: [] }, undefined, plain);
    expect(lines[0]).toBe('Port 500 of domain 0');
  });
});
