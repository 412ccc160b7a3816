import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultFormat, mediaTypeOf } from '../src/odata/format.js';
import { request, startTestGateway, type TestGateway } from './support/gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  request(`${gateway.url}/${path}`, 'GET', undefined, headers);

describe.each(['v1.0', 'beta'])('the description of %s, without a token', (version) => {
  it('starts at the service document, whose context leads to the metadata', async () => {
    for (const path of [version, `${version}/`, version.toUpperCase()]) {
      const { status, body } = await get(path);
      expect([status, body]).toEqual([
        200,
        {
          '@odata.context': `${gateway.url}/${version}/$metadata`,
          value: [{ name: 'deviceAppManagement', kind: 'Singleton', url: 'deviceAppManagement' }],
        },
      ]);
    }
  });

  it('is XML unless JSON is asked for', async () => {
    const xml = await get(`${version}/$metadata`);
    expect(xml.headers.get('content-type')).toBe('application/xml');
    expect(xml.text).toContain('<EntityType Name="mobileApp" BaseType="graph.entity" Abstract="true">');
    expect(xml.text.includes('mobileAppInstallStatus')).toBe(version === 'beta');
    const byAccept = await get(`${version}/$metadata`, { Accept: 'application/json' });
    const byFormat = await get(`${version}/$metadata?$format=json`);
    expect(byFormat.text).toBe(byAccept.text);
    expect(byFormat.body['microsoft.graph']).toHaveProperty('mobileApp');
  });

  it.each([
    ['$metadata', '', '', 200, 'application/xml'],
    ['%24metadata/', '', '', 200, 'application/xml'],
    ['$meta/data', '', '', 501, 'application/json'],
    ['$metadata', '', '*/*', 200, 'application/xml'],
    ['$metadata', '', 'text/html, application/xml;q=0.9, */*;q=0.8', 200, 'application/xml'],
    ['$metadata', '', 'application/xml;q=0.5, application/json', 200, 'application/json'],
    ['$metadata', '', 'application/xml, application/json;q=0.5', 200, 'application/xml'],
    ['$metadata', '', 'application/xml;q=0, */*', 200, 'application/json'],
    ['$metadata', '', 'application/json;odata.metadata=full', 200, 'application/json'],
    ['$metadata', '', 'text/html', 406, 'application/json'],
    ['$metadata', '?$format=xml', 'application/json', 200, 'application/xml'],
    ['$metadata', '?format=application/xml', 'application/json', 200, 'application/xml'],
    ['$metadata', '?$format=application/json', 'text/html', 200, 'application/json'],
    ['$metadata', '?$format=atom', '', 406, 'application/json'],
    ['$metadata', '?$format=csv', '', 400, 'application/json'],
    ['', '', 'application/json', 200, mediaTypeOf(defaultFormat)],
    [
      '',
      '',
      'application/json;odata.metadata=full',
      200,
      mediaTypeOf({ ...defaultFormat, metadata: 'full' }),
    ],
    ['', '?$format=json;metadata=none', '', 200, mediaTypeOf({ ...defaultFormat, metadata: 'none' })],
    ['', '', 'application/xml', 406, 'application/json'],
    ['', '?$format=xml', '', 406, 'application/json'],
    ['', '?$top=1', '', 501, 'application/json'],
    ['openapi.json', '', 'application/json, */*', 200, 'application/json'],
    ['openapi.json', '?$format=json', 'text/html', 200, 'application/json'],
    ['openapi.json', '', 'application/yaml', 406, 'application/json'],
    ['openapi.json', '?$format=xml', '', 406, 'application/json'],
  ])('/%s%s to who accepts "%s" is a %i of %s', async (path, query, accept, status, mediaType) => {
    const reply = await get(`${version}/${path}${query}`, accept === '' ? {} : { Accept: accept });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([status, mediaType]);
    if (status === 200) expect(reply.headers.get('vary')).toBe('Accept, Accept-Encoding, Origin');
    if (status === 406) expect(reply.body).toMatchObject({ error: { code: 'NotAcceptable' } });
  });

  it('starts without a context where no metadata is asked for', async () => {
    const none = await get(version, { Accept: 'application/json;odata.metadata=none' });
    expect(Object.keys(none.body)).toEqual(['value']);
    const full = await get(version, { Accept: 'application/json;odata.metadata=full' });
    expect(full.body).toEqual((await get(version)).body);
    expect(full.headers.get('etag')).not.toBe((await get(version)).headers.get('etag'));
  });

  it('has OpenAPI with the paths that are served', async () => {
    const { body } = await get(`${version}/openapi.json`);
    expect(body).toMatchObject({ openapi: '3.1.0', servers: [{ url: `${gateway.url}/${version}` }] });
    expect(body['paths']).toHaveProperty(['/deviceAppManagement/mobileApps/{mobileAppId}', 'patch']);
    const { securitySchemes } = body['components'] as { securitySchemes: { delegated: object } };
    const { openIdConnectUrl } = securitySchemes.delegated as { openIdConnectUrl: string };
    const issuer = await request(openIdConnectUrl, 'GET');
    expect([issuer.status, issuer.body]).toEqual([
      200,
      expect.objectContaining({ issuer: expect.any(String) }),
    ]);
  });

  it('is not sent again to who has it', async () => {
    for (const path of [`${version}/$metadata`, `${version}/openapi.json`, version]) {
      const first = await get(path);
      const again = await get(path, { 'If-None-Match': first.headers.get('etag') ?? '' });
      expect([again.status, again.text]).toEqual([304, '']);
    }
  });

  it.each([
    ['"x"', 200],
    ['x', 200],
    ['W/*', 200],
    ['"x", *', 200],
    ['W/"x"', 200],
    ['', 200],
    ['*', 304],
    ['ETAG', 304],
    ['W/ETAG', 304],
    ['"x", ETAG', 304],
    ['"x,y",W/ETAG,"z"', 304],
  ])('to who names %s is a %i', async (named, status) => {
    const etag = (await get(`${version}/$metadata`)).headers.get('etag') ?? '';
    for (const method of ['GET', 'HEAD']) {
      const headers = { 'If-None-Match': named.replace('ETAG', etag.slice('W/'.length)) };
      const reply = await request(`${gateway.url}/${version}/$metadata`, method, undefined, headers);
      expect([reply.status, reply.headers.get('etag')]).toEqual([status, etag]);
      expect(reply.text === '').toBe(method === 'HEAD' || status === 304);
    }
  });
});

it('is not to be had by its inner path', async () => {
  expect((await get('description')).status).toBe(404);
});
