import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../../../test/support/gateway.js';
import { edmTypeOf } from '../../graph/declare.js';
import { propertiesByName } from '../../odata/readings.js';
import { MobileApp } from './mobile-app.entity.js';

const beta = 'beta/deviceAppManagement/mobileApps';
const stable = 'v1.0/deviceAppManagement/mobileApps';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

async function make(body: object, path = beta): Promise<Record<string, unknown>> {
  const reply = await gateway.call('POST', path, body);
  expect(reply.status).toBe(201);
  return reply.body;
}

const messageOf = (body: Record<string, unknown>): string => (body['error'] as { message: string }).message;

describe('an app', () => {
  it('keeps its own type’s properties, enums and complex values, and shows the initial ones', async () => {
    const app = await make({
      '@odata.type': 'microsoft.graph.win32LobApp',
      applicableArchitectures: 'x86,x64',
      returnCodes: [
        { '@odata.type': '#microsoft.graph.win32LobAppReturnCode', returnCode: 1707, type: 'success' },
      ],
      largeIcon: { '@odata.type': 'microsoft.graph.mimeContent', type: 'image/png', value: 'dmFsdWU=' },
      roleScopeTagIds: ['0'],
    });
    expect(app).toMatchObject({
      '@odata.type': '#microsoft.graph.win32LobApp',
      applicableArchitectures: 'x86,x64',
      returnCodes: [{ returnCode: 1707, type: 'success' }],
      largeIcon: { type: 'image/png', value: 'dmFsdWU=' },
      roleScopeTagIds: ['0'],
      publishingState: 'notPublished',
      minimumMemoryInMB: null,
      allowAvailableUninstall: false,
      size: 0,
    });
  });

  it('is named by its type when it is made', async () => {
    const unnamed = await gateway.call('POST', beta, { displayName: 'x' });
    expect(messageOf(unnamed.body)).toMatch(/mobileApp' is abstract/);
    const abstract = await gateway.call('POST', beta, { '@odata.type': '#microsoft.graph.mobileApp' });
    expect([abstract.status, messageOf(abstract.body)]).toEqual([400, messageOf(unnamed.body)]);
    const unknown = await gateway.call('POST', beta, { '@odata.type': '#microsoft.graph.user' });
    expect([unknown.status, messageOf(unknown.body)]).toEqual([
      400,
      expect.stringMatching(/^A type named 'user'/),
    ]);
  });

  it('is judged by its own type when a PATCH names none', async () => {
    const { id } = await make({ '@odata.type': '#microsoft.graph.iosStoreApp', bundleId: 'com.example' });
    const right = await gateway.call('PATCH', `${beta}/${String(id)}`, {
      displayName: 'A',
      appStoreUrl: 'https://x',
    });
    expect(right.body).toMatchObject({ displayName: 'A', appStoreUrl: 'https://x', bundleId: 'com.example' });
    const foreign = await gateway.call('PATCH', `${beta}/${String(id)}`, {
      displayName: 'B',
      setupFilePath: 'x',
    });
    expect([foreign.status, messageOf(foreign.body)]).toEqual([
      400,
      expect.stringMatching(/^The property 'setupFilePath' does not exist on type '.*\.iosStoreApp'/),
    ]);
    const mistaken = await gateway.call('PATCH', `${beta}/${String(id)}`, {
      '@odata.type': '#microsoft.graph.win32LobApp',
    });
    expect([mistaken.status, messageOf(mistaken.body)]).toEqual([
      400,
      "A type named 'win32LobApp' was given where 'iosStoreApp' or a type derived from it was expected.",
    ]);
    expect((await gateway.call('GET', `${beta}/${String(id)}`)).body['displayName']).toBe('A');
    expect((await gateway.call('PATCH', `${beta}/nobody`, { setupFilePath: 'x' })).status).toBe(404);
  });

  it('ignores what only the server writes, and follows the clock', async () => {
    const app = await make({
      '@odata.type': '#microsoft.graph.iosStoreApp',
      isAssigned: true,
      createdDateTime: 'nonsense',
    });
    expect(app).toMatchObject({ isAssigned: false });
    const computed = await gateway.call('PATCH', `${beta}/${String(app['id'])}`, {
      publishingState: 'published',
      isAssigned: 7,
    });
    expect([computed.status, computed.text]).toEqual([
      200,
      (await gateway.call('GET', `${beta}/${String(app['id'])}`)).text,
    ]);
    const { body } = await gateway.call('PATCH', `${beta}/${String(app['id'])}`, { notes: 'x' });
    expect(body['createdDateTime']).toBe(app['createdDateTime']);
    expect(Date.parse(String(body['lastModifiedDateTime']))).toBeGreaterThanOrEqual(
      Date.parse(String(app['createdDateTime'])),
    );
  });

  it('shows each version its own properties', async () => {
    const { id } = await make({ '@odata.type': '#microsoft.graph.iosStoreApp', roleScopeTagIds: ['0'] });
    const { body } = await gateway.call('GET', `${stable}/${String(id)}`);
    expect(body).not.toHaveProperty('roleScopeTagIds');
    expect(body).not.toHaveProperty('uploadState');
    const refused = await gateway.call('PATCH', `${stable}/${String(id)}`, { roleScopeTagIds: [] });
    expect([refused.status, messageOf(refused.body)]).toEqual([
      400,
      expect.stringMatching(/^The property 'roleScopeTagIds'/),
    ]);
    await gateway.call('PATCH', `${stable}/${String(id)}`, { displayName: 'from v1.0' });
    const kept = await gateway.call('GET', `${beta}/${String(id)}`);
    expect(kept.body).toMatchObject({ displayName: 'from v1.0', roleScopeTagIds: ['0'] });
  });

  it('is to a version that doesn’t know its type an app of no type, which can be changed as such', async () => {
    const type = '#microsoft.graph.win32CatalogApp';
    const { id } = await make({ '@odata.type': type, displayName: 'A', setupFilePath: 'a.msi' });
    const path = `${stable}/${String(id)}`;
    const { '@odata.context': _, ...bare } = (await gateway.call('GET', path)).body;
    expect(Object.keys(bare)).toEqual(['id', ...propertiesByName(edmTypeOf(MobileApp), 'v1.0').keys()]);
    const changed = await gateway.call('PATCH', path, { ...bare, displayName: 'B' });
    expect([changed.status, changed.body['displayName']]).toEqual([200, 'B']);
    const unknown = await gateway.call('PATCH', path, { setupFilePath: 'b.msi' });
    expect([unknown.status, messageOf(unknown.body)]).toEqual([
      400,
      expect.stringMatching(/^The property 'setupFilePath' does not exist on type '.*\.mobileApp'/),
    ]);
    const named = await gateway.call('PATCH', path, { '@odata.type': type });
    expect([named.status, messageOf(named.body)]).toEqual([400, expect.stringMatching(/^A type named/)]);
    const kept = await gateway.call('GET', `${beta}/${String(id)}`);
    expect(kept.body).toMatchObject({ '@odata.type': type, displayName: 'B', setupFilePath: 'a.msi' });
  });

  it('has in a version the architectures that the version knows', async () => {
    const type = '#microsoft.graph.windowsAppX';
    const { id } = await make({ '@odata.type': type, applicableArchitectures: 'x64,arm64' });
    const found = async (path: string, value: string): Promise<unknown> => {
      const is = `microsoft.graph.windowsAppX/applicableArchitectures eq '${value}'`;
      return (await gateway.call('GET', `${path}?$filter=${is}`)).body['value'];
    };
    const shown = (applicableArchitectures: string) => [
      expect.objectContaining({ id, applicableArchitectures }),
    ];
    expect(await found(beta, 'x64,arm64')).toEqual(shown('x64,arm64'));
    expect(await found(beta, 'x64')).toEqual([]);
    expect(await found(stable, 'x64')).toEqual(shown('x64'));
    const refused = await gateway.call('POST', stable, {
      '@odata.type': type,
      applicableArchitectures: 'arm64',
    });
    expect(refused.status).toBe(400);
  });

  it('takes the package that it is of from who makes it, and from nobody else', async () => {
    const { id } = await make({ '@odata.type': '#microsoft.graph.androidStoreApp', packageId: 'com.a' });
    const { status, body } = await gateway.call('PATCH', `${beta}/${String(id)}`, {
      '@odata.type': '#microsoft.graph.androidStoreApp',
      packageId: 'com.b',
      appStoreUrl: 'https://b.example',
    });
    expect([status, body['packageId'], body['appStoreUrl']]).toEqual([200, 'com.a', 'https://b.example']);
  });

  it('takes everything below it when it goes', async () => {
    const { id } = await make({ '@odata.type': '#microsoft.graph.iosStoreApp' });
    const path = `${beta}/${String(id)}`;
    const { id: user } = await make({}, `${path}/userStatuses`);
    const { id: status } = await make({}, `${path}/userStatuses/${String(user)}/deviceStatuses`);
    expect((await gateway.call('DELETE', path)).status).toBe(204);
    await make({ '@odata.type': '#microsoft.graph.iosStoreApp', id }, beta);
    expect((await gateway.call('GET', `${path}/deviceStatuses/${String(status)}`)).status).toBe(404);
    expect((await gateway.call('GET', `${path}/userStatuses`)).body['value']).toEqual([]);
  });
});
