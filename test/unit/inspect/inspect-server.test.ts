import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { InspectServer } from '../../../src/inspect/inspect-server.js';
import { EmbeddedHost } from './embedded-host.js';
import { ask, FILES, Listener } from './page.js';

let host: EmbeddedHost;
let server: InspectServer;
let path: string;

async function start(control: boolean, shown: EmbeddedHost | undefined = host): Promise<void> {
  const options = { files: FILES, host: shown, control, version: '1.2.3' };
  server = await InspectServer.start({ ...options, address: '127.0.0.1', port: 0 });
  path = new URL(server.url).pathname;
}

/** Domain 7 has a channel to domain 0; the event that connecting makes is taken. */
function channel() {
  const zero = host.host.domain(0)!.openEvtchn();
  const seven = host.host.createDomain({ domid: 7 }).openEvtchn();
  const port = zero.bindUnboundPort(7);
  const remote = seven.bindInterdomain(0, port);
  seven.unmask(seven.read());
  return { zero, port, seven, remote };
}

beforeEach(() => {
  host = new EmbeddedHost();
  host.host.createDomain({ domid: 0 });
});

afterEach(() => server.close('the test is over'));

const post = (name: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(server.url, `${path}api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

it('serves the page below its token, and nothing anywhere else', async () => {
  await start(false);
  const { status, headers, text } = await ask(server.url, path);
  expect([status, text]).toEqual([200, '<p>page</p>']);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect((await ask(server.url, `${path}?scenario=ring`)).text).toBe('<p>page</p>');
  expect((await ask(server.url, `${path}assets/a.js`)).text).toBe('1;');
  const token = path.slice(1, -1);
  const nothing = [
    '/',
    '/api/host',
    `/${token}`,
    `/${token.slice(1)}/`,
    `/${token.slice(0, -1)}!/`,
    `//${token}/`,
    `${path}assets`,
    `${path}assets/`,
    `${path}assets/b.js`,
    `${path}../package.json`,
    `${path}assets/../../package.json`,
    `${path}..%2f..%2fpackage.json`,
    `${path}%61ssets/a.js`,
    `${path}api`,
    `${path}api/`,
    `${path}api/toString`,
    '*',
  ];
  for (const wrong of nothing)
    expect([wrong, (await ask(server.url, wrong)).status]).toEqual([wrong, 404]);
});

