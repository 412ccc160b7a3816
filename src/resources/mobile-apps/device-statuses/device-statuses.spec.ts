import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../../../../test/support/gateway.js';

let gateway: TestGateway;
let app: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { body } = await gateway.call('POST', 'beta/deviceAppManagement/mobileApps', {
    '@odata.type': '#microsoft.graph.iosStoreApp',
  });
  app = `beta/deviceAppManagement/mobileApps/${String(body['id'])}`;
});

afterAll(() => gateway.close());

async function make(path: string, body: object = {}): Promise<string> {
  const reply = await gateway.call('POST', `${app}/${path}`, body);
  expect(reply.status).toBe(201);
  return String(reply.body['id']);
}

describe('a device status', () => {
  it('is one row behind two routes, and the nested one is its own user’s only', async () => {
    const [user, other] = [await make('userStatuses'), await make('userStatuses')];
    const id = await make(`userStatuses/${user}/deviceStatuses`, { deviceName: 'one' });
    const nested = `${app}/userStatuses/${user}/deviceStatuses/${id}`;
    const direct = `${app}/deviceStatuses/${id}`;
    const { body } = await gateway.call('PATCH', nested, { deviceName: 'two' });
    expect(body['deviceName']).toBe('two');
    expect((await gateway.call('GET', direct)).body['deviceName']).toBe('two');
    await gateway.call('PATCH', direct, { errorCode: -2016345060 });
    expect((await gateway.call('GET', nested)).body).toMatchObject({
      deviceName: 'two',
      errorCode: -2016345060,
    });

    const foreign = `${app}/userStatuses/${other}/deviceStatuses/${id}`;
    for (const method of ['GET', 'DELETE']) expect((await gateway.call(method, foreign)).status).toBe(404);
    expect((await gateway.call('PATCH', foreign, { deviceName: 'three' })).status).toBe(404);
    expect((await gateway.call('GET', `${app}/userStatuses/${other}/deviceStatuses`)).body['value']).toEqual(
      [],
    );
    expect((await gateway.call('GET', direct)).body['deviceName']).toBe('two');
  });

  it('goes with its user, and a status without one stays', async () => {
    const user = await make('userStatuses');
    const owned = await make(`userStatuses/${user}/deviceStatuses`);
    const free = await make('deviceStatuses');
    expect((await gateway.call('DELETE', `${app}/userStatuses/${user}`)).status).toBe(204);
    expect((await gateway.call('GET', `${app}/deviceStatuses/${owned}`)).status).toBe(404);
    expect((await gateway.call('GET', `${app}/deviceStatuses/${free}`)).status).toBe(200);
  });

  it('starts with the documented zeros where a create says nothing', async () => {
    const id = await make('deviceStatuses');
    const { body } = await gateway.call('GET', `${app}/deviceStatuses/${id}`);
    expect(body).toMatchObject({
      deviceName: null,
      lastSyncDateTime: '0001-01-01T00:00:00Z',
      mobileAppInstallStatusValue: 'unknown',
      installState: 'unknown',
      installStateDetail: 'noAdditionalDetails',
      errorCode: 0,
    });
  });

  it.each([
    ['installState', 5, 'pendingInstall'],
    ['installState', '-1', 'notApplicable'],
    ['installStateDetail', -1016, 'supersedingAppsNotApplicable'],
    ['errorCode', -2147483648, -2147483648],
    ['errorCode', 2147483647, 2147483647],
    ['lastSyncDateTime', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['lastSyncDateTime', '9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.9999999Z'],
    ['lastSyncDateTime', '2020-02-29T23:59+14:00', '2020-02-29T23:59+14:00'],
    ['lastSyncDateTime', '2020-02-29T23:59:00.0000000-00:00', '2020-02-29T23:59:00.0000000-00:00'],
    ['deviceName', null, null],
    ['deviceName', '', ''],
    ['deviceName', '𝒳 "\\\u2028 ß é', '𝒳 "\\\u2028 ß é'],
    ['osDescription', 'x'.repeat(32768), 'x'.repeat(32768)],
  ])('keeps %s sent as %p', async (property, sent, kept) => {
    const id = await make('deviceStatuses', { deviceName: 'x' });
    const path = `${app}/deviceStatuses/${id}`;
    expect((await gateway.call('PATCH', path, { [property]: sent })).status).toBe(200);
    expect((await gateway.call('GET', path)).body[property]).toBe(kept);
  });

  it('is changed by what was sent and by nothing else', async () => {
    const id = await make('deviceStatuses', { deviceName: 'x', userName: 'y' });
    const path = `${app}/deviceStatuses/${id}`;
    const { body } = await gateway.call('PATCH', path, {
      'osVersion@odata.type': '#String',
      '@odata.id': 'ignored',
      userName: null,
    });
    expect(body).toMatchObject({ deviceName: 'x', userName: null });
  });
});
