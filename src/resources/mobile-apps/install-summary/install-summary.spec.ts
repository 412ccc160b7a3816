import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../../../../test/support/gateway.js';
import { aMobileApp } from '../mobile-app.builder.js';

const apps = 'beta/deviceAppManagement/mobileApps';
let gateway: TestGateway;
let app: string;
let summary: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { body } = await gateway.call('POST', apps, aMobileApp());
  app = String(body['id']);
  summary = `${apps}/${app}/installSummary`;
});

afterAll(() => gateway.close());

const messageOf = (body: Record<string, unknown>): string => (body['error'] as { message: string }).message;

describe('the install summary of an app', () => {
  it('is there with the app, under an id of its own, with counts of zero', async () => {
    const { status, body } = await gateway.call('GET', summary);
    expect([status, body]).toEqual([
      200,
      {
        '@odata.context': `${gateway.url}/beta/$metadata#deviceAppManagement/mobileApps('${app}')/installSummary/$entity`,
        '@odata.type': '#microsoft.graph.mobileAppInstallSummary',
        id: `${gateway.tenant}_${app}`,
        installedDeviceCount: 0,
        failedDeviceCount: 0,
        notApplicableDeviceCount: 0,
        notInstalledDeviceCount: 0,
        pendingInstallDeviceCount: 0,
        installedUserCount: 0,
        failedUserCount: 0,
        notApplicableUserCount: 0,
        notInstalledUserCount: 0,
        pendingInstallUserCount: 0,
      },
    ]);
  });

  it('keeps what a PATCH says and nothing else, also when the whole of it is sent back', async () => {
    const first = await gateway.call('PATCH', summary, { installedDeviceCount: 4, failedUserCount: 15 });
    expect([first.status, first.body]).toEqual([
      200,
      expect.objectContaining({ installedDeviceCount: 4, failedUserCount: 15, failedDeviceCount: 0 }),
    ]);
    const back = await gateway.call('PATCH', summary, { ...first.body, failedDeviceCount: 1 });
    expect([back.status, back.body]).toEqual([200, { ...first.body, failedDeviceCount: 1 }]);
    const other = await gateway.call('PATCH', summary, { id: 'x', failedDeviceCount: 2 });
    expect(other.status).toBe(400);
    const wrong = await gateway.call('PATCH', summary, { failedDeviceCount: 'many' });
    expect(wrong.status).toBe(400);
  });

  it('is found by its properties, one of them alone, and as a part of its app', async () => {
    const one = await gateway.call('GET', `${summary}/failedUserCount/$value`);
    expect([one.status, one.text]).toEqual([200, '15']);
    const { body } = await gateway.call(
      'GET',
      `${apps}/${app}?$select=id&$expand=installSummary($select=failedUserCount)`,
    );
    expect(body['installSummary']).toEqual({
      '@odata.type': '#microsoft.graph.mobileAppInstallSummary',
      failedUserCount: 15,
    });
    expect(body['@odata.context']).toMatch(
      /#deviceAppManagement\/mobileApps\(id,installSummary\(failedUserCount\)\)\/\$entity$/,
    );
    const found = await gateway.call(
      'GET',
      `${apps}?$filter=installSummary/failedUserCount gt 14&$expand=installSummary`,
    );
    expect(found.body['value']).toMatchObject([{ id: app, installSummary: { installedDeviceCount: 4 } }]);
    const none = await gateway.call('GET', `${apps}?$filter=installSummary/failedUserCount gt 15`);
    expect(none.body['value']).toEqual([]);
  });

  it('can’t be made, deleted or keyed, and goes with its app', async () => {
    for (const [method, path] of [
      ['POST', summary],
      ['DELETE', summary],
      ['GET', `${summary}('x')`],
      ['GET', `${summary}/x`],
    ] as const) {
      const { status, body } = await gateway.call(method, path, method === 'POST' ? {} : undefined);
      expect([method, path, status, messageOf(body)]).toEqual([method, path, 400, expect.any(String)]);
    }
    const { body } = await gateway.call('POST', apps, {
      ...aMobileApp(),
      installSummary: { installedUserCount: 2 },
    });
    expect(body['installSummary']).toMatchObject({ installedUserCount: 2, failedUserCount: 0 });
    const path = `${apps}/${String(body['id'])}`;
    expect((await gateway.call('DELETE', path)).status).toBe(204);
    const gone = await gateway.call('GET', `${path}/installSummary`);
    expect([gone.status, messageOf(gone.body)]).toEqual([404, expect.stringMatching(/App with id/)]);
  });

  it('isn’t known to v1.0, whose apps have one all the same', async () => {
    const v1 = apps.replace('beta', 'v1.0');
    const { body } = await gateway.call('POST', v1, aMobileApp());
    const path = `${String(body['id'])}/installSummary`;
    expect((await gateway.call('GET', `${v1}/${path}`)).status).toBe(400);
    expect((await gateway.call('GET', `${apps}/${path}`)).status).toBe(200);
  });

  it('has a tag, which a write can ask for', async () => {
    const { headers } = await gateway.call('GET', summary);
    const tag = headers.get('etag') ?? '';
    const write = (ifMatch: string) =>
      gateway.call('PATCH', summary, { failedUserCount: 1 }, { 'If-Match': ifMatch });
    expect((await write('W/"0"')).status).toBe(412);
    expect((await write(tag)).status).toBe(200);
    expect((await write(tag)).status).toBe(412);
  });
});
