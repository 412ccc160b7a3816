import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { aDeviceStatus } from '../src/resources/mobile-apps/device-statuses/device-status.builder.js';
import { aMobileApp } from '../src/resources/mobile-apps/mobile-app.builder.js';
import { aUserStatus } from '../src/resources/mobile-apps/user-statuses/user-status.builder.js';
import { type Reply, startTestGateway, type TestGateway } from './support/gateway.js';
import { databaseUrl } from './support/postgres.js';
import { type JsonRow } from './support/query-model.js';

const apps = 'beta/deviceAppManagement/mobileApps';
const statuses = `${apps}/app/deviceStatuses`;
const win = `${apps}/win/microsoft.graph.win32LobApp`;
const size = '9007199254740991';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
  const rows: [string, object][] = [
    [apps, aMobileApp({ id: 'app' })],
    [
      apps,
      aMobileApp({
        '@odata.type': '#microsoft.graph.win32LobApp',
        id: 'win',
        returnCodes: [{ returnCode: 1, type: 'retry' }],
      }),
    ],
    [`${apps}/app/userStatuses`, aUserStatus({ id: 'user' })],
    [`${apps}/app/userStatuses/user/deviceStatuses`, aDeviceStatus({ id: "o'n/1" })],
    [statuses, aDeviceStatus({ id: 's1' })],
    [statuses, aDeviceStatus({ id: 's2' })],
    [
      'v1.0/deviceAppManagement/mobileAppConfigurations',
      { '@odata.type': '#microsoft.graph.iosMobileAppConfiguration', id: 'con', displayName: 'Con' },
    ],
    ['v1.0/deviceAppManagement/mobileAppConfigurations/con/deviceStatuses', { id: 'c1' }],
  ];
  for (const [path, body] of rows)
    expect(await gateway.call('POST', path, body)).toMatchObject({ status: 201 });
  // The server's own to write, and nothing here does.
  const client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  await client.query(
    `UPDATE mobile_apps SET derived = derived || $2::jsonb WHERE "tenantId" = $1 AND id = 'win'`,
    [gateway.tenant, `{"size":${size}}`],
  );
  await client.end();
});

afterAll(() => gateway.close());

const accepting = (accept: string, path: string, method = 'GET', body?: unknown): Promise<Reply> =>
  gateway.call(method, path, body, { Accept: accept });
const formatted = (format: string, path: string): Promise<Reply> =>
  gateway.call('GET', `${path}${path.includes('?') ? '&' : '?'}$format=${encodeURIComponent(format)}`);
const json = (...parameters: string[]): string => ['application/json', ...parameters].join(';');
const typeOf = ({ headers }: Reply): string | null => headers.get('content-type');
const served = (metadata: string, streaming = true, compatible = false): string =>
  `application/json;odata.metadata=${metadata};odata.streaming=${streaming};IEEE754Compatible=${compatible};charset=utf-8`;

/** But for the versions of rows, which `$format` has nothing to say about. */
const withoutEtag = (row: JsonRow): JsonRow =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== '@odata.etag'));

/** The names of all annotations in a document but ETags, of properties without the property's name. */
function annotations(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return [...new Set(value.flatMap(annotations))];
  const names = Object.entries(value).flatMap(([name, inner]) => [
    ...(name.includes('@') ? [name.slice(name.indexOf('@'))] : []),
    ...annotations(inner),
  ]);
  return [...new Set(names)].filter((name) => name !== '@odata.etag').toSorted();
}

const minimal = ['@odata.context', '@odata.type'];
const links = ['@odata.associationLink', '@odata.editLink', '@odata.id', '@odata.navigationLink'];
const full = [...minimal, ...links].toSorted();

