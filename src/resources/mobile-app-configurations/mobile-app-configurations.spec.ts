import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../../../test/support/gateway.js';
import { aConfiguration, anAndroidConfiguration } from './configuration.builder.js';

const beta = 'beta/deviceAppManagement/mobileAppConfigurations';
const stable = 'v1.0/deviceAppManagement/mobileAppConfigurations';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

/** The documents' examples of requests; a create and an update of one type send the same. */
const base = {
  targetedMobileApps: ['Targeted Mobile Apps value'],
  roleScopeTagIds: ['Role Scope Tag Ids value'],
  description: 'Description value',
  displayName: 'Display Name value',
  version: 7,
};
const ios = {
  '@odata.type': '#microsoft.graph.iosMobileAppConfiguration',
  ...base,
  encodedSettingXml: 'ZW5jb2RlZFNldHRpbmdYbWw=',
  settings: [
    {
      '@odata.type': 'microsoft.graph.appConfigurationSettingItem',
      appConfigKey: 'App Config Key value',
      appConfigKeyType: 'integerType',
      appConfigKeyValue: 'App Config Key Value value',
    },
  ],
};
const { roleScopeTagIds: _, ...stableIos } = ios;
const android = {
  '@odata.type': '#microsoft.graph.androidManagedStoreAppConfiguration',
  ...base,
  packageId: 'Package Id value',
  payloadJson: 'Payload Json value',
  permissionActions: [
    {
      '@odata.type': 'microsoft.graph.androidPermissionAction',
      permission: 'Permission value',
      action: 'autoGrant',
    },
  ],
  appSupportsOemConfig: true,
  profileApplicability: 'androidWorkProfile',
  connectedAppsEnabled: true,
};

/** The id and the server's times stand where the documents print them. */
const printed = (sent: object): string[] =>
  Object.keys(sent).flatMap((name) => {
    if (name === '@odata.type') return [name, 'id'];
    if (name === 'description') return ['createdDateTime', name, 'lastModifiedDateTime'];
    return [name];
  });

