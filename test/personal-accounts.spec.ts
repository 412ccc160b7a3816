import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request, type Reply, startTestGateway, type TestGateway } from './support/gateway.js';

// Written out, as Microsoft documents it: a wrong constant in the source is to be seen here.
const tenant = '9188040d-6c67-4c5b-b112-36a304b66dad';
const [reading, writing] = ['DeviceManagementApps.Read.All', 'DeviceManagementApps.ReadWrite.All'];
const apps = 'deviceAppManagement/mobileApps';
const refusal = 'Personal Microsoft accounts are not supported by this API.';
const needed = (permissions: string): string =>
  `${refusal} A work or school account must have one of the following scopes: ${permissions} - Operation ID`;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

async function call(method: string, path: string, body?: unknown, token?: string): Promise<Reply> {
  const personal = token ?? (await gateway.tokenFor({ tenant, scopes: [reading, writing] }));
  return request(`${gateway.url}/${path}`, method, body, { Authorization: `Bearer ${personal}` });
}

function refusedWith(body: unknown): string {
  const { error } = body as { error: { code: string; message: string } };
  expect(error.code).toBe('Forbidden');
  return (JSON.parse(error.message) as { Message: string }).Message;
}

describe('a personal Microsoft account', () => {
  it.each([
    ['GET', `beta/${apps}`, `${reading}, ${writing}`],
    ['GET', `v1.0/${apps}/x`, `${reading}, ${writing}`],
    ['GET', `beta/${apps}/x/categories/$ref`, `${reading}, ${writing}`],
    ['POST', `beta/${apps}`, writing],
    ['PATCH', `beta/${apps}/x/deviceStatuses/y`, writing],
    ['DELETE', `v1.0/deviceAppManagement/mobileAppConfigurations/x`, writing],
  ])(
    'is refused for %s %s with 403, and hears what another one would need',
    async (method, path, permissions) => {
      const reply = await call(method, path, method === 'GET' ? undefined : { displayName: 'x' });
      expect(reply.status).toBe(403);
      expect(refusedWith(reply.body)).toContain(needed(permissions));
      expect(reply.headers.has('www-authenticate')).toBe(false);
    },
  );

  it('is refused without permissions and as an application too, in the same words', async () => {
    for (const choice of [{ scopes: [] }, { roles: [writing] }, { roles: [] }]) {
      const reply = await call('PATCH', `beta/${apps}/x`, {}, await gateway.tokenFor({ tenant, ...choice }));
      expect(reply.status).toBe(403);
      expect(refusedWith(reply.body)).toContain(needed(writing));
    }
  });

  it('is refused in each part of a batch', async () => {
    const json = { 'Content-Type': 'application/json' };
    const body = { '@odata.type': '#microsoft.graph.iosStoreApp' };
    const requests = [
      { id: '1', method: 'GET', url: `/${apps}` },
      { id: '2', method: 'POST', url: `/${apps}`, body, headers: json },
      { id: '3', method: 'POST', url: `/${apps}`, body, headers: json, atomicityGroup: 'g' },
    ];
    const reply = await call('POST', 'beta/$batch', { requests });
    expect(reply.status).toBe(200);
    const responses = reply.body['responses'] as { id: string; status: number; body: unknown }[];
    expect(new Map(responses.map(({ id, status }) => [id, status]))).toEqual(
      new Map([
        ['1', 403],
        ['2', 403],
        ['3', 403],
      ]),
    );
    for (const { id, body: refused } of responses)
      expect(refusedWith(refused)).toContain(needed(id === '1' ? `${reading}, ${writing}` : writing));
  });

  it('may read the service’s description, as anybody', async () => {
    expect(await call('GET', 'beta/$metadata')).toMatchObject({ status: 200 });
  });
});
