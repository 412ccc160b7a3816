import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import {
  array,
  assert,
  asyncProperty,
  constant,
  integer,
  oneof,
  option,
  record,
  string,
  tuple,
  type Arbitrary,
} from 'fast-check';
import { Client } from 'pg';
import { collection, complexType, property } from '../src/odata/edm.js';
import { changedSql } from '../src/odata/sql/merge-sql.js';
import { Parameters } from '../src/odata/sql/parameters.js';
import { mergedMembers } from '../src/odata/stored-value.js';
import { type Reply, startTestGateway, type TestGateway } from './support/gateway.js';
import { databaseUrl } from './support/postgres.js';

const apps = 'beta/deviceAppManagement/mobileApps';
let gateway: TestGateway;
let database: Client;
let app: string;
let statuses: string;
let row: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  database = new Client({ connectionString: databaseUrl() });
  await database.connect();
  app = await newApp({});
  statuses = `${app}/deviceStatuses`;
  row = `${statuses}/row`;
  await gateway.call('POST', statuses, { id: 'row', errorCode: 0 });
});
afterAll(async () => {
  await database.end();
  await gateway.close();
});

async function newApp(body: object): Promise<string> {
  const type = { '@odata.type': '#microsoft.graph.iosStoreApp' };
  const reply = await gateway.call('POST', apps, { ...type, ...body });
  expect(reply.status).toBe(201);
  return `${apps}/${String(reply.body['id'])}`;
}

const forms = (value: string): string[] => [
  `return=${value}`,
  `Return=${value.toUpperCase()}`,
  `return="${value}"`,
  `respond-async, return = ${value}; foo=1, odata.include-annotations="*"`,
];

describe('what is preferred of the answer to a write', () => {
  it.each(forms('minimal'))('PATCH with %s says no more than that it is done', async (prefer) => {
    const errorCode = Math.floor(Math.random() * 1_000_000);
    const reply = await gateway.call('PATCH', row, { errorCode }, { Prefer: prefer });
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'preference-applied': 'return=minimal',
      'odata-version': '4.0',
      etag: expect.stringMatching(/^W\/"\d+"$/),
    });
    for (const name of ['content-type', 'content-length', 'location', 'odata-entityid']) {
      expect(reply.headers.get(name)).toBeNull();
    }
    expect((await gateway.call('GET', row)).body['errorCode']).toBe(errorCode);
  });

  it.each(forms('minimal'))('POST with %s says where it made what', async (prefer) => {
    const reply = await gateway.call('POST', statuses, { deviceName: 'x' }, { Prefer: prefer });
    expect([reply.status, reply.text]).toEqual([204, '']);
    const location = reply.headers.get('location') ?? '';
    expect(location).toMatch(
      new RegExp(`^${gateway.url}/beta/deviceAppManagement/mobileApps\\('.*'\\)/deviceStatuses\\('.*'\\)$`),
    );
    expect(reply.headers.get('odata-entityid')).toBe(location);
    expect(reply.headers.get('preference-applied')).toBe('return=minimal');
    const made = await gateway.call('GET', location.slice(gateway.url.length + 1));
    expect(made.body['deviceName']).toBe('x');
    expect(made.headers.get('etag')).toBe(reply.headers.get('etag'));
  });

  it.each(forms('representation'))('PATCH and POST with %s say what is there now', async (prefer) => {
    const patched = await gateway.call('PATCH', row, { errorCode: 5 }, { Prefer: prefer });
    expect([patched.status, patched.body['errorCode']]).toEqual([200, 5]);
    const made = await gateway.call('POST', statuses, { errorCode: 6 }, { Prefer: prefer });
    expect([made.status, made.body['errorCode']]).toEqual([201, 6]);
    expect(made.headers.get('location')).toContain(String(made.body['id']));
    for (const reply of [patched, made]) {
      expect(reply.headers.get('preference-applied')).toBe('return=representation');
      expect(reply.headers.get('odata-entityid')).toBeNull();
    }
  });

  it.each(['', 'respond-async', 'return=nothing', 'return', 'x-return=minimal', 'foo="return=minimal"', '"'])(
    'is ignored where it is %j',
    async (prefer) => {
      const reply = await gateway.call('PATCH', row, { errorCode: 5 }, { Prefer: prefer });
      expect([reply.status, reply.headers.get('preference-applied')]).toEqual([200, null]);
    },
  );

  it('is found in several headers', async () => {
    const { port } = new URL(gateway.url);
    const status = await new Promise((resolve) => {
      const headers = {
        Authorization: `Bearer ${gateway.token}`,
        'Content-Type': 'application/json',
        Prefer: ['respond-async', 'return=minimal'],
      };
      const sent = httpRequest({ port, path: `/${row}`, method: 'PATCH', headers }, (response) =>
        resolve(response.resume().statusCode),
      );
      sent.end('{}');
    });
    expect(status).toBe(204);
  });

  it('means nothing to a failure, a read and a removal', async () => {
    const minimal = { Prefer: 'return=minimal' };
    const failed = await gateway.call('PATCH', row, { errorCode: '5' }, minimal);
    expect([failed.status, failed.headers.get('preference-applied')]).toEqual([400, null]);
    expect((await gateway.call('GET', row, undefined, minimal)).status).toBe(200);
    await gateway.call('POST', statuses, { id: 'going' });
    const gone = await gateway.call('DELETE', `${statuses}/going`, undefined, minimal);
    expect([gone.status, gone.headers.get('preference-applied')]).toEqual([204, null]);
  });
});