/** But for what each way to ask for a format leaves in a nextLink. */
const plain = (reply: Reply): string =>
  reply.text.replaceAll(/[?&]\$format=[^&"]*/g, '').replaceAll('?$skip', '&$skip');

describe('the metadata of', () => {
  it.each([
    ['minimal', 'a list', apps, minimal],
    ['minimal', 'an entity', `${apps}/win`, minimal],
    ['minimal', 'a status', `${statuses}/s1`, minimal],
    ['minimal', 'a property', `${win}/size`, ['@odata.context']],
    ['minimal', 'a structure', `${win}/returnCodes`, ['@odata.context']],
    ['minimal', 'an expanded list', `${apps}?$expand=deviceStatuses($expand=app)`, minimal],
    ['minimal', 'links', `${apps}/$ref`, ['@odata.context', '@odata.id']],
    ['full', 'a list', apps, full],
    ['full', 'an entity', `${apps}/win`, full],
    ['full', 'a status', `${statuses}/s1`, full],
    ['full', 'a property', `${win}/size`, minimal],
    ['full', 'text', `${apps}/app/displayName`, ['@odata.context']],
    ['full', 'a collection', `${win}/returnCodes`, minimal],
    ['full', 'a structure', `${apps}/app/microsoft.graph.iosStoreApp/applicableDeviceType`, minimal],
    ['full', 'an expanded list', `${apps}?$expand=deviceStatuses($expand=app)`, full],
    ['full', 'a link', `${apps}/app/$ref`, ['@odata.context', '@odata.id']],
    ['none', 'a list', apps, []],
    ['none', 'an entity', `${apps}/win`, []],
    ['none', 'a status', `${statuses}/s1`, []],
    ['none', 'a property', `${win}/size`, []],
    ['none', 'a structure', `${apps}/app/microsoft.graph.iosStoreApp/applicableDeviceType`, []],
    ['none', 'an expanded list', `${apps}?$expand=deviceStatuses($expand=app)`, []],
    ['none', 'a counted page', `${apps}?$top=1&$count=true`, ['@odata.count', '@odata.nextLink']],
    ['none', 'a counted expansion', `${apps}?$expand=deviceStatuses/$count`, ['@odata.count']],
    ['none', 'links', `${apps}/$ref`, ['@odata.id']],
  ])(
    '%s, of %s, is the same by Accept and by $format, and named by Content-Type',
    async (metadata, _, path, expected) => {
      const replies = [
        await accepting(json(`odata.metadata=${metadata}`), path),
        await accepting(json(`metadata=${metadata}`), path),
        await formatted(json(`odata.metadata=${metadata}`), path),
        await formatted(`json;odata.metadata=${metadata.toUpperCase()}`, path),
      ];
      for (const reply of replies) {
        expect([reply.status, typeOf(reply)]).toEqual([200, served(metadata)]);
        expect(annotations(JSON.parse(reply.text))).toEqual(expected);
        expect(plain(reply)).toBe(plain(replies[0] as Reply));
      }
    },
  );

  it.each(['minimal', 'full', 'none'])('%s, of what was written, is that of a GET', async (metadata) => {
    const accept = json(`odata.metadata=${metadata}`);
    const id = `made-${metadata}`;
    const created = await accepting(accept, apps, 'POST', aMobileApp({ id }));
    expect([created.status, typeOf(created)]).toEqual([201, served(metadata)]);
    const location = String(created.headers.get('location')).slice(gateway.url.length + 1);
    expect(created.body).toEqual((await accepting(accept, location)).body);
    const patched = await accepting(accept, `${apps}/${id}`, 'PATCH', { notes: 'x' });
    expect([patched.status, typeOf(patched)]).toEqual([200, served(metadata)]);
    expect(patched.body).toEqual((await accepting(accept, `${apps}/${id}`)).body);
    const format = `$format=${encodeURIComponent(accept)}`;
    const by = await gateway.call('PATCH', `${apps}/${id}?${format}`, {});
    expect([typeOf(by), by.body]).toEqual([served(metadata), patched.body]);
    expect((await gateway.call('DELETE', `${apps}/${id}?${format}`)).status).toBe(204);
  });

  it('full, of a status, is this', async () => {
    const { body } = await formatted(
      'json;odata.metadata=full',
      `${statuses}/s1?$select=id,errorCode,lastSyncDateTime,installState,app`,
    );
    const url = `${gateway.url}/beta/deviceAppManagement/mobileApps('app')/deviceStatuses('s1')`;
    expect(withoutEtag(body)).toEqual({
      '@odata.context': `${gateway.url}/beta/$metadata#deviceAppManagement/mobileApps('app')/deviceStatuses(id,errorCode,lastSyncDateTime,installState,app)/$entity`,
      '@odata.type': '#microsoft.graph.mobileAppInstallStatus',
      '@odata.id': url,
      '@odata.editLink': url,
      id: 's1',
      'lastSyncDateTime@odata.type': '#DateTimeOffset',
      lastSyncDateTime: '2026-10-31T08:00:00Z',
      'installState@odata.type': '#microsoft.graph.resultantAppState',
      installState: 'installed',
      errorCode: 0,
      'app@odata.associationLink': `${url}/app/$ref`,
      'app@odata.navigationLink': `${url}/app`,
    });
  });

  it('full, of an app, is this', async () => {
    const { body } = await formatted(
      'json;odata.metadata=full',
      `${apps}/win?$select=${['returnCodes', 'size', 'applicableArchitectures', 'minimumMemoryInMB'].map((name) => `microsoft.graph.win32LobApp/${name}`).join(',')},roleScopeTagIds`,
    );
    const url = `${gateway.url}/beta/deviceAppManagement/mobileApps('win')`;
    expect(withoutEtag(body)).toEqual({
      '@odata.context': expect.any(String),
      '@odata.type': '#microsoft.graph.win32LobApp',
      '@odata.id': url,
      '@odata.editLink': `${url}/microsoft.graph.win32LobApp`,
      'roleScopeTagIds@odata.type': '#Collection(String)',
      roleScopeTagIds: [],
      'size@odata.type': '#Int64',
      size: Number(size),
      'applicableArchitectures@odata.type': '#microsoft.graph.windowsArchitecture',
      applicableArchitectures: 'none',
      minimumMemoryInMB: null,
      'returnCodes@odata.type': '#Collection(microsoft.graph.win32LobAppReturnCode)',
      returnCodes: [
        {
          '@odata.type': '#microsoft.graph.win32LobAppReturnCode',
          returnCode: 1,
          'type@odata.type': '#microsoft.graph.win32LobAppReturnCodeType',
          type: 'retry',
        },
      ],
    });
  });
});

/** All values of an annotation in a document. */
function valuesOf(annotation: string, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name.endsWith(annotation) ? [String(inner)] : valuesOf(annotation, inner),
  );
}

describe('the links of full metadata', () => {
  const paths = [
    apps,
    `${apps}/win`,
    `${apps}/microsoft.graph.win32LobApp`,
    statuses,
    `${apps}/app/userStatuses/user/deviceStatuses`,
    `${statuses}/s1/app`,
    `${apps}?$expand=userStatuses($expand=deviceStatuses),deviceStatuses($expand=app)`,
    'v1.0/deviceAppManagement/mobileApps',
    'v1.0/deviceAppManagement/mobileAppConfigurations?$expand=deviceStatuses',
  ];

  it.each(paths)('in %s all lead somewhere', async (path) => {
    const { body } = await formatted('json;odata.metadata=full', path);
    const found = ['@odata.id', '@odata.editLink', 'Link'].flatMap((name) => valuesOf(name, body));
    const all = [...new Set(found)].filter((link) => !link.includes('skiptoken'));
    expect(all.length).toBeGreaterThan(0);
    const replies = await Promise.all(
      all.map(async (link) => [(await gateway.call('GET', link.slice(gateway.url.length + 1))).status, link]),
    );
    expect(replies.filter(([status]) => status !== 200)).toEqual([]);
  });

  it('lead to the entity, and to what changes it', async () => {
    const { body } = await formatted('json;odata.metadata=full', `${apps}/win`);
    const at = (name: string): string => String(body[name]).slice(gateway.url.length + 1);
    expect((await gateway.call('GET', at('@odata.id'))).body['id']).toBe('win');
    // OData JSON 4.01, 4.6.9: the edit link is the URL that updates and deletes the entity.
    expect((await gateway.call('PATCH', at('@odata.editLink'), { notes: 'edited' })).status).toBe(200);
  });
});

describe('IEEE754Compatible=true', () => {
  const compatible = json('IEEE754Compatible=true');

  it('has Int64 as strings: sizes and counts', async () => {
    const list = await accepting(
      compatible,
      `${apps}?$count=true&$filter=id eq 'win'&$expand=deviceStatuses($count=true)`,
    );
    const [app] = list.body['value'] as JsonRow[];
    expect([typeOf(list), list.body['@odata.count'], app?.['size'], app?.['uploadState']]).toEqual([
      served('minimal', true, true),
      '1',
      size,
      0,
    ]);
    expect(app?.['deviceStatuses@odata.count']).toBe('0');
    expect((await accepting(compatible, `${apps}/win`)).body['size']).toBe(size);
    expect((await accepting(compatible, `${win}/size`)).body['value']).toBe(size);
    expect((await accepting(compatible, `${apps}?$expand=deviceStatuses/$count`)).text).toContain(
      '"deviceStatuses@odata.count":"',
    );
    expect((await accepting(compatible, `${apps}/win`, 'PATCH', {})).body['size']).toBe(size);
  });

  it('is not what is served unasked', async () => {
    expect((await gateway.call('GET', `${apps}/win`)).text).toContain(`"size":${size}`);
    expect((await gateway.call('GET', `${win}/size`)).body['value']).toBe(Number(size));
    expect(
      (await accepting(json('IEEE754Compatible=false'), `${apps}?$count=true`)).body['@odata.count'],
    ).toBe(2);
  });

  it('makes no difference to a bare value or count', async () => {
    expect((await gateway.call('GET', `${win}/size/$value`, undefined, { Accept: 'text/plain' })).text).toBe(
      size,
    );
    expect((await accepting(compatible, `${apps}/$count`)).text).toBe('2');
  });
});

describe('an answer in JSON', () => {
  it.each([
    ['', served('minimal')],
    ['*/*', served('minimal')],
    ['application/*', served('minimal')],
    ['application/json', served('minimal')],
    ['application/json;odata=verbose', served('minimal')],
    ['application/json;odata.streaming=false', served('minimal', false)],
    [
      'application/json;odata.metadata=none;IEEE754Compatible=true;odata.streaming=false',
      served('none', false, true),
    ],
    ['text/html, application/json;q=0.5;odata.metadata=full', served('full')],
    ['application/xml, */*;q=0.1', served('minimal')],
    ['application/json;charset=utf-8', served('minimal')],
  ])('is sent as Accept wishes: %s', async (accept, type) => {
    expect(typeOf(await accepting(accept, `${apps}/app`))).toBe(type);
  });

  it.each([
    ['application/xml', undefined],
    ['text/plain', undefined],
    ['application/json;odata.metadata=nope', undefined],
    ['application/json;charset=utf-16', undefined],
    ['application/json;q=0', undefined],
    ['application/json', 'xml'],
    ['application/json', 'application/json;odata.metadata=nope'],
    [undefined, 'atom'],
    [undefined, 'text/html'],
  ])('is not acceptable for Accept %s and $format %s', async (accept, format) => {
    for (const path of [
      apps,
      `${apps}/app`,
      `${apps}/$ref`,
      `${apps}/app/displayName`,
      `${statuses}/s1/app`,
    ]) {
      const search = format === undefined ? '' : `?$format=${encodeURIComponent(format)}`;
      const reply = await gateway.call(
        'GET',
        `${path}${search}`,
        undefined,
        accept ? { Accept: accept } : {},
      );
      expect([reply.status, typeOf(reply), (reply.body['error'] as { code: string }).code]).toEqual([
        406,
        'application/json',
        'NotAcceptable',
      ]);
    }
  });

  it('that is not acceptable was not written either', async () => {
    const body = aMobileApp({ id: 'never' });
    expect((await accepting('application/xml', apps, 'POST', body)).status).toBe(406);
    expect((await accepting('application/xml', `${apps}/app`, 'PATCH', { notes: 'never' })).status).toBe(406);
    expect((await gateway.call('GET', `${apps}/never`)).status).toBe(404);
    expect((await gateway.call('GET', `${apps}/app`)).body['notes']).toBeNull();
  });

  it('goes by $format before Accept', async () => {
    const search = '$format=json;odata.metadata=none';
    expect(typeOf(await accepting(json('odata.metadata=full'), `${apps}?${search}`))).toBe(served('none'));
    expect(typeOf(await accepting('application/xml', `${apps}/app?$format=json`))).toBe(served('minimal'));
    expect(typeOf(await accepting('application/xml', `${apps}/app?format=json`))).toBe(served('minimal'));
  });

  it.each(['x', '', 'application/json;q', ';'])(
    'is refused for a $format that is no media type: %j',
    async (format) => {
      const { status } = await gateway.call('GET', `${apps}?$format=${format}`);
      expect(status).toBe(400);
    },
  );

  it('that goes on keeps $format in its nextLink, and Accept is sent again', async () => {
    for (const path of [apps, `${apps}/$ref`, statuses]) {
      const { body } = await formatted('json;odata.metadata=none', `${path}?$top=1`);
      const next = await gateway.call('GET', String(body['@odata.nextLink']).slice(gateway.url.length + 1));
      expect([next.status, typeOf(next)]).toEqual([200, served('none')]);
    }
  });

  it('says OData-Version 4.0, whatever its format', async () => {
    for (const path of [apps, `${apps}/app`, `${apps}/$count`, `${win}/size/$value`, `${apps}/app/notes`]) {
      expect((await gateway.call('GET', path)).headers.get('odata-version')).toBe('4.0');
    }
  });

  it('of an error is plain JSON in every format', async () => {
    const reply = await accepting(json('odata.metadata=full'), `${apps}/nobody`);
    expect([reply.status, typeOf(reply)]).toEqual([404, 'application/json']);
  });
});

describe('a bare value', () => {
  it.each([
    ['text/plain', 'publisher/$value', 200],
    ['text/*', 'publisher/$value', 200],
    ['*/*', 'publisher/$value', 200],
    ['application/json', 'publisher/$value', 406],
    ['application/octet-stream', 'publisher/$value', 406],
    ['application/json', 'roleScopeTagIds/$count', 200],
    ['application/json', 'publisher', 200],
    ['text/plain', 'publisher', 406],
  ])('for Accept %s at %s is %d', async (accept, path, status) => {
    expect((await accepting(accept, `${apps}/app/${path}`)).status).toBe(status);
  });
});

describe('a document says what it is', () => {
  it.each([
    [apps, 'mobileApps'],
    [`${apps}/app`, 'mobileApps/$entity'],
    [`${apps}?$select=id,displayName`, 'mobileApps(id,displayName)'],
    [`${apps}/app?$select=displayName,id`, 'mobileApps(displayName,id)/$entity'],
    [`${apps}?$select=DISPLAYNAME`, 'mobileApps(displayName)'],
    [`${apps}?$select=id,id`, 'mobileApps(id)'],
    [`${apps}?$select=*`, 'mobileApps'],
    [`${apps}?$select=*,id`, 'mobileApps'],
    [`${apps}?$select=largeIcon/type`, 'mobileApps(largeIcon/type)'],
    [`${apps}?$select=microsoft.graph.win32LobApp/size`, 'mobileApps(microsoft.graph.win32LobApp/size)'],
    [
      `${apps}/app?$expand=deviceStatuses,userStatuses`,
      'mobileApps(deviceStatuses(),userStatuses())/$entity',
    ],
    [`${apps}('app')/deviceStatuses`, "mobileApps('app')/deviceStatuses"],
    [`${statuses}/s1`, "mobileApps('app')/deviceStatuses/$entity"],
    [`${statuses}?$select=errorCode`, "mobileApps('app')/deviceStatuses(errorCode)"],
    [`${apps}/app/userStatuses/user`, "mobileApps('app')/userStatuses/$entity"],
    [`${apps}/app/userStatuses/user/deviceStatuses`, "mobileApps('app')/userStatuses('user')/deviceStatuses"],
    [
      `${apps}/app/userStatuses/user/deviceStatuses/o'n%2F1`,
      "mobileApps('app')/userStatuses('user')/deviceStatuses/$entity",
    ],
    [
      `${apps}/app/deviceStatuses/o'n%2F1/errorCode`,
      "mobileApps('app')/deviceStatuses('o''n%2F1')/errorCode",
    ],
    [
      'v1.0/deviceAppManagement/mobileAppConfigurations/con/deviceStatuses/c1',
      "mobileAppConfigurations('con')/deviceStatuses/$entity",
    ],
    [`${apps}/app/displayName`, "mobileApps('app')/displayName"],
    [`${apps}/$ref`, undefined],
  ])('at %s: %s', async (path, expected) => {
    const { body } = await gateway.call('GET', path);
    const [version = ''] = path.split('/');
    const fragment = expected === undefined ? 'Collection($ref)' : `deviceAppManagement/${expected}`;
    expect(String(body['@odata.context']).replaceAll('%27%27', "''")).toBe(
      `${gateway.url}/${version}/$metadata#${fragment}`,
    );
  });

  it('of what was written too', async () => {
    const made = await gateway.call('POST', statuses, aDeviceStatus({ id: 'made' }));
    const patched = await gateway.call('PATCH', `${statuses}/made`, { errorCode: 1 });
    const context = `${gateway.url}/beta/$metadata#deviceAppManagement/mobileApps('app')/deviceStatuses/$entity`;
    expect([made.body['@odata.context'], patched.body['@odata.context']]).toEqual([context, context]);
  });
});
