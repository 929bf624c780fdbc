import { describe, expect, it } from 'vitest';
import {
  EVERYTHING,
  filterValue,
  isEverything,
  matches,
  parseFilter,
  withFilterValue,
} from '../../../page/src/model/filter.js';
import { PageModel } from '../../../page/src/model/page-model.js';
import { TracedHost } from '../traced-host.js';

describe('a filter that is written', () => {
  it('has keys, lists and words', () => {
    expect(parseFilter('domain:7,0 port:14 process:QEMU kind:read,merged late eoi')).toEqual({
      domids: [7, 0],
      ports: [14],
      processes: ['qemu'],
      kinds: ['read', 'merged'],
      words: ['late', 'eoi'],
    });
    expect(parseFilter('  ')).toEqual(EVERYTHING);
    expect(isEverything(parseFilter(''))).toBe(true);
    expect(isEverything(parseFilter('x'))).toBe(false);
  });

  it.each([
    ['domian:7', 'no key domian: there are domain, port, process, kind'],
    ['port:x', 'port: x is no number'],
    ['port:', 'port: needs a value after the colon'],
    ['kind:reed', /^no kind reed: there are pending, merged/],
  ])('is refused when it says %s', (text, message) => {
    expect(() => parseFilter(text)).toThrow(message);
  });

  it('has one key changed, added or taken out', () => {
    expect(withFilterValue('port:14 word', 'domain', '7')).toBe('domain:7 port:14 word');
    expect(withFilterValue('domain:7 word', 'domain', '0')).toBe('domain:0 word');
    expect(withFilterValue('Domain:7 word', 'domain', '')).toBe('word');
    expect(filterValue('word domain:7', 'domain')).toBe('7');
    expect(filterValue('word', 'domain')).toBe('');
  });
});

describe('what a filter lets through', () => {
  const traced = new TracedHost();
  const { back, front, port, peer } = traced.connect();
  const model = new PageModel();
  model.take(traced.batch());
  const start = model.history.end;
  front.notify(peer);
  back.tryPending();
  back.unmask(port);
  model.take(traced.batch());
  const shown = (text: string): string[] => {
    const filter = parseFilter(text);
    const kinds: string[] = [];
    for (let seq = start; seq < model.history.end; seq++) {
      const moment = model.history.at(seq)!;
      if (matches(filter, moment, model.lifelines)) kinds.push(moment.kind);
    }
    return kinds;
  };

  it.each([
    ['', ['pending', 'read', 'enabled']],
    ['domain:0', ['pending', 'read', 'enabled']],
    ['domain:7', ['pending']],
    ['domain:5', []],
    [`port:${port}`, ['pending', 'read', 'enabled']],
    [`port:${peer} domain:7`, ['pending']],
    ['process:blkfront', ['pending']],
    ['process:back', ['pending', 'read', 'enabled']],
    ['kind:read', ['read']],
    ['kind:queued', ['pending']],
    ['kind:unmasked,read', ['read', 'enabled']],
    ['BLKBACK unmasked', ['enabled']],
  ])('%s', (text, kinds) => {
    expect(shown(text)).toEqual(kinds);
  });

  it('always has where something is missing', () => {
    const moment = { seq: 0, time: 0, kind: 'missing', domid: 0, steps: [], count: 3 } as const;
    expect(matches(parseFilter('port:9'), { ...moment, steps: [] }, model.lifelines)).toBe(true);
  });
});
