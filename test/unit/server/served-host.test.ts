import { expect, it } from 'vitest';
import { XenHost } from '../../../src/host/xen-host.js';
import { ServedHost } from '../../../src/server/served-host.js';

/** Calls a program of domain 7 makes, after each of which the host is looked after. */
function call(served: ServedHost, times = 1): void {
  const domain = served.host.domain(7)!;
  const file = [...domain.driver!.openFiles.values()][0]!;
  for (let i = 0; i < times; i++) {
    served.faults!.takeTime(7, file);
    served.faults!.afterCall(domain, file);
    served.settle();
  }
}

function serving(spec: string): ServedHost {
  const served = new ServedHost(new XenHost(), { statistics: false, faults: { spec, seed: 1 } });
  served.host.createDomain({ domid: 7 }).open({ comm: 'front' });
  return served;
}

it('shows no faults unless it is asked to', () => {
  const served = new ServedHost(new XenHost(), { statistics: true });
  expect(served.faults).toBeUndefined();
  served.settle();
});

it('destroys a domain as its channel does, or by itself where none shows domains', () => {
  const served = serving('destroy:nth=2');
  call(served);
  expect(served.host.domain(7)).toBeDefined();
  call(served);
  expect(served.host.domain(7)).toBeUndefined();
  const shown = serving('destroy:nth=1');
  const removed: number[] = [];
  shown.destroyDomain = ({ domid }) => removed.push(domid);
  call(shown);
  expect(removed).toEqual([7]);
});

it('stands still for a slow call', () => {
  const served = serving('slow:nth=1:ms=20');
  const start = performance.now();
  call(served, 2);
  expect(performance.now() - start).toBeGreaterThanOrEqual(19);
  expect([...served.faults!.log.kept()]).toMatchObject([{ fault: 'slow', value: 20 }]);
});
