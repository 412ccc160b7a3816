import { describe, expect, it } from '@jest/globals';
import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { GraphRequest } from './exchange.js';
import { type InnerAnswer, type InnerRequest, sendInner } from './inner-request.js';
import type { Statements } from './store.js';

const classes = { IncomingMessage, ServerResponse };

/** A request as the door has let it in. */
function anOuter(headers: Record<string, string> = {}, socket: Socket = new Socket()): GraphRequest {
  const request = new IncomingMessage(socket) as GraphRequest;
  request.headers = { host: 'outer.example', ...headers };
  request.headersDistinct = { host: ['outer.example'] };
  request.httpVersion = '1.1';
  request.clientRequestId = 'outer-id';
  return request;
}

const anInner = (members: Partial<InnerRequest> = {}): InnerRequest => ({
  method: 'GET',
  url: '/v1.0/x?$top=1',
  headers: {},
  body: undefined,
  ...members,
});

/** What the listener gets to see of a request. */
async function seen(inner: InnerRequest, outer = anOuter(), statements?: Statements): Promise<GraphRequest> {
  let request: GraphRequest | undefined;
  const listener: RequestListener = (incoming, response) => {
    request = incoming as GraphRequest;
    response.end();
  };
  await sendInner(listener, classes, inner, outer, statements);
  return request as GraphRequest;
}

const answer = (listener: RequestListener): Promise<InnerAnswer> =>
  sendInner(listener, classes, anInner(), anOuter(), undefined);

describe('a request within another', () => {
  it('has its own verb, URL and headers', async () => {
    const inner = anInner({
      method: 'DELETE',
      headers: { accept: 'text/plain', prefer: 'x', __proto__: 'y' },
    });
    const { method, url, headers } = await seen(inner);
    expect([method, url]).toEqual(['DELETE', '/v1.0/x?$top=1']);
    expect(headers).toMatchObject({ accept: 'text/plain', prefer: 'x' });
  });

  it('is asked of the same host by the same client, whatever it says itself', async () => {
    const outer = {
      authorization: 'Bearer outer',
      'x-forwarded-proto': 'https',
      origin: 'https://outer.example',
    };
    const claimed = Object.fromEntries(
      [
        ...Object.keys(outer),
        'host',
        'x-forwarded-host',
        'content-length',
        'transfer-encoding',
        'connection',
      ].map((name) => [name, 'else']),
    );
    const { headers } = await seen(
      anInner({ headers: { ...claimed, 'accept-encoding': 'gzip' } }),
      anOuter(outer),
    );
    expect(headers).toEqual({ host: 'outer.example', 'client-request-id': 'outer-id', ...outer });
  });

  it('has nothing that the other one has for itself', async () => {
    const outer = {
      'content-type': 'application/json',
      'content-length': '9',
      accept: 'x',
      prefer: 'y',
      'if-match': '*',
    };
    expect((await seen(anInner(), anOuter(outer))).headers).toEqual({
      host: 'outer.example',
      'client-request-id': 'outer-id',
    });
  });

  it('has the client-request-id of the other one, or its own', async () => {
    const own = { 'client-request-id': 'inner-id' };
    expect((await seen(anInner({ headers: own }))).headers).toMatchObject(own);
  });

  it('came in the same way as the other one: over TLS, of its version of HTTP', async () => {
    const secure = anOuter({}, Object.assign(new Socket(), { encrypted: true }));
    const old = anOuter();
    old.httpVersion = '1.0';
    old.headersDistinct = {};
    expect('encrypted' in (await seen(anInner(), secure)).socket).toBe(true);
    expect('encrypted' in (await seen(anInner())).socket).toBe(false);
    expect(await seen(anInner(), old)).toMatchObject({ httpVersion: '1.0', headersDistinct: {} });
    expect((await seen(anInner())).headersDistinct['host']).toEqual(['outer.example']);
  });

  it('has no part in the connection of the other one, and shares what stands for it', async () => {
    const outer = anOuter();
    const [first, second] = [await seen(anInner(), outer), await seen(anInner(), outer)];
    expect(first.socket).toBe(second.socket);
    expect(first.socket).not.toBe(outer.socket);
    first.destroy();
    expect(outer.socket.destroyed).toBe(false);
  });

  it('knows the transaction that it is a part of', async () => {
    const statements = {} as Statements;
    expect((await seen(anInner(), anOuter(), statements)).statements).toBe(statements);
    expect('statements' in (await seen(anInner()))).toBe(false);
  });

  it.each([
    ['a text', '漢字 "\u2028"', '漢字 "\u2028"', '12'],
    ['bytes', Buffer.from('abc'), 'abc', '3'],
    ['an empty text', '', '', '0'],
    ['none', undefined, '', undefined],
  ])('has a body that can be read: %s', async (_title, body, expected, length) => {
    const read = await new Promise((resolve) => {
      const listener: RequestListener = (request, response) => {
        void text(request).then((all) => resolve([all, request.headers['content-length'], request.complete]));
        response.end();
      };
      void sendInner(listener, classes, anInner({ body }), anOuter(), undefined);
    });
    expect(read).toEqual([expected, length, true]);
  });
});

describe('the answer to it', () => {
  it('has the status, the headers and the body that were sent', async () => {
    const { status, headers, body } = await answer((_, response) => {
      response.statusCode = 201;
      response.setHeader('Location', '/x').setHeader('Content-Length', 2);
      response.end('{}');
    });
    expect([status, { ...headers }, body]).toEqual([201, { location: '/x', 'content-length': 2 }, '{}']);
  });

  it.each<[string, (response: ServerResponse) => void, string | Buffer]>([
    ['none', (response) => response.end(), ''],
    ['bytes', (response) => response.end(Buffer.from('漢')), Buffer.from('漢')],
    [
      'what is written in pieces',
      (response) => response.write('漢') && response.end(Buffer.from('字')),
      Buffer.from('漢字'),
    ],
    ['what is written before the end', (response) => response.write('漢') && response.end(), '漢'],
  ])('may have a body of %s', async (_title, send, expected) => {
    expect((await answer((_, response) => send(response))).body).toEqual(expected);
  });

  it('is whole, and over, for who watches it', async () => {
    const events: [string, boolean][] = [];
    await answer((_, response) => {
      for (const event of ['finish', 'close'])
        response.on(event, () => events.push([event, response.writableFinished]));
      response.end();
    });
    expect(events).toEqual([
      ['finish', true],
      ['close', true],
    ]);
  });

  it('may come later', async () => {
    const later = answer((_, response) => void setTimeout(() => response.end('late'), 5));
    expect((await later).body).toBe('late');
  });
});