async function afterPatch(path: string, body: object): Promise<Record<string, unknown>> {
  const reply = await gateway.call('PATCH', path, body);
  expect(reply.status).toBe(200);
  expect((await gateway.call('GET', path)).text).toBe(reply.text);
  return reply.body;
}

describe('a PATCH of a complex value', () => {
  const releases = Array.from({ length: 11 }, (_, index) => `v${index + 8}_0`);
  const noSystem = Object.fromEntries(releases.map((release) => [release, false]));

  it('changes the members that were sent, in a column', async () => {
    const path = await newApp({ largeIcon: { type: 'image/png', value: 'QQ==' } });
    const after = async (largeIcon: unknown): Promise<unknown> =>
      (await afterPatch(path, { largeIcon }))['largeIcon'];
    expect(await after({ value: 'Qg==' })).toEqual({ type: 'image/png', value: 'Qg==' });
    expect(await after({ type: null })).toEqual({ type: null, value: 'Qg==' });
    expect(await after({})).toEqual({ type: null, value: 'Qg==' });
    expect(await after({ '@odata.type': '#microsoft.graph.mimeContent', type: 'x' })).toEqual({
      type: 'x',
      value: 'Qg==',
    });
    expect(await after(null)).toBeNull();
    // From null it is one with the initial values of what isn't sent.
    expect(await after({ value: 'QQ==' })).toEqual({ type: null, value: 'QQ==' });
    expect(await after(null)).toBeNull();
    expect(await after({})).toEqual({ type: null, value: null });
  });

  it('changes the members that were sent, among a derived type’s own properties', async () => {
    const path = await newApp({ bundleId: 'kept', applicableDeviceType: { iPad: true } });
    expect(await afterPatch(path, { applicableDeviceType: { iPhoneAndIPod: true } })).toMatchObject({
      bundleId: 'kept',
      applicableDeviceType: { iPad: true, iPhoneAndIPod: true },
      minimumSupportedOperatingSystem: null,
    });
    const both = {
      minimumSupportedOperatingSystem: { v9_0: true },
      applicableDeviceType: { iPad: false },
      appStoreUrl: 'https://x',
    };
    expect(await afterPatch(path, both)).toMatchObject({
      bundleId: 'kept',
      appStoreUrl: 'https://x',
      applicableDeviceType: { iPad: false, iPhoneAndIPod: true },
      minimumSupportedOperatingSystem: { ...noSystem, v9_0: true },
    });
    expect(await afterPatch(path, { minimumSupportedOperatingSystem: { v10_0: true } })).toMatchObject({
      minimumSupportedOperatingSystem: { ...noSystem, v9_0: true, v10_0: true },
    });
    expect(await afterPatch(path, { minimumSupportedOperatingSystem: null })).toMatchObject({
      minimumSupportedOperatingSystem: null,
    });
  });

  it.each([
    ['a document without it', "derived - 'minimumSupportedOperatingSystem' - 'applicableDeviceType'"],
    [
      'a JSON null',
      `derived || '{"minimumSupportedOperatingSystem":null,"applicableDeviceType":{"iPad":false,"iPhoneAndIPod":true}}'`,
    ],
    [
      'a value without some members',
      `derived || '{"minimumSupportedOperatingSystem":{"v8_0":false},"applicableDeviceType":{}}'`,
    ],
  ])('makes it whole where there is %s', async (_title, stored) => {
    const path = await newApp({});
    const id = path.split('/').at(-1);
    const sql = `UPDATE mobile_apps SET derived = ${stored} WHERE "tenantId" = $1 AND id = $2`;
    expect((await database.query(sql, [gateway.tenant, id])).rowCount).toBe(1);
    const change = {
      minimumSupportedOperatingSystem: { v9_0: true },
      applicableDeviceType: { iPhoneAndIPod: true },
    };
    expect(await afterPatch(path, change)).toMatchObject({
      minimumSupportedOperatingSystem: { ...noSystem, v9_0: true },
      applicableDeviceType: { iPad: false, iPhoneAndIPod: true },
    });
    const filter = `${apps}?$filter=minimumSupportedOperatingSystem/v9_0 eq true and id eq '${id}'&$select=id`;
    const found = filter.replace('minimum', 'microsoft.graph.iosStoreApp/minimum').replaceAll(' ', '%20');
    expect((await gateway.call('GET', found)).body['value']).toHaveLength(1);
  });

  it('replaces collections whole, and clears them by null', async () => {
    const { body } = await gateway.call('POST', apps, {
      '@odata.type': '#microsoft.graph.win32LobApp',
      returnCodes: [
        { returnCode: 1, type: 'failed' },
        { returnCode: 2, type: 'retry' },
      ],
      roleScopeTagIds: ['0', '1'],
    });
    const path = `${apps}/${String(body['id'])}`;
    expect(
      await afterPatch(path, { returnCodes: [{ type: 'success' }], roleScopeTagIds: ['2'] }),
    ).toMatchObject({ returnCodes: [{ returnCode: 0, type: 'success' }], roleScopeTagIds: ['2'] });
    expect(await afterPatch(path, { returnCodes: null, roleScopeTagIds: null })).toMatchObject({
      returnCodes: [],
      roleScopeTagIds: [],
    });
  });

  it.each<[object, string]>([
    [{ applicableDeviceType: null }, 'A null value was found'],
    [{ applicableDeviceType: { iPad: null } }, 'A null value was found'],
    [{ applicableDeviceType: { iPad: 'true' } }, 'Cannot convert the literal'],
    [{ applicableDeviceType: [] }, "An unexpected 'StartArray' node"],
    [{ applicableDeviceType: 5 }, "An unexpected 'PrimitiveValue' node"],
    [{ largeIcon: { nope: 1 } }, "The property 'nope' does not exist"],
    [{ largeIcon: { value: '%' } }, 'Cannot convert the literal'],
    [{ largeIcon: { '@odata.type': '#microsoft.graph.iosDeviceType' } }, "A type named 'iosDeviceType'"],
  ])('%j is refused and changes nothing', async (change, message) => {
    const before = await gateway.call('GET', app);
    const reply = await gateway.call('PATCH', app, { ...change, displayName: 'changed' });
    expect([reply.status, (reply.body['error'] as { message: string }).message]).toEqual([
      400,
      expect.stringContaining(message),
    ]);
    expect((await gateway.call('GET', app)).text).toBe(before.text);
  });

  it('by twenty at once, each of another member, keeps them all', async () => {
    const path = await newApp({});
    const members = Object.keys(noSystem);
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const member = members[index % members.length] as string;
        return gateway.call('PATCH', path, { minimumSupportedOperatingSystem: { [member]: true } });
      }),
    );
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    const { body } = await gateway.call('GET', path);
    expect(body['minimumSupportedOperatingSystem']).toEqual(
      Object.fromEntries(members.map((member) => [member, true])),
    );
  });
});

