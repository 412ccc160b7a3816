import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../../../../test/support/gateway.js';
import { aDeviceStatus } from '../device-statuses/device-status.builder.js';
import { aMobileApp } from '../mobile-app.builder.js';
import { configurationProblem } from './office-configuration.js';

const apps = 'beta/deviceAppManagement/mobileApps';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
  for (const [id, states] of [
    ['one', ['failed', 'installed']],
    ['two', ['failed', 'failed']],
    ['three', ['installed']],
  ] as const) {
    const deviceStatuses = states.map((installState) => aDeviceStatus({ installState }));
    const reply = await gateway.call('POST', apps, { ...aMobileApp({ id }), deviceStatuses });
    expect(reply.status).toBe(201);
  }
});

afterAll(() => gateway.close());

const get = (path: string) => gateway.call('GET', `${apps}/${path}`);
const messageOf = (body: Record<string, unknown>): string => (body['error'] as { message: string }).message;

const encoded = (text: string): string => Buffer.from(text).toString('base64');

describe('the functions of all apps', () => {
  it.each([
    ["getMobileAppCount(status='failed')", 2],
    ["microsoft.graph.getMobileAppCount(STATUS='Installed')", 2],
    ['getmobileappcount(status=@state)?@state=%27notInstalled%27', 0],
    ["getMobileAppCount(status='parameterValue')", 0],
    ["microsoft.graph.win32LobApp/getMobileAppCount(status='failed')", 0],
    ["microsoft.graph.iosStoreApp/getMobileAppCount(status='failed')", 2],
  ])('%s counts %d', async (path, count) => {
    const { status, body } = await get(path);
    expect([status, body]).toEqual([
      200,
      { '@odata.context': `${gateway.url}/beta/$metadata#Edm.Int64`, value: count },
    ]);
  });

  it('list the apps with most devices in a state', async () => {
    const { status, body } = await get("getTopMobileApps(status='failed',count=5)");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      '@odata.context': `${gateway.url}/beta/$metadata#Collection(microsoft.graph.mobileApp)`,
      value: [{ '@odata.type': '#microsoft.graph.iosStoreApp', id: 'two' }, { id: 'one' }],
    });
    const first = await get("getTopMobileApps(count=1,status='failed')");
    expect(first.body['value']).toMatchObject([{ id: 'two', displayName: 'Contoso Portal' }]);
    const none = await get("getTopMobileApps(status='parameterValue',count=5)");
    expect([none.status, none.body['value']]).toEqual([200, []]);
  });

  it.each([
    ['getMobileAppCount', /'status' is not valid: it is missing/],
    ["getTopMobileApps(status='failed',count=1000)", /'count' is not valid: it is not between 0 and 999/],
    ["getTopMobileApps(status='failed',count=-1)", /'count' is not valid/],
    ["getMobileAppCount(status='failed')/x", /segment 'x'/],
    ["one/getMobileAppCount(status='failed')", /Resource not found for the segment/],
  ])('%s is refused', async (path, message) => {
    const { status, body } = await get(path);
    expect([status, messageOf(body)]).toEqual([400, expect.stringMatching(message)]);
  });

  it('are read, not posted, nor known to v1.0', async () => {
    const posted = await gateway.call('POST', `${apps}/getMobileAppCount(status='failed')`, {});
    expect([posted.status, messageOf(posted.body)]).toEqual([
      400,
      expect.stringContaining('~/singleton/navigation/function with http verb POST'),
    ]);
    const older = await gateway.call(
      'GET',
      `${apps.replace('beta', 'v1.0')}/getMobileAppCount(status='failed')`,
    );
    // There it is the key of an app.
    expect(older.status).toBe(404);
  });
});

describe('the links of apps', () => {
  it('are their assignments, which who may read may ask for', async () => {
    const target = { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' };
    const assigned = await gateway.call('POST', `${apps}/one/assignments`, { target });
    expect(assigned.status).toBe(201);
    const token = await gateway.tokenFor({ roles: ['DeviceManagementApps.Read.All'] });
    const body = { payloadIds: ['one', 'two', 'Payload Id value'] };
    const reply = await gateway.call('POST', `${apps}/hasPayloadLinks`, body, {
      Authorization: `Bearer ${token}`,
    });
    const context = `${gateway.url}/beta/$metadata#Collection(microsoft.graph.hasPayloadLinkResultItem)`;
    expect([reply.status, reply.body]).toEqual([
      200,
      {
        '@odata.context': context,
        value: [
          { payloadId: 'one', hasLink: true, error: '', sources: ['direct'] },
          { payloadId: 'two', hasLink: false, error: '', sources: [] },
          { payloadId: 'Payload Id value', hasLink: false, error: '', sources: [] },
        ],
      },
    ]);
  });

  it.each([{ payloadIds: 'one' }, { payloadIds: [1] }, { ids: [] }])('%j is refused', async (body) => {
    expect((await gateway.call('POST', `${apps}/hasPayloadLinks`, body)).status).toBe(400);
  });
});

describe('the configuration of an Office suite', () => {
  it('is told what is wrong with it', async () => {
    const validate = (body: object) => gateway.call('POST', `${apps}/validateXml`, body);
    const right = await validate({
      officeConfigurationXml: encoded('<Configuration><Add/></Configuration>'),
    });
    expect([right.status, right.body]).toEqual([
      200,
      { '@odata.context': `${gateway.url}/beta/$metadata#Edm.String`, value: '' },
    ]);
    const wrong = await validate({ officeConfigurationXml: 'b2ZmaWNlQ29uZmlndXJhdGlvblhtbA==' });
    expect([wrong.status, wrong.body['value']]).toEqual([200, expect.stringMatching(/not well-formed/)]);
    expect((await validate({})).status).toBe(400);
    expect((await validate({ officeConfigurationXml: 'x' })).status).toBe(400);
    expect((await validate({ officeConfigurationXml: 'AAAA', more: 1 })).status).toBe(400);
  });

  it.each([
    ['<Configuration/>', /^$/],
    ['<?xml version="1.0" encoding="utf-8"?><!-- x --><Configuration ID="1"><Add/></Configuration>', /^$/],
    ['<Configuration>', /not well-formed/],
    ['', /not well-formed/],
    ['<Add/>', /'Add', not 'Configuration'/],
    ['<!DOCTYPE c [<!ENTITY a "aaaa">]><Configuration>&a;</Configuration>', /not well-formed/],
  ])('%s', (xml, problem) => expect(configurationProblem(encoded(xml))).toMatch(problem));

  it('in bytes that aren’t UTF-8 is none', () => {
    expect(configurationProblem(Buffer.from([0xff]).toString('base64'))).toMatch(/not UTF-8/);
  });
});

describe('what only Apple’s service could do', () => {
  it.each([
    ['revokeAllLicenses', { notifyManagedDevices: true }],
    ['microsoft.graph.iosStoreApp/revokeDeviceLicense', { managedDeviceId: 'x', notifyManagedDevices: true }],
    ['revokeUserLicense', { userId: 'x', notifyManagedDevices: true }],
  ])('%s is refused by its name', async (path, body) => {
    const reply = await gateway.call('POST', `${apps}/one/${path}`, body);
    const name = path.split('/').at(-1);
    expect([reply.status, messageOf(reply.body)]).toEqual([
      501,
      `The operation '${name}' is not supported: licences are kept by Apple's service.`,
    ]);
  });
});
