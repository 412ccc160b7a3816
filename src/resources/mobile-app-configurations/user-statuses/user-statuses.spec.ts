import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../../../../test/support/gateway.js';
import { aConfiguration } from '../configuration.builder.js';
import { aConfigurationUserStatus } from './configuration-user-status.builder.js';

const configurations = 'deviceAppManagement/mobileAppConfigurations';
let gateway: TestGateway;
let configuration: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { body } = await gateway.call('POST', `beta/${configurations}`, aConfiguration());
  configuration = `${configurations}/${String(body['id'])}`;
});

afterAll(() => gateway.close());

describe.each(['beta', 'v1.0'])('the status of a configuration for a user in %s', (version) => {
  const sent = {
    '@odata.type': '#microsoft.graph.managedDeviceMobileAppConfigurationUserStatus',
    userDisplayName: 'User Display Name value',
    devicesCount: 12,
    status: 'notApplicable',
    lastReportedDateTime: '2017-01-01T00:00:17.7769392-08:00',
    userPrincipalName: 'User Principal Name value',
  };

  it('is made, read, changed and deleted as documented, property by property as printed', async () => {
    const set = `${version}/${configuration}/userStatuses`;
    const created = await gateway.call('POST', set, sent);
    const { '@odata.context': context, ...entity } = created.body;
    const { '@odata.type': type, ...properties } = sent;
    expect(created.status).toBe(201);
    expect(Object.entries(entity)).toEqual(
      Object.entries({ '@odata.type': type, id: expect.any(String), ...properties }),
    );
    expect(context).toMatch(/#deviceAppManagement\/mobileAppConfigurations\('.*'\)\/userStatuses\/\$entity$/);
    const path = `${set}/${String(entity['id'])}`;
    const patched = await gateway.call('PATCH', path, { ...sent, devicesCount: 3, status: 'conflict' });
    expect([patched.status, patched.body]).toEqual([
      200,
      { ...created.body, devicesCount: 3, status: 'conflict' },
    ]);
    expect((await gateway.call('GET', path)).body).toEqual(patched.body);
    const listed = await gateway.call('GET', `${set}?$filter=status eq 'conflict'`);
    expect(listed.body['value']).toEqual([{ ...entity, devicesCount: 3, status: 'conflict' }]);
    expect((await gateway.call('DELETE', path)).status).toBe(204);
    expect((await gateway.call('GET', path)).status).toBe(404);
  });
});

it('is as written, whatever the devices of the configuration say', async () => {
  const set = `v1.0/${configuration}/userStatuses`;
  const { body } = await gateway.call('POST', set, aConfigurationUserStatus({ devicesCount: 5 }));
  await gateway.call('POST', `v1.0/${configuration}/deviceStatuses`, { status: 'error' });
  const got = await gateway.call('GET', `${set}/${String(body['id'])}`);
  expect(got.body).toMatchObject(aConfigurationUserStatus({ devicesCount: 5 }));
});
