import { describe, expect, it } from '@jest/globals';
import { assert, array, property, record, string, uint8Array } from 'fast-check';
import { type BatchBody, type BatchResponse, batchText } from './batch-text.js';

const aResponse = (contentType: string, body: BatchBody): BatchResponse => ({
  id: '1',
  status: 200,
  headers: { 'Content-Type': contentType },
  body,
});

const bodyText = (contentType: string, body: BatchBody): string | undefined =>
  /"body":(.*)\}\]\}$/s.exec(batchText([aResponse(contentType, body)]))?.[1];

describe("a batch's answer", () => {
  it('is one JSON text', () => {
    const responses = [
      { id: 'b"', status: 204, headers: { 'cache-control': 'no-cache' }, body: '' },
      aResponse('application/json', '{"value":[]}'),
    ];
    expect(batchText(responses)).toBe(
      '{"responses":[{"id":"b\\"","status":204,"headers":{"Cache-Control":"no-cache"}},' +
        '{"id":"1","status":200,"headers":{"Content-Type":"application/json"},"body":{"value":[]}}]}',
    );
  });

  it.each([
    ['application/json;charset=utf-8', '{ "a": 1.0 }', '{ "a": 1.0 }'],
    ['application/json', '12345678901234567890', '12345678901234567890'],
    ['application/json', Buffer.from('"é"'), '"é"'],
    ['application/problem+json', '{}', '{}'],
    ['text/plain', '12', '"12"'],
    ['text/plain;charset=utf-8', 'a"\n\u2028é', '"a\\"\\n\u2028é"'],
    ['text/plain', Buffer.from('é'), '"é"'],
    ['application/xml', '<a/>', '"PGEvPg=="'],
    ['image/png', Buffer.from([251, 255]), '"+/8="'],
    ['application/octet-stream', Buffer.alloc(0), undefined],
    ['text/plain', '', undefined],
  ])('holds a body of %s: %j', (contentType, body, text) => {
    expect(bodyText(contentType, body)).toBe(text);
  });

  it('keeps the headers that are about the answer, in their usual case', () => {
    const headers = {
      'CONTENT-TYPE': 'application/json',
      'cache-control': 'no-cache',
      'odata-version': '4.0',
      location: 'https://x/y',
      'odata-entityid': 'https://x/y',
      etag: 'W/"1"',
      'preference-applied': 'return=minimal',
      'retry-after': '1',
      allow: 'GET',
      'www-authenticate': 'Bearer',
      'Request-Id': 'r',
      'Client-Request-Id': 'c',
      vary: 'Accept-Encoding',
      'Content-Length': '2',
      'Content-Encoding': 'gzip',
      Date: 'x',
      'Set-Cookie': 'x',
      constructor: 'x',
    };
    const [response] = (JSON.parse(batchText([{ ...aResponse('', '{}'), headers }])) as Answer).responses;
    expect(Object.keys(response?.headers ?? {}).join(' ')).toBe(
      'Content-Type Cache-Control OData-Version Location OData-EntityId ETag Preference-Applied Retry-After Allow ' +
        'WWW-Authenticate request-id client-request-id',
    );
  });

  it('is JSON that holds what was answered, whatever that was', () => {
    const response = record({
      id: string({ unit: 'binary' }),
      text: string({ unit: 'grapheme' }),
      bytes: uint8Array(),
    });
    assert(
      property(array(response), (given) => {
        const texts = given.map(({ id, text }) => ({ ...aResponse('text/plain', text), id }));
        const binaries = given.map(({ bytes }) => aResponse('image/png', Buffer.from(bytes)));
        const answer = JSON.parse(batchText([...texts, ...binaries])) as Answer;
        const bodies = answer.responses.map(({ body }) => body ?? '');
        expect(answer.responses.slice(0, given.length).map(({ id }) => id)).toEqual(
          given.map(({ id }) => id),
        );
        expect(bodies.slice(0, given.length)).toEqual(given.map(({ text }) => text));
        expect(bodies.slice(given.length).map((body) => new Uint8Array(Buffer.from(body, 'base64')))).toEqual(
          given.map(({ bytes }) => bytes),
        );
      }),
    );
  });
});

interface Answer {
  responses: { id: string; status: number; headers: Record<string, string>; body?: string }[];
}
