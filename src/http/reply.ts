import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers with some content, or with what would be known of it without, to HEAD. */
export function reply(
  response: ServerResponse,
  status: number,
  type: string,
  content: string | Buffer,
): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(content),
  });
  response.end(response.req.method === 'HEAD' ? undefined : content);
}

/** Answers with JSON that is text already. */
export function replyJson(response: ServerResponse, status: number, text: string): void {
  reply(response, status, 'application/json; charset=utf-8', text);
}

/** Answers that something cannot be done, and why, as the page shows it. */
export function replyError(response: ServerResponse, status: number, why: string): void {
  replyJson(response, status, JSON.stringify({ error: why }));
}

/** Answers people who typed an address. */
export function replyText(response: ServerResponse, status: number, text: string): void {
  reply(response, status, 'text/plain; charset=utf-8', `${text}\n`);
}

/** Whether a request has one of these methods; it is answered if not. */
export function hasMethod(
  methods: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (methods.includes(request.method ?? '')) return true;
  response.setHeader('Allow', methods.join(', '));
  replyText(response, 405, `This takes ${methods.join(' and ')} only.`);
  return false;
}