describe.each([
  ['iosMobileAppConfiguration', 'beta', beta, ios],
  ['iosMobileAppConfiguration', 'v1.0', stable, stableIos],
  ['androidManagedStoreAppConfiguration', 'beta', beta, android],
])('the documented examples of %s in %s', (_type, _version, set, sent) => {
  it('are answered as printed', async () => {
    const created = await gateway.call('POST', set, sent);
    expect(created.status).toBe(201);
    const { '@odata.context': context, ...entity } = created.body;
    expect(context).toMatch(/#deviceAppManagement\/mobileAppConfigurations\/\$entity$/);
    expect(Object.keys(entity)).toEqual(printed(sent));
    const { '@odata.type': __, ...item } = ('settings' in sent ? sent.settings : sent.permissionActions)[0]!;
    const kept = 'settings' in sent ? { settings: [item] } : { permissionActions: [item] };
    // The server's own to say, as lastModifiedDateTime is: what a client sends is left aside.
    const computed = 'appSupportsOemConfig' in sent ? { appSupportsOemConfig: false } : {};
    expect(entity).toMatchObject({ ...sent, ...kept, ...computed });

    const path = `${set}/${String(entity['id'])}`;
    const listed = await gateway.call('GET', set);
    expect([listed.status, listed.body['value']]).toEqual([200, [entity]]);
    const patched = await gateway.call('PATCH', path, { ...sent, version: 8 });
    expect([patched.status, patched.body]).toEqual([
      200,
      { ...created.body, version: 8, lastModifiedDateTime: expect.any(String) },
    ]);
    const got = await gateway.call('GET', path);
    expect([got.status, got.body]).toEqual([200, patched.body]);
    expect((await gateway.call('DELETE', path)).status).toBe(204);
  });
});

describe('a configuration for Android', () => {
  const work = '#microsoft.graph.androidForWorkMobileAppConfiguration';

  it('is a bare configuration to v1.0, which changes what it sees of it and nothing else', async () => {
    const { body } = await gateway.call('POST', beta, anAndroidConfiguration());
    const path = String(body['id']);
    const bare = await gateway.call('GET', `${stable}/${path}`);
    expect(Object.keys(bare.body)).toEqual([
      '@odata.context',
      'id',
      'targetedMobileApps',
      'createdDateTime',
      'description',
      'lastModifiedDateTime',
      'displayName',
      'version',
    ]);
    expect((await gateway.call('PATCH', `${stable}/${path}`, { version: 2 })).body['version']).toBe(2);
    expect((await gateway.call('PATCH', `${stable}/${path}`, { packageId: 'x' })).status).toBe(400);
    expect((await gateway.call('POST', stable, anAndroidConfiguration())).status).toBe(400);
    const whole = await gateway.call('GET', `${beta}/${path}`);
    expect(whole.body).toMatchObject(anAndroidConfiguration({ version: 2 }));
  });

  it('says of apps for work the same, but nothing of OEMConfig', async () => {
    const created = await gateway.call('POST', beta, anAndroidConfiguration({ '@odata.type': work }));
    expect(created.status).toBe(201);
    expect(Object.keys(created.body).slice(-5)).toEqual([
      'packageId',
      'payloadJson',
      'permissionActions',
      'profileApplicability',
      'connectedAppsEnabled',
    ]);
    const path = `${beta}/${String(created.body['id'])}`;
    const patched = await gateway.call('PATCH', path, { profileApplicability: 'androidDeviceOwner' });
    expect(patched.body).toMatchObject({ '@odata.type': work, profileApplicability: 'androidDeviceOwner' });
    expect((await gateway.call('PATCH', path, { appSupportsOemConfig: true })).status).toBe(400);
  });

  it('has nothing granted, no profile chosen and no apps connected unless the client says so', async () => {
    const { body } = await gateway.call('POST', beta, {
      '@odata.type': '#microsoft.graph.androidManagedStoreAppConfiguration',
      displayName: 'bare',
    });
    expect(body).toMatchObject({
      packageId: null,
      payloadJson: null,
      permissionActions: [],
      appSupportsOemConfig: false,
      profileApplicability: 'default',
      connectedAppsEnabled: false,
    });
  });

  it.each([
    { permissionActions: [{ permission: 'x', action: 'nope' }] },
    { permissionActions: [{ permission: 'x', action: null }] },
    { profileApplicability: 'nope' },
    { connectedAppsEnabled: null },
    { packageId: 1 },
  ])('is refused with %j', async (wrong) => {
    expect((await gateway.call('POST', beta, anAndroidConfiguration(wrong))).status).toBe(400);
  });

  it('is found by its type, and by what only its type has', async () => {
    const packageId = 'app:example.found';
    const store = await gateway.call('POST', beta, anAndroidConfiguration({ packageId }));
    const forWork = await gateway.call(
      'POST',
      beta,
      anAndroidConfiguration({ packageId, '@odata.type': work }),
    );
    const idsWhere = async (filter: string): Promise<unknown> => {
      const { body } = await gateway.call('GET', `${beta}?$select=id&$filter=${encodeURIComponent(filter)}`);
      return (body['value'] as { id: string }[]).map(({ id }) => id);
    };
    const byPackage = (type: string): string => `microsoft.graph.${type}/packageId eq '${packageId}'`;
    const inStore = byPackage('androidManagedStoreAppConfiguration');
    expect(await idsWhere(inStore)).toEqual([store.body['id']]);
    const forTheWork = byPackage('androidForWorkMobileAppConfiguration');
    expect(await idsWhere(forTheWork)).toEqual([forWork.body['id']]);
    const isWork = "isof('microsoft.graph.androidForWorkMobileAppConfiguration')";
    const found = await idsWhere(`(${inStore} or ${forTheWork}) and ${isWork}`);
    expect(found).toEqual([forWork.body['id']]);
  });
});

it('names the entity that is refused for a missing non-null name', async () => {
  const reply = await gateway.call('POST', beta, aConfiguration({ displayName: null }));
  expect(reply.status).toBe(400);
  expect((await gateway.call('GET', beta)).text).not.toContain('"displayName":null');
});

it('shows platform in beta, and keeps it when v1.0 writes', async () => {
  const { body: configuration } = await gateway.call('POST', beta, aConfiguration());
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
