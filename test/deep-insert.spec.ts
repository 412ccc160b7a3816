import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { limits } from '../src/odata/limits.js';
import { type Reply, startTestGateway, type TestGateway } from './support/gateway.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const type = { '@odata.type': '#microsoft.graph.iosStoreApp' };

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

const post = (body: object): Promise<Reply> => gateway.call('POST', apps, { ...type, ...body });

async function idsOf(path: string): Promise<unknown[]> {
  const { body } = await gateway.call('GET', `${path}?$select=id`);
  return (body['value'] as { id: unknown }[]).map(({ id }) => id);
}

describe('what an entity contains can be made along with it', () => {
  it('and is sent with it', async () => {
    const { status, body } = await post({
      id: 'whole',
      deviceStatuses: [{ id: 'free', errorCode: 7 }],
      userStatuses: [
        {
          id: 'ann',
          userName: 'Ann',
          deviceStatuses: [{ id: 'one' }, { id: 'two', installState: 'failed' }],
        },
        { id: 'bob', deviceStatuses: [] },
      ],
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: 'whole',
      deviceStatuses: [{ id: 'free', errorCode: 7 }, { id: 'one' }, { id: 'two', installState: 'failed' }],
      userStatuses: [
        { id: 'ann', userName: 'Ann', deviceStatuses: [{ id: 'one' }, { id: 'two' }] },
        { id: 'bob', deviceStatuses: [] },
      ],
    });
    expect(await idsOf(`${apps}/whole/deviceStatuses`)).toEqual(['free', 'one', 'two']);
    expect(await idsOf(`${apps}/whole/userStatuses/ann/deviceStatuses`)).toEqual(['one', 'two']);
  });

  it('below an entity that is there already', async () => {
    await post({ id: 'there' });
    const users = `${apps}/there/userStatuses`;
    const { status } = await gateway.call('POST', users, { id: 'u', deviceStatuses: [{ id: 'd' }] });
    expect([status, await idsOf(`${users}/u/deviceStatuses`)]).toEqual([201, ['d']]);
  });

  it('in more rows than a statement takes', async () => {
    const deviceStatuses = Array.from({ length: 1200 }, (_, index) => ({
      id: String(index),
      errorCode: index,
    }));
    expect((await post({ id: 'many', deviceStatuses })).status).toBe(201);
    const { text } = await gateway.call('GET', `${apps}/many/deviceStatuses/$count`);
    expect(text).toBe('1200');
  });

  it.each([
    ['a value is wrong', 400, { deviceStatuses: [{ id: 'a' }, { errorCode: 'x' }] }],
    ['a property is unknown', 400, { userStatuses: [{ deviceStatuses: [{ nope: 1 }] }] }],
    ['two have the same id', 409, { deviceStatuses: [{ id: 'a' }, { id: 'a' }] }],
    [
      'two have the same id, one of them a level below',
      409,
      { deviceStatuses: [{ id: 'a' }], userStatuses: [{ id: 'u', deviceStatuses: [{ id: 'a' }] }] },
    ],
    ['one has an id that cannot be', 400, { deviceStatuses: [{ id: '' }] }],
    ['a collection is none', 400, { deviceStatuses: {} }],
    ['an element is no entity', 400, { deviceStatuses: [null] }],
    [
      'there are too many',
      400,
      { deviceStatuses: Array.from({ length: limits.deepInsert + 1 }, () => ({})) },
    ],
  ])('or nothing is, when %s', async (_, status, body) => {
    expect((await post({ id: 'none', ...body })).status).toBe(status);
    expect((await gateway.call('GET', `${apps}/none`)).status).toBe(404);
  });

  it('or nothing is, when the entity itself is there already', async () => {
    await post({ id: 'taken' });
    expect((await post({ id: 'taken', deviceStatuses: [{ id: 'x' }] })).status).toBe(409);
    expect(await idsOf(`${apps}/taken/deviceStatuses`)).toEqual([]);
  });

  it('but not where the version has no such collection', async () => {
    const reply = await gateway.call('POST', apps.replace('beta', 'v1.0'), { ...type, deviceStatuses: [{}] });
    expect([reply.status, (reply.body['error'] as { code: string }).code]).toEqual([
      400,
      'ModelValidationFailure',
    ]);
  });
});

describe('what is no insert is not taken for one', () => {
  it.each([
    ['a collection in a PATCH', 'PATCH', `${apps}/rows`, { deviceStatuses: [{ id: 'x' }] }],
    ['a link in a create', 'POST', `${apps}/rows/deviceStatuses`, { 'app@odata.bind': 'mobileApps/other' }],
    ['an entity behind a to-one navigation', 'POST', `${apps}/rows/deviceStatuses`, { app: { id: 'other' } }],
  ])('%s is not supported', async (_, method, path, body) => {
    await post({ id: 'rows' });
    expect((await gateway.call(method, path, body)).status).toBe(501);
    expect(await idsOf(`${apps}/rows/deviceStatuses`)).toEqual([]);
  });

  it('what full metadata says of navigations is sent back without harm', async () => {
    await post({ id: 'back' });
    const path = `${apps}/back`;
    const full = await gateway.call('GET', `${path}?$format=application/json;odata.metadata=full`);
    expect(full.body).toHaveProperty(['deviceStatuses@odata.navigationLink']);
    expect((await gateway.call('PATCH', path, { ...full.body, notes: 'n' })).body).toMatchObject({
      notes: 'n',
    });
  });
});
