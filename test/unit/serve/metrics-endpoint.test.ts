import { rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { MetricsEndpoint } from '../../../src/serve/metrics-endpoint.js';
import { ownFolder } from './own-folder.js';

const started: MetricsEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of started.splice(0)) await endpoint.close();
});

/** An endpoint on a port that is free, and the file it gives. */
async function start(address = '127.0.0.1') {
  const file = join(ownFolder(), 'metrics');
  writeFileSync(file, 'events 1\n');
  const endpoint = await MetricsEndpoint.start({ address, port: 0 }, file);
  started.push(endpoint);
  return { endpoint, file, url: endpoint.url };
}

describe('the metrics endpoint', () => {
  it('gives the file as it is now, in the type that Prometheus knows', async () => {
    const { url, file } = await start();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*\/metrics$/);
    for (const text of ['events 1\n', 'events 2\n']) {
      writeFileSync(file, text);
      const answer = await fetch(url);
      expect([answer.status, await answer.text()]).toEqual([200, text]);
      expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    }
    const head = await fetch(`${url}?x=1`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      '9',
      '',
    ]);
  });

  it('has nothing else, and takes nothing', async () => {
    const { url } = await start();
    for (const path of ['/', '/metrics/', '/metrics2', '/../metrics/x']) {
      expect((await fetch(new URL(path, url))).status).toBe(404);
    }
    const answer = await fetch(url, { method: 'POST', body: 'x' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('answers 503 while the host cannot be read', async () => {
    const { url, file } = await start();
    rmSync(file);
    const answer = await fetch(url);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('ENOENT');
    writeFileSync(file, 'x\n');
    expect((await fetch(url)).status).toBe(200);
  });

  it('refuses an address that is in use, and says what to do', async () => {
    const { url } = await start();
    const { port } = new URL(url);
    await expect(
      MetricsEndpoint.start({ address: '127.0.0.1', port: Number(port) }, '/nowhere'),
    ).rejects.toThrow(
      `EADDRINUSE: Address already in use, listen 127.0.0.1 port ${port}: another program listens there: choose another port, or 0 for one that is free`,
    );
    await expect(
      MetricsEndpoint.start({ address: '203.0.113.9', port: 0 }, '/nowhere'),
    ).rejects.toThrow('this machine has no such address');
  });

  it('ends though somebody is connected and says nothing', async () => {
    const { endpoint, url } = await start();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    await endpoint.close();
    await closed;
    await expect(fetch(url)).rejects.toThrow();
    started.length = 0;
  });
});
