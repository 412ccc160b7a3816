import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Reply } from './support/gateway.js';
import { apps, messageOf, startUserGateway, type UserGateway } from './support/user-gateway.js';

let gateway: UserGateway;
const call: UserGateway['call'] = (...sent) => gateway.call(...sent);

const area = 'deviceAppManagement';

beforeAll(async () => {
  gateway = await startUserGateway();
});

afterAll(() => gateway.close());

const refusal = (reply: Reply): [number, string] => [reply.status, messageOf(reply)];

describe('the live service', () => {
  const gone = ['deviceStatuses', 'userStatuses', 'installSummary'];

  it.each(gone.flatMap((name) => ['live/beta', 'live/v1.0'].map((base) => [base, name])))(
    '%s has no %s any more',
    async (base, name) => {
      const message = `Resource not found for the segment '${name}'.`;
      for (const path of [name, `${name}/x`, `${name}/$count`]) {
        for (const method of ['GET', 'PATCH', 'DELETE']) {
          const body = method === 'PATCH' ? {} : undefined;
          expect(refusal(await call(method, `${base}/${apps}/app/${path}`, body))).toEqual([400, message]);
        }
      }
      for (const option of [
        `$expand=${name}`,
        `$select=${name}`,
        `$filter=${name}/any()`,
        `$filter=${name}/$count eq 0`,
      ]) {
        expect((await call('GET', `${base}/${apps}?${option}`)).status).toBe(400);
      }
      const sent = { '@odata.type': '#microsoft.graph.iosStoreApp', [name]: [{}] };
      expect((await call('POST', `${base}/${apps}`, sent)).status).toBe(400);
    },
  );

  it('has the rest', async () => {
    const options = '?$expand=categories&$select=displayName,id';
    for (const base of ['beta', 'v1.0']) {
      const [now, live] = [
        await call('GET', `${base}/${apps}/app${options}`),
        await call('GET', `live/${base}/${apps}/app${options}`),
      ];
      expect(live.status).toBe(200);
      expect(live.text.replaceAll('/live/', '/')).toBe(now.text);
    }
    const app = await call('PATCH', `live/beta/${apps}/app`, { displayName: 'Live' });
    expect([app.status, app.body['displayName']]).toEqual([200, 'Live']);
  });

  it('answers the PATCH of a category with 204, unless the entity is preferred', async () => {
    const categories = `${area}/mobileAppCategories`;
    await gateway.make(`live/v1.0/${categories}`, { id: 'silent', displayName: 'One' });
    const silent = await call('PATCH', `live/v1.0/${categories}/silent`, { displayName: 'Two' });
    expect([silent.status, silent.text, silent.headers.get('preference-applied')]).toEqual([204, '', null]);
    expect(silent.headers.get('etag')).toMatch(/^W\//);
    const whole = await call(
      'PATCH',
      `live/v1.0/${categories}/silent`,
      { displayName: 'Three' },
      { Prefer: 'return=representation' },
    );
    expect([whole.status, whole.body['displayName']]).toEqual([200, 'Three']);
    for (const base of ['v1.0', 'beta', 'live/beta', '2017-01/beta']) {
      expect((await call('PATCH', `${base}/${categories}/silent`, {})).status).toBe(200);
    }
    const { body } = await call('GET', 'live/v1.0/openapi.json');
    const path = `/${categories}/{mobileAppCategoryId}`;
    expect((body['paths'] as Record<string, object>)[path]).toHaveProperty('patch.responses.204');
  });
});
