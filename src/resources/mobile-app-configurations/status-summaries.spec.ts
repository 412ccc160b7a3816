import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../../../test/support/gateway.js';
import { aConfiguration } from './configuration.builder.js';

const configurations = 'deviceAppManagement/mobileAppConfigurations';
let gateway: TestGateway;
let id: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { body } = await gateway.call('POST', `v1.0/${configurations}`, aConfiguration());
  id = String(body['id']);
});

afterAll(() => gateway.close());

/** The documents' examples. */
const stable = {
  pendingCount: 12,
  notApplicableCount: 2,
  successCount: 12,
  errorCount: 10,
  failedCount: 11,
  lastUpdateDateTime: '2016-12-31T23:58:21.6459442-08:00',
  configurationVersion: 4,
};
const user = {
  pendingCount: 12,
  notApplicableCount: 2,
  successCount: 12,
  errorCount: 10,
  failedCount: 11,
  conflictCount: 13,
  lastUpdateDateTime: '2016-12-31T23:58:21.6459442-08:00',
  configurationVersion: 4,
};
const device = {
  pendingCount: 12,
  notApplicableCount: 2,
  notApplicablePlatformCount: 10,
  successCount: 12,
  errorCount: 10,
  failedCount: 11,
  conflictCount: 13,
  lastUpdateDateTime: '2016-12-31T23:58:21.6459442-08:00',
  configurationVersion: 4,
};

describe.each([
  ['deviceStatusSummary', 'beta', 'Device', device],
  ['deviceStatusSummary', 'v1.0', 'Device', stable],
  ['userStatusSummary', 'beta', 'User', user],
  ['userStatusSummary', 'v1.0', 'User', stable],
])('the %s in %s', (name, version, of, counts) => {
  const type = `#microsoft.graph.managedDeviceMobileAppConfiguration${of}Summary`;
  const none = Object.fromEntries(Object.keys(counts).map((count) => [count, 0]));
  const fresh = { ...none, lastUpdateDateTime: '0001-01-01T00:00:00Z' };

  it('comes with the configuration, and is read and updated as documented', async () => {
    const { body } = await gateway.call('POST', `${version}/${configurations}`, aConfiguration());
    const configuration = String(body['id']);
    const path = `${version}/${configurations}/${configuration}/${name}`;
    const shown = (values: object): object => ({
      '@odata.context': `${gateway.url}/${version}/$metadata#${configurations}('${configuration}')/${name}/$entity`,
      '@odata.type': type,
      id: `${gateway.tenant}_${configuration}`,
      ...values,
    });
    const got = await gateway.call('GET', path);
    expect([got.status, Object.entries(got.body)]).toEqual([200, Object.entries(shown(fresh))]);
    const patched = await gateway.call('PATCH', path, { '@odata.type': type, ...counts });
    expect([patched.status, Object.entries(patched.body)]).toEqual([200, Object.entries(shown(counts))]);
    expect((await gateway.call('GET', path)).body).toEqual(patched.body);
  });
});

const expandedWhere = (filter: string): string =>
  '?$select=displayName&$expand=deviceStatusSummary,userStatusSummary($select=errorCount)' +
  `&$filter=${encodeURIComponent(filter)}`;

describe('a summary', () => {
  it('keeps in v1.0 what only beta knows', async () => {
    const path = `${configurations}/${id}/deviceStatusSummary`;
    await gateway.call('PATCH', `beta/${path}`, device);
    expect((await gateway.call('PATCH', `v1.0/${path}`, { conflictCount: 1 })).status).toBe(400);
    expect((await gateway.call('GET', `v1.0/${path}/notApplicablePlatformCount`)).status).toBe(400);
    await gateway.call('PATCH', `v1.0/${path}`, { pendingCount: 0 });
    const { body } = await gateway.call('GET', `beta/${path}`);
    expect(body).toMatchObject({ ...device, pendingCount: 0 });
  });

  it('stays as written when statuses come', async () => {
    const path = `v1.0/${configurations}/${id}`;
    const before = await gateway.call('GET', `${path}/deviceStatusSummary`);
    await gateway.call('POST', `${path}/deviceStatuses`, { status: 'error' });
    expect((await gateway.call('GET', `${path}/deviceStatusSummary`)).text).toBe(before.text);
  });

  it('is expanded and filtered by from its configuration, each kind by itself', async () => {
    const { body } = await gateway.call('POST', `beta/${configurations}`, {
      ...aConfiguration({ displayName: 'summed up' }),
      deviceStatusSummary: { errorCount: 21, lastUpdateDateTime: '2026-10-31T08:00:00Z' },
      userStatusSummary: { errorCount: 3 },
    });
    const filter = 'deviceStatusSummary/errorCount gt 20 and userStatusSummary/errorCount lt 4';
    const found = await gateway.call('GET', `beta/${configurations}${expandedWhere(filter)}`);
    const [one, ...others] = found.body['value'] as Record<string, unknown>[];
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      displayName: 'summed up',
      deviceStatusSummary: {
        id: `${gateway.tenant}_${String(body['id'])}`,
        errorCount: 21,
        conflictCount: 0,
        lastUpdateDateTime: '2026-10-31T08:00:00Z',
      },
    });
    expect(one?.['userStatusSummary']).toEqual({
      '@odata.type': '#microsoft.graph.managedDeviceMobileAppConfigurationUserSummary',
      errorCount: 3,
    });
    const none = await gateway.call(
      'GET',
      `v1.0/${configurations}${expandedWhere('userStatusSummary/errorCount gt 20')}`,
    );
    expect([none.status, none.body['value']]).toEqual([200, []]);
  });
});
