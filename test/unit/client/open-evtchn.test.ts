import { describe, expect, it } from 'vitest';
import { openEvtchn } from '../../../src/client/open-evtchn.js';
import type { OpenEvtchnOptions } from '../../../src/client/open-options.js';
import { XenHost } from '../../../src/host/xen-host.js';
import { failure } from '../../contract/programs.js';

describe('opening where there are no files', () => {
  it('opens the device of a domain, with what was asked for', () => {
    const host = new XenHost();
    const domain = host.createDomain({ domid: 3 });
    const handle = openEvtchn({ domain, comm: 'qemu', uid: 0 });
    expect(handle).toMatchObject({ kind: 'embedded', closed: false });
    const [file] = domain.driver!.openFiles.values();
    expect(file!.name).toBe('evtchn:qemu');
  });

  it('fails as the domain does', () => {
    const domain = new XenHost().createDomain({ domid: 0 });
    expect(failure(() => openEvtchn({ domain, uid: 1000 }))).toMatchObject({ code: 'EACCES' });
    domain.destroy();
    expect(failure(() => openEvtchn({ domain }))).toMatchObject({ code: 'ENOENT' });
  });

  it('passes the signal on: an aborted one opens nothing', () => {
    const domain = new XenHost().createDomain({ domid: 0 });
    const reason = new Error('enough');
    expect(() => openEvtchn({ domain, signal: AbortSignal.abort(reason) })).toThrow(reason);
    expect(domain.driver!.openFiles.size).toBe(0);
    const controller = new AbortController();
    const handle = openEvtchn({ domain, signal: controller.signal });
    controller.abort();
    expect(handle.closed).toBe(true);
    expect(domain.driver!.openFiles.size).toBe(0);
  });

  it.each<[string, OpenEvtchnOptions | undefined]>([
    ['without options', undefined],
    ['without a domain', {}],
    ['with a path', { device: '/dev/xen/evtchn' }],
    ['with a descriptor', { fd: 3 }],
  ])('%s fails with ENOENT, and says what is wanted', (_what, options) => {
    const error = failure(() => openEvtchn(options));
    expect(error).toMatchObject({ code: 'ENOENT', syscall: 'open' });
    expect(error.message).toMatch(/pass an embedded domain/);
  });

  it.each<[string, unknown]>([
    ['a number', 3],
    ['null', null],
    ['an array', []],
    ['a domain that is none', { domain: {} }],
    ['no domain', { domain: null }],
    ['a number as domain', { domain: 5 }],
  ])('refuses %s', (_what, options) => {
    expect(() => openEvtchn(options as OpenEvtchnOptions)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }),
    );
  });
});