it('says with every answer what the page may do, which is little', async () => {
  await start(false);
  const answers = [
    await ask(server.url, path),
    await ask(server.url, `${path}api/host`),
    await ask(server.url, '/'),
    await ask(server.url, path, { headers: { host: 'evil.example' } }),
    await post('notify', {}),
  ];
  for (const { headers } of answers) {
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
});

it('answers nobody who asks for a server of another name', async () => {
  await start(true);
  for (const name of ['evil.example', `evil.example:${new URL(server.url).port}`, '10.0.0.1']) {
    const { status, text } = await ask(server.url, path, { headers: { host: name } });
    expect([status, JSON.parse(text)]).toEqual([
      421,
      { error: 'the request names another server: go there by IP address or localhost' },
    ]);
  }
  const { status } = await ask(server.url, path, { headers: { host: 'localhost:1234' } });
  expect(status).toBe(200);
});

it('takes GET and HEAD where there is something to get', async () => {
  await start(false);
  const head = await ask(server.url, path, { method: 'HEAD' });
  expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', '11']);
  for (const [method, below, allowed] of [
    ['POST', '', 'GET, HEAD'],
    ['PUT', 'api/snapshot', 'GET'],
    ['POST', 'api/events', 'GET'],
    ['GET', 'api/notify', 'POST'],
  ] as const) {
    const { status, headers } = await ask(server.url, `${path}${below}`, { method });
    expect([below, status, headers.allow]).toEqual([below, 405, allowed]);
  }
});

it('tells what it shows', async () => {
  await start(true);
  const { text } = await ask(server.url, `${path}api/host`);
  expect(JSON.parse(text)).toEqual({ name: '/srv/xen', version: '1.2.3', control: true });
});

it('gives a snapshot', async () => {
  await start(false);
  channel();
  const { status, text } = await ask(server.url, `${path}api/snapshot`);
  expect(status).toBe(200);
  expect(JSON.parse(text).domains.map(({ domid }: { domid: number }) => domid)).toEqual([0, 7]);
});

it('takes one snapshot for all who ask meanwhile', async () => {
  await start(false);
  const snapshot = vi.spyOn(host, 'snapshot');
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const get = `GET ${path}api/snapshot HTTP/1.1\r\nHost: localhost\r\n`;
  // In one piece, so that the second is there before the first is answered.
  socket.write(`${get}\r\n${get}Connection: close\r\n\r\n`);
  let text = '';
  for await (const part of socket.setEncoding('utf8')) text += part;
  expect(text.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
  expect(text.match(/"version":1/g)).toHaveLength(2);
  expect(snapshot).toHaveBeenCalledTimes(1);
  await ask(server.url, `${path}api/snapshot`);
  expect(snapshot).toHaveBeenCalledTimes(2);
});

it('passes on why there is no snapshot', async () => {
  await start(false);
  host.snapshot = () => Promise.reject(new Error('the host is gone'));
  const { status, text } = await ask(server.url, `${path}api/snapshot`);
  expect([status, JSON.parse(text)]).toEqual([503, { error: 'the host is gone' }]);
});

it('changes nothing without --allow-control', async () => {
  await start(false);
  const { zero, remote } = channel();
  for (const [name, body] of [
    ['notify', { domid: 7, port: remote }],
    ['virq', { domid: 0, virq: 11, vcpu: 0 }],
    ['destroy', { domid: 7 }],
  ] as const) {
    const { status, text } = await post(name, body);
    expect([status, JSON.parse(text).error]).toEqual([
      403,
      expect.stringContaining('--allow-control'),
    ]);
  }
  expect(zero.tryPending()).toBeUndefined();
  expect(host.host.domain(7)).toBeDefined();
});

it('notifies, raises VIRQs and destroys domains where that is allowed', async () => {
  await start(true);
  const { zero, port, remote } = channel();
  expect(await post('notify', { domid: 7, port: remote })).toMatchObject({ status: 204, text: '' });
  expect(zero.tryPending()).toBe(port);
  const virq = zero.bindVirq(11);
  expect((await post('virq', { domid: 0, virq: 11, vcpu: 0 })).status).toBe(204);
  expect(zero.tryPending()).toBe(virq);
  expect((await post('destroy', { domid: 7 })).status).toBe(204);
  expect(host.host.domain(7)).toBeUndefined();
});

it('passes on what the host does not do', async () => {
  await start(true);
  const { status, text } = await post('notify', { domid: 9, port: 1 });
  expect([status, JSON.parse(text)]).toEqual([409, { error: 'there is no domain 9' }]);
});

it.each([
  ['notify', '', 'the request is no JSON'],
  ['notify', '{', 'the request is no JSON'],
  ['notify', [], 'domid'],
  ['notify', null, 'the request'],
  ['notify', { domid: 7 }, 'port'],
  ['notify', { domid: 7, port: '1' }, 'port: must be a whole number from 0 to 4294967295'],
  ['notify', { domid: 7, port: 1.5 }, 'port: must be a whole number'],
  ['notify', { domid: -1, port: 1 }, 'domid: must be a whole number from 0 to 65535'],
  ['notify', { domid: 65536, port: 1 }, 'domid'],
  ['notify', { domid: 7, port: 1, more: 1 }, 'more'],
  ['virq', { domid: 7, virq: 1 }, 'vcpu'],
  ['virq', { domid: 7, virq: 2 ** 32, vcpu: 0 }, 'virq'],
  ['destroy', {}, 'domid'],
])('refuses to %s %j', async (name, body, words) => {
  await start(true);
  const { status, text } = await post(name, body);
  expect([status, JSON.parse(text).error]).toEqual([400, expect.stringContaining(words)]);
});

it('takes orders from its own page only', async () => {
  await start(true);
  channel();
  const { origin } = new URL(server.url);
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: origin.replace(/\d+$/, '1') },
    { 'sec-fetch-site': 'cross-site' },
    { origin, 'sec-fetch-site': 'same-site' },
  ]) {
    expect((await post('destroy', { domid: 7 }, headers as Record<string, string>)).status).toBe(
      403,
    );
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', '']) {
    expect((await post('destroy', { domid: 7 }, { 'content-type': type })).status).toBe(415);
  }
  expect(host.host.domain(7)).toBeDefined();
  const headers = {
    origin,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json; charset=utf-8',
  };
  expect((await post('destroy', { domid: 7 }, headers)).status).toBe(204);
});

it('reads no request that is longer than any can be', async () => {
  await start(true);
  const { status } = await post('notify', ' '.repeat(5000));
  expect(status).toBe(413);
});

it('is not disturbed by a request that is cut off', async () => {
  await start(true);
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve) => socket.once('connect', resolve));
  const lines = [
    `POST ${path}api/notify HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/json',
  ];
  socket.write(`${[...lines, 'Content-Length: 100'].join('\r\n')}\r\n\r\n{"domid"`);
  socket.resetAndDestroy();
  expect((await ask(server.url, path)).status).toBe(200);
});

it('says what is in the way of listening', async () => {
  await start(false);
  const port = Number(new URL(server.url).port);
  const options = { files: FILES, control: false, version: '1.2.3' };
  await expect(InspectServer.start({ ...options, address: '127.0.0.1', port })).rejects.toThrow(
    `cannot listen on 127.0.0.1:${port}: another program listens there`,
  );
  await expect(InspectServer.start({ ...options, address: '192.0.2.1', port: 0 })).rejects.toThrow(
    'cannot listen on 192.0.2.1:0: this machine has no such address',
  );
});

it('has no data where the page has its own host', async () => {
  const options = { files: FILES, control: false, version: '1.2.3' };
  server = await InspectServer.start({ ...options, address: '127.0.0.1', port: 0 });
  path = new URL(server.url).pathname;
  expect((await ask(server.url, path)).status).toBe(200);
  for (const name of ['host', 'snapshot', 'events', 'notify']) {
    expect((await ask(server.url, `${path}api/${name}`)).status).toBe(404);
  }
});

it('tells every page why it ends, and is gone then', async () => {
  await start(false);
  const listeners = [await Listener.open(server.url), await Listener.open(server.url)];
  await server.close('it was stopped');
  for (const listener of listeners) {
    await listener.ended();
    expect(listener.messages.at(-1)).toEqual({ event: 'end', data: { why: 'it was stopped' } });
  }
  await expect(ask(server.url, path)).rejects.toThrow('ECONNREFUSED');
});