type Tree = { [name: string]: unknown };
/** What may be stored or sent: any of the members, in any order of their names. */
const some = (members: Record<string, Arbitrary<unknown>>): Arbitrary<Tree> =>
  record(members, { requiredKeys: [] });

describe('merging, as Postgres does it,', () => {
  const leaf = complexType('leaf', [
    property('count', 'Edm.Int32', { nullable: false }),
    property('note', 'Edm.String'),
  ]);
  const branch = complexType('branch', [
    property('leaf', leaf, { nullable: false }),
    property('other', leaf),
    property('tags', collection('Edm.String')),
    property('name', 'Edm.String'),
  ]);
  const root = [property('branch', branch), property('leaf', leaf), property('name', 'Edm.String')];

  const text = option(string({ maxLength: 3, unit: 'grapheme-ascii' }));
  const leaves = some({ note: text, count: integer({ min: 0, max: 9 }) });
  const branches = some({ tags: array(text), name: text, other: option(leaves), leaf: leaves });
  const documents = some({ name: text, leaf: option(leaves), branch: option(branches) });

  const initial: Record<string, Tree> = {
    leaf: { count: 0, note: null },
    branch: { leaf: { count: 0, note: null }, other: null, tags: [], name: null },
  };
  const typeOf: Record<string, string> = { leaf: 'leaf', other: 'leaf', branch: 'branch' };

  /** The same, said plainly. */
  function merged(stored: Tree, sent: Tree): Tree {
    const result = { ...stored };
    for (const [name, value] of Object.entries(sent)) {
      const type = typeOf[name];
      const base = { ...(type && initial[type]), ...(stored[name] as Tree | null | undefined) };
      result[name] = type && value !== null ? merged(base, value as Tree) : value;
    }
    return result;
  }

  it('is what a plain model makes of it, whatever was stored and is sent', async () => {
    const texts = new Map<string, string>();
    await assert(
      asyncProperty(tuple(oneof(documents, constant({})), documents), async ([stored, sent]) => {
        const values = root
          .filter(({ name }) => Object.hasOwn(sent, name))
          .map((declared) => [declared, sent[declared.name]] as const);
        const parameters = new Parameters();
        const document = `${parameters.add(JSON.stringify(stored))}::jsonb`;
        const sql = changedSql('stored', mergedMembers(values), parameters);
        const { rows } = await database.query<{ result: Tree }>(
          `SELECT ${sql} AS result FROM (SELECT ${document} AS stored) AS row`,
          parameters.values,
        );
        expect(rows[0]?.result).toEqual(merged(stored, sent));
        // The text depends on nothing but which complex values are merged.
        const shape = JSON.stringify(shapeOf(sent));
        expect(texts.get(shape) ?? sql).toBe(sql);
        texts.set(shape, sql);
      }),
      { numRuns: 300 },
    );
  });

  function shapeOf(sent: Tree): unknown {
    const inner = Object.entries(sent).filter(([name, value]) => typeOf[name] && value !== null);
    return inner
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, shapeOf(value as Tree)]);
  }
});

