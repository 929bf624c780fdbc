import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Client, output } from './client.js';
import { program } from './programs.js';
import { COMMAND, ServedHost } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

/** The value of a sample. */
function sample(text: string, name: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

describe('serve --metrics', () => {
  it('gives the metrics of the host, which go up as clients work, until it ends', async () => {
    const host = await ServedHost.start({ options: ['--metrics', ':0'] });
    const [, url] = /^metrics at (http:\/\/127\.0\.0\.1:\d+\/metrics)$/.exec(
      await host.server.line(),
    )!;
    const scrape = async () => {
      const answer = await fetch(url!);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'text/plain; version=0.0.4; charset=utf-8',
      ]);
      return answer.text();
    };
    const before = await scrape();
    expect(sample(before, 'xen_evtchn_domains')).toBe(1);
    expect(sample(before, 'xen_evtchn_reads_total{domain="0"}')).toBe(0);
    await output(program('loopback'), [host.device()]);
    const after = await scrape();
    expect(sample(after, 'xen_evtchn_reads_total{domain="0"}')).toBeGreaterThan(0);
    expect(sample(after, 'xen_evtchn_send_to_read_seconds_count')).toBeGreaterThan(0);
    expect((await fetch(new URL('/', url))).status).toBe(404);
    await host.stop();
    await expect(fetch(url!)).rejects.toThrow();
  });

  it('does not start where another program listens, and leaves nothing', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const folder = temporaryFolder();
    const at = join(folder, 'host');
    const words = [COMMAND, 'serve', '--at', at, '--metrics', `127.0.0.1:${port}`];
    const { status, stdout, stderr } = await (await Client.start(process.execPath, words)).ended();
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `xen-evtchn: EADDRINUSE: Address already in use, listen 127.0.0.1 port ${port}: another program listens there: choose another port, or 0 for one that is free\n`,
    );
    expect(existsSync(at)).toBe(false);
    removeFolder(folder);
    other.close();
  });

  it('refuses what is no address', async () => {
    for (const address of ['x', '127.0.0.1:70000', 'example.org:80', '']) {
      const words = [COMMAND, 'serve', '--metrics', address];
      const { status, stderr } = await (await Client.start(process.execPath, words)).ended();
      expect([address, status]).toEqual([address, 2]);
      expect(stderr).toContain("option '--metrics <ADDRESS>'");
    }
  });
});
