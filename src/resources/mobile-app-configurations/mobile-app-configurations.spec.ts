import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../../../test/support/gateway.js';

const beta = 'beta/deviceAppManagement/mobileAppConfigurations';
const stable = 'v1.0/deviceAppManagement/mobileAppConfigurations';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

const sent = {
  '@odata.type': '#microsoft.graph.iosMobileAppConfiguration',
  targetedMobileApps: ['Targeted Mobile Apps value'],
  roleScopeTagIds: ['Role Scope Tag Ids value'],
  description: 'Description value',
  displayName: 'Display Name value',
  version: 7,
  encodedSettingXml: 'ZW5jb2RlZFNldHRpbmdYbWw=',
  settings: [
    {
      appConfigKey: 'App Config Key value',
      appConfigKeyType: 'integerType',
      appConfigKeyValue: 'App Config Key Value value',
    },
  ],
};

it('answers the documented create and update as printed', async () => {
  const created = await gateway.call('POST', beta, sent);
  expect([created.status, created.body]).toEqual([201, expect.objectContaining(sent)]);
  const { body } = await gateway.call('PATCH', `${beta}/${String(created.body['id'])}`, {
    ...sent,
    version: 8,
    settings: [],
  });
  expect(body).toMatchObject({ ...sent, version: 8, settings: [] });
});

it('names the entity that is refused for a missing non-null name', async () => {
  const reply = await gateway.call('POST', beta, { ...sent, displayName: null });
  expect(reply.status).toBe(400);
  expect((await gateway.call('GET', beta)).text).not.toContain('"displayName":null');
});

it('shows platform in beta, and keeps it when v1.0 writes', async () => {
  const { body: configuration } = await gateway.call('POST', beta, sent);
  const path = `/${String(configuration['id'])}/deviceStatuses`;
  const { body: status } = await gateway.call('POST', `${beta}${path}`, { platform: 8, status: 'compliant' });
  const patched = await gateway.call('PATCH', `${stable}${path}/${String(status['id'])}`, {
    status: 'error',
  });
  expect(patched.body).not.toHaveProperty('platform');
  const { body } = await gateway.call('GET', `${beta}${path}/${String(status['id'])}`);
  expect(body).toMatchObject({ platform: 8, status: 'error' });
  expect(
    (await gateway.call('PATCH', `${stable}${path}/${String(status['id'])}`, { platform: 1 })).status,
  ).toBe(400);
});