describe('a create', () => {
  it('gives complex values the initial values of what was not sent', async () => {
    const { body } = await gateway.call('GET', await newApp({ largeIcon: { type: 'x' } }));
    expect(body).toMatchObject({
      largeIcon: { type: 'x', value: null },
      applicableDeviceType: { iPad: false, iPhoneAndIPod: false },
      minimumSupportedOperatingSystem: null,
    });
  });
});

const messageOf = ({ body }: Reply): string => (body['error'] as { message: string }).message;

describe('a write by the edit link, which casts an entity to its type,', () => {
  it('is one of the entity, if it is of that type', async () => {
    const path = await newApp({});
    const [right, wrong] = ['iosStoreApp', 'win32LobApp'].map((type) => `${path}/microsoft.graph.${type}`);
    for (const body of [{ notes: 'x' }, { bundleId: 'x' }, { notes: 'x', bundleId: 'x' }, {}]) {
      expect((await gateway.call('PATCH', `${right}`, body)).status).toBe(200);
    }
    const before = await gateway.call('GET', path);
    for (const body of [{ notes: 'y' }, { setupFilePath: 'y' }, {}]) {
      expect((await gateway.call('PATCH', `${wrong}`, body)).status).toBe(404);
    }
    expect((await gateway.call('PATCH', `${wrong}`, { bundleId: 'y' })).status).toBe(400);
    expect((await gateway.call('DELETE', `${wrong}`)).status).toBe(404);
    expect((await gateway.call('GET', path)).text).toBe(before.text);
    const tag = { 'If-Match': before.headers.get('etag') ?? '' };
    expect((await gateway.call('PATCH', `${right}`, { notes: 'z' }, tag)).status).toBe(200);
    expect((await gateway.call('DELETE', `${right}`, undefined, tag)).status).toBe(412);
    expect((await gateway.call('DELETE', `${right}`)).status).toBe(204);
  });
});

describe('what a write is not', () => {
  it('is PUT, which no route has', async () => {
    const reply = await gateway.call('PUT', row, {}, { 'If-Match': '*', Prefer: 'return=minimal' });
    expect([reply.status, messageOf(reply)]).toEqual([
      400,
      expect.stringMatching(
        /^No OData route exists that match template ~\/.* with http verb PUT for request/,
      ),
    ]);
  });

  it('is another id', async () => {
    expect((await gateway.call('PATCH', row, { id: 'row' })).status).toBe(200);
    const other = await gateway.call('PATCH', row, { id: 'other' });
    expect([other.status, messageOf(other)]).toEqual([
      400,
      "The 'id' in the request body differs from the key in the request URI.",
    ]);
  });
});
