import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
    expect((await get(`${version}/$metadata?$format=csv`)).status).toBe(400);
  });

  it('has OpenAPI with the paths that are served', async () => {
    const { body } = await get(`${version}/openapi.json`);
    expect(body).toMatchObject({ openapi: '3.1.0', servers: [{ url: `${gateway.url}/${version}` }] });
    expect(body['paths']).toHaveProperty(['/deviceAppManagement/mobileApps/{mobileAppId}', 'patch']);
  });

  it('is not sent again to who has it', async () => {
    for (const path of [`${version}/$metadata`, `${version}/openapi.json`, version]) {
      const first = await get(path);
      const again = await get(path, { 'If-None-Match': first.headers.get('etag') ?? '' });
      expect([again.status, again.text]).toEqual([304, '']);
    }
  });
});

it('is not to be had by its inner path', async () => {
  expect((await get('description')).status).toBe(404);
});
