import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

/** What went through the proxy, in the order of the answers. */
export interface Exchange {
  method: string;
  path: string;
  /** 0 for the first. */
  attempt: number;
  /** What the client got. */
  status: number;
  /** Milliseconds since the proxy started. */
  arrived: number;
}

/**
 * Stands between a client and the gateway, over https with the gateway's own certificate, and fails as a request's header
 * `faults` says. Its elements are for one attempt each, as the client numbers them; attempts beyond them succeed:
 * `429 0` (status and `Retry-After`), `503` (no `Retry-After`), `503 date` (one that is a date, two seconds on) or `lost`
 * (the gateway answers, and the client gets 503 in place of it).
 */
export interface FaultProxy {
  url: string;
  seen: Exchange[];
  close(): Promise<void>;
}

/** @param gateway its address over https, with its TLS files in `dataDir` */
export async function startFaultProxy(gateway: string, dataDir: string): Promise<FaultProxy> {
  const file = (name: string): Promise<Buffer> => readFile(join(dataDir, 'tls', name));
  const [cert, key, ca] = await Promise.all([file('cert.pem'), file('key.pem'), file('ca.pem')]);
  const agent = new Agent({ ca, keepAlive: true });
  const seen: Exchange[] = [];
  const server = createServer({ cert, key }, (incoming, outgoing) => {
    const arrived = performance.now();
    const attempt = Number(incoming.headers['retry-attempt'] ?? 0);
    const fault = String(incoming.headers['faults'] ?? '').split(', ')[attempt] ?? '';
    outgoing.on('finish', () => {
      const path = incoming.url?.split('?')[0] ?? '';
      seen.push({ method: incoming.method ?? '', path, attempt, status: outgoing.statusCode, arrived });
    });
    answer(incoming, outgoing, fault, gateway, agent).catch(() => outgoing.destroy());
  });
  await once(server.listen(0, 'localhost'), 'listening');
  const close = async (): Promise<void> => {
    agent.destroy();
    server.closeAllConnections();
    await once(server.close(), 'close');
  };
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, seen, close };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: string,
  gateway: string,
  agent: Agent,
): Promise<void> {
  const body = await buffer(incoming);
  const reply = fault === '' || fault === 'lost' ? await forward(incoming, body, gateway, agent) : undefined;
  if (fault !== '') fail(outgoing, fault === 'lost' ? '503 0' : fault);
  else outgoing.writeHead(reply?.statusCode ?? 0, reply?.rawHeaders).end(reply?.body);
}

type Reply = IncomingMessage & { body: Buffer };

async function forward(
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  gateway: string,
  agent: Agent,
): Promise<Reply> {
  const { faults: _own, ...forwarded } = headers;
  const sent = request(`${gateway}${url}`, { agent, headers: forwarded, ...(method && { method }) });
  sent.end(body);
  const [reply] = (await once(sent, 'response')) as [IncomingMessage];
  return Object.assign(reply, { body: await buffer(reply) });
}

const codes: Readonly<Record<string, string>> = { 429: 'TooManyRequests', 503: 'ServiceUnavailable' };

/** As Graph words its throttling (concepts/throttling.md). */
function fail(outgoing: ServerResponse, fault: string): void {
  const [status = '', after] = fault.split(' ');
  const innerError = { code: status, date: '2026-11-21T10:00:00', 'request-id': randomUUID(), status };
  const error = { code: codes[status], innerError, message: 'Please retry again later.' };
  const wait = after === 'date' ? new Date(Date.now() + 2000).toUTCString() : after;
  outgoing
    .writeHead(Number(status), {
      'Content-Type': 'application/json',
      ...(wait !== undefined && { 'Retry-After': wait }),
    })
    .end(JSON.stringify({ error }));
}
