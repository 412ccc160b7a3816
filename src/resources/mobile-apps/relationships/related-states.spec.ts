import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../../../../test/support/gateway.js';
import { aDeviceStatus } from '../device-statuses/device-status.builder.js';
import { aMobileApp } from '../mobile-app.builder.js';
import { aRelationship } from './relationship.builder.js';

const apps = 'beta/deviceAppManagement/mobileApps';
let gateway: TestGateway;

const onPhone = (overrides: object): object => aDeviceStatus({ deviceId: 'Phone', ...overrides });

beforeAll(async () => {
  gateway = await startTestGateway();
  for (const [id, deviceStatuses] of [
    ['suite', []],
    [
      'viewer',
      [onPhone({ installState: 'failed', installStateDetail: 'dependencyFailedToInstall', errorCode: 9 })],
    ],
    [
      'runtime',
      [onPhone({ lastSyncDateTime: '2017-01-01T00:02:09.7809949-08:00' }), onPhone({ deviceId: 'other' })],
    ],
  ] as const) {
    const body = { ...aMobileApp({ id, displayName: id }), deviceStatuses };
    expect((await gateway.call('POST', apps, body)).status).toBe(201);
  }
  for (const [from, to] of [
    ['suite', 'viewer'],
    ['suite', 'runtime'],
    ['viewer', 'runtime'],
  ] as const)
    expect((await gateway.call('POST', `${apps}/${from}/relationships`, aRelationship(to))).status).toBe(201);
});

afterAll(() => gateway.close());

const statesOf = (app: string, user = 'Ada@contoso.example', device = 'phone') =>
  gateway.call('GET', `${apps}/${app}/getRelatedAppStates(userPrincipalName='${user}',deviceId='${device}')`);

it('the apps that one needs, along chains too, tell how they stand on a device of a user', async () => {
  const { status, body } = await statesOf('suite');
  const context = `${gateway.url}/beta/$metadata#Collection(microsoft.graph.mobileAppRelationshipState)`;
  expect([status, body]).toEqual([
    200,
    {
      '@odata.context': context,
      value: [
        {
          sourceIds: ['suite', 'viewer'],
          targetId: 'runtime',
          targetDisplayName: 'runtime',
          deviceId: 'Phone',
          installState: 'installed',
          installStateDetail: 'noAdditionalDetails',
          errorCode: 0,
          targetLastSyncDateTime: '2017-01-01T00:02:09.7809949-08:00',
        },
        expect.objectContaining({
          sourceIds: ['suite'],
          targetId: 'viewer',
          installState: 'failed',
          installStateDetail: 'dependencyFailedToInstall',
          errorCode: 9,
        }),
      ],
    },
  ]);
});

it('what is above an app isn’t among them, nor is another user or device', async () => {
  expect((await statesOf('runtime')).body['value']).toEqual([]);
  expect((await statesOf('suite', 'bob@contoso.example')).body['value']).toEqual([]);
  expect((await statesOf('suite', 'ada@contoso.example', 'tablet')).body['value']).toEqual([]);
});

it('an app that isn’t there has none, nor has one that isn’t of the type of a cast', async () => {
  expect((await statesOf('nobody')).status).toBe(404);
  expect((await statesOf('suite/graph.win32LobApp')).status).toBe(404);
  expect((await gateway.call('GET', `${apps}/suite/getRelatedAppStates(deviceId='x')`)).status).toBe(400);
});
