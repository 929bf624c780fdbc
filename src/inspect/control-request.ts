import type { IncomingMessage } from 'node:http';
import * as v from 'valibot';
import type { WatchedHost } from '../watch/watched-host.js';
import { Refusal } from './refusal.js';

/** Bytes of a request, at most: it holds three numbers. */
const LONGEST = 1024;

/** A whole number from 0 up; what there is of it, such as a domain, the host knows. */
const numberUpTo = (last: number) => {
  const what = `must be a whole number from 0 to ${last}`;
  return v.pipe(v.number(what), v.integer(what), v.minValue(0, what), v.maxValue(last, what));
};

const domid = numberUpTo(0xffff);
const word = numberUpTo(0xffffffff);

const schemas = {
  notify: v.strictObject({ domid, port: word }),
  virq: v.strictObject({ domid, virq: word, vcpu: word }),
  destroy: v.strictObject({ domid }),
};

/** What a page may ask of a host. */
export type ControlName = keyof typeof schemas;

/**
 * Carries out what a page asks of a host: JSON `{ domid, port }`, `{ domid, virq, vcpu }` or `{ domid }`.
 * @throws (rejects) Refusal for anything else, and for what the host does not do
 */
export async function control(
  host: WatchedHost,
  name: ControlName,
  request: IncomingMessage,
): Promise<void> {
  const value = await contentOf(request);
  const call = callOf(host, name, value);
  await call().catch((error: Error) => {
    throw new Refusal(409, error.message);
  });
}

function callOf(host: WatchedHost, name: ControlName, value: unknown): () => Promise<void> {
  if (name === 'notify') {
    const { domid, port } = checked(schemas.notify, value);
    return () => host.notify(domid, port);
  }
  if (name === 'virq') {
    const { domid, virq, vcpu } = checked(schemas.virq, value);
    return () => host.raiseVirq(domid, virq, vcpu);
  }
  const { domid } = checked(schemas.destroy, value);
  return () => host.destroyDomain(domid);
}

function checked<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new Refusal(400, `${v.getDotPath(issue) ?? 'the request'}: ${issue.message}`);
}

async function contentOf(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Refusal(415, 'the request must be application/json');
  }
  const text = await textOf(request);
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'the request is no JSON');
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const part of request.setEncoding('utf8')) {
      text += part;
      if (text.length > LONGEST) break;
    }
  } catch {
    throw new Refusal(400, 'the request was cut off');
  }
  if (text.length > LONGEST) throw new Refusal(413, 'the request is too long');
  return text;
}
