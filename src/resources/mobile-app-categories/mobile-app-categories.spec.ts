import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../../../test/support/gateway.js';
import { aMobileApp } from '../mobile-apps/mobile-app.builder.js';
import { aCategory } from './category.builder.js';

const beta = 'beta/deviceAppManagement/mobileAppCategories';
const stable = 'v1.0/deviceAppManagement/mobileAppCategories';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

async function names(options: string): Promise<unknown[]> {
  const { body } = await gateway.call('GET', `${beta}?${options}`);
  return (body['value'] as { displayName: unknown }[]).map(({ displayName }) => displayName);
}

describe('a category of apps', () => {
  it('is the same in both versions, and follows the clock', async () => {
    const made = await gateway.call('POST', stable, aCategory({ lastModifiedDateTime: 'nonsense' }));
    expect([made.status, Object.keys(made.body)]).toEqual([
      201,
      ['@odata.context', '@odata.type', 'id', 'displayName', 'lastModifiedDateTime'],
    ]);
    const { id, lastModifiedDateTime } = made.body;
    const changed = await gateway.call('PATCH', `${beta}/${String(id)}`, { displayName: 'Utilities' });
    expect(Date.parse(String(changed.body['lastModifiedDateTime']))).toBeGreaterThanOrEqual(
      Date.parse(String(lastModifiedDateTime)),
    );
    const { body } = await gateway.call('GET', `${stable}/${String(id)}`);
    expect({ ...body, '@odata.context': '' }).toEqual({ ...changed.body, '@odata.context': '' });
  });

  it('is found and sorted by its name', async () => {
    for (const displayName of ['Zebra', 'apple', 'Mango']) {
      expect((await gateway.call('POST', beta, aCategory({ displayName }))).status).toBe(201);
    }
    const some = `$filter=displayName in ('zebra','APPLE','mango')`;
    expect(await names(`${some}&$orderby=displayName`)).toEqual(['apple', 'Mango', 'Zebra']);
    expect(await names(`$search=mang`)).toEqual(['Mango']);
  });

  it('sorts apps, as documents show them', async () => {
    const { body: category } = await gateway.call('POST', beta, aCategory({ displayName: 'Games' }));
    const { body: app } = await gateway.call('POST', 'beta/deviceAppManagement/mobileApps', aMobileApp());
    const path = `v1.0/deviceAppManagement/mobileApps/${String(app['id'])}`;
    const url = `${gateway.url}/${stable}/${String(category['id'])}`;
    expect((await gateway.call('POST', `${path}/categories/$ref`, { '@odata.id': url })).status).toBe(204);
    const { body } = await gateway.call('GET', `${path}?$expand=categories`);
    expect(body).toMatchObject({
      '@odata.context': `${gateway.url}/v1.0/$metadata#deviceAppManagement/mobileApps(categories())/$entity`,
      categories: [{ id: category['id'], displayName: 'Games' }],
    });
  });
});
