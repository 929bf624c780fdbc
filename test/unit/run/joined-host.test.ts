import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinCuseHost } from '../../../src/run/joined-host.js';

let host = '';
beforeEach(() => {
  host = mkdtempSync(join(tmpdir(), 'joined-host-'));
});
afterEach(() => {
  rmSync(host, { recursive: true });
});

/** What the host says about itself; /dev/null and /dev/zero stand for its devices. */
function says(...lines: readonly string[]): void {
  writeFileSync(join(host, 'server'), lines.map((line) => `${line}\n`).join(''));
}

const STATUS = ['pid 1', 'version 1.2.3', 'device 0 /dev/null', 'device 30 /dev/zero'];

describe('joinCuseHost', () => {
  it('has the devices that the host names', () => {
    says(...STATUS, 'device 0 /dev/xen/evtchn');
    const source = joinCuseHost(host, [30, 0]);
    expect([source.device(0), source.device(30)]).toEqual(['/dev/null', '/dev/zero']);
  });

  it('refuses a domain without one, and says how it would have one', () => {
    says(...STATUS);
    expect(() => joinCuseHost(host, [0, 3])).toThrow(
      `no character device of domain 3: start it with xen-evtchn serve --at ${host} --cuse --domains 3`,
    );
  });

  it('refuses a host without any, and what is no host', () => {
    says('pid 1');
    expect(() => joinCuseHost(host, [0])).toThrow('no character device of domain 0');
    says('something else');
    expect(() => joinCuseHost(host, [0])).toThrow(`no host is served at ${host}`);
    expect(() => joinCuseHost(join(host, 'no'), [0])).toThrow('no host is served');
  });

  it('fails where the device that it names is not to be seen', () => {
    says('pid 1', 'device 0 /dev/no-such-device');
    expect(() => joinCuseHost(host, [0])).toThrow(
      `/dev/no-such-device of the host at ${host} is not here`,
    );
  });
});
