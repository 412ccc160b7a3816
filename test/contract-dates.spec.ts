import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { datedExamples, installStatusId } from './support/dated-documents.js';
import { type Reply, request } from './support/gateway.js';
import { apps, messageOf, startUserGateway, type UserGateway } from './support/user-gateway.js';

let gateway: UserGateway;
const call: UserGateway['call'] = (...sent) => gateway.call(...sent);

const area = 'deviceAppManagement';
const byApp = `${apps}/app/deviceStatuses`;
const byUser = `${apps}/app/userStatuses/user/deviceStatuses`;
const row = `${byApp}/${installStatusId}`;
const dates = ['beta', '2017-01/beta', '2018-11/beta'] as const;
type Date = (typeof dates)[number];

beforeAll(async () => {
  gateway = await startUserGateway();
  await gateway.make(`beta/${apps}/app/userStatuses`, { id: 'user' });
  await gateway.make(`beta/${byUser}`, { id: installStatusId });
});

afterAll(() => gateway.close());

async function patched(base: string, body: object): Promise<Record<string, unknown>> {
  const reply = await call('PATCH', `${base}/${row}`, body);
  expect([reply.status, reply.text]).toEqual([200, expect.anything()]);
  return reply.body;
}

const at = async (base: string): Promise<Record<string, unknown>> =>
  (await call('GET', `${base}/${row}`)).body;
const refusal = (reply: Reply): [number, string] => [reply.status, messageOf(reply)];
const ids = ({ body }: Reply): string[] => (body['value'] as { id: string }[]).map(({ id }) => id);

const examples = datedExamples.flatMap((example) =>
  [byApp, byUser].map((path) => ({ ...example, path: `${example.base}/${path}/${installStatusId}` })),
);

describe.each(examples)('the example of $title, at $path', ({ base, path, sent }) => {
  it('is answered as printed, property by property and in the printed order, and kept', async () => {
    const reply = await call('PATCH', path, sent);
    expect(reply.status).toBe(200);
    const { '@odata.context': context, ...entity } = reply.body;
    const printed = {
      '@odata.type': '#microsoft.graph.mobileAppInstallStatus',
      id: installStatusId,
      ...sent,
    };
    expect(JSON.stringify(entity)).toBe(JSON.stringify(printed));
    expect(reply.text.endsWith(JSON.stringify(printed).slice(1))).toBe(true);
    expect(String(context).startsWith(`${gateway.url}/${base}/$metadata#${area}/`)).toBe(true);
    expect((await call('GET', path)).text).toBe(reply.text);
  });
});

/** What is sent at a date, and how each date reads it; undefined where the date has no such property. */
const crossings: readonly [Date, string, unknown, Record<Date, unknown>][] = [
  ['2017-01/beta', 'mobileAppInstallStatusValue', 27, readAs(27, '27', '27')],
  ['2017-01/beta', 'mobileAppInstallStatusValue', 2, readAs(2, 'failed', 'failed')],
  ['2017-01/beta', 'mobileAppInstallStatusValue', -1, readAs(-1, 'notApplicable', 'notApplicable')],
  [
    '2017-01/beta',
    'mobileAppInstallStatusValue',
    -(2 ** 31),
    readAs(-(2 ** 31), '-2147483648', '-2147483648'),
  ],
  ['beta', 'mobileAppInstallStatusValue', 'failed', readAs(2, 'failed', 'failed')],
  ['beta', 'mobileAppInstallStatusValue', 99, readAs(99, 'unknown', 'unknown')],
  [
    '2018-11/beta',
    'mobileAppInstallStatusValue',
    'pendingInstall',
    readAs(5, 'pendingInstall', 'pendingInstall'),
  ],
  ['2017-01/beta', 'deviceType', 2147483647, readAs(2147483647, undefined, undefined)],
  ['beta', 'installState', 'installed', readAs(undefined, 'installed', 'installed')],
  ['2018-11/beta', 'installState', '-1', readAs(undefined, 'notApplicable', 'notApplicable')],
  [
    'beta',
    'installStateDetail',
    'dependencyFailedToInstall',
    readAs(undefined, 'dependencyFailedToInstall', 'noAdditionalDetails'),
  ],
  ['beta', 'installStateDetail', 5002, readAs(undefined, 'contentDownloaded', 'noAdditionalDetails')],
  [
    '2018-11/beta',
    'installStateDetail',
    'pendingReboot',
    readAs(undefined, 'pendingReboot', 'pendingReboot'),
  ],
  ['2018-11/beta', 'installStateDetail', 0, readAs(undefined, 'noAdditionalDetails', 'noAdditionalDetails')],
  ...['deviceName', 'deviceId', 'osVersion'].flatMap((name) =>
    dates.map((date): (typeof crossings)[number] => [
      date,
      name,
      `of ${date}`,
      readAs(...same(`of ${date}`)),
    ]),
  ),
  ...['osDescription', 'userName', 'userPrincipalName', 'displayVersion'].flatMap((name) =>
    (['beta', '2018-11/beta'] as const).map((date): (typeof crossings)[number] => [
      date,
      name,
      `of ${date}`,
      readAs(undefined, `of ${date}`, `of ${date}`),
    ]),
  ),
  ...dates.flatMap((date, index): (typeof crossings)[number][] => {
    const instant = `201${index}-01-01T00:02:49.3205976-08:00`;
    return [
      [date, 'lastSyncDateTime', instant, readAs(...same(instant))],
      [date, 'errorCode', index - 5, readAs(...same(index - 5))],
    ];
  }),
];

function same(value: unknown): [unknown, unknown, unknown] {
  return [value, value, value];
}

function readAs(in2017: unknown, today: unknown, in2018: unknown): Record<Date, unknown> {
  return { '2017-01/beta': in2017, beta: today, '2018-11/beta': in2018 };
}

describe('what is written at one date and read at another', () => {
  const before = { errorCode: 77, installStateDetail: 'contentDownloaded', installState: 'failed' };
  beforeEach(async () => {
    await patched('beta', before);
    await patched('2017-01/beta', { mobileAppInstallStatusValue: 4711, deviceType: 12 });
  });

  it.each(crossings)('%s: %s as %j', async (date, name, value, read) => {
    const others = await Promise.all(dates.map(at));
    expect((await patched(date, { [name]: value }))[name]).toEqual(read[date]);
    for (const [index, other] of dates.entries()) {
      const now = await at(other);
      const expected = read[other] === undefined ? {} : { [name]: read[other] };
      expect(now).toEqual({ ...others[index], ...expected });
      expect(Object.hasOwn(now, name)).toBe(read[other] !== undefined);
      // The path of the property agrees with the entity.
      const single = await call('GET', `${other}/${row}/${name}`);
      if (read[other] === undefined) expect(single.status).toBe(400);
      else expect(single.body['value']).toEqual(read[other]);
    }
  });
});

describe('a property that a date does not have', () => {
  const unknown: readonly [Date, string, unknown][] = [
    ...['installState', 'installStateDetail', 'osDescription', 'userName', 'displayVersion'].map(
      (name): [Date, string, unknown] => ['2017-01/beta', name, null],
    ),
    ['beta', 'deviceType', 1],
    ['2018-11/beta', 'deviceType', 1],
  ];

  it.each(unknown)('at %s is unknown in bodies and options: %s', async (date, name, value) => {
    const body = await call('PATCH', `${date}/${row}`, { [name]: value });
    expect(refusal(body)).toEqual([
      400,
      `The property '${name}' does not exist on type 'microsoft.management.services.api.mobileAppInstallStatus'. Make sure to only use property names that are defined by the type.`,
    ]);
    for (const option of [`$filter=${name} ne null`, `$select=${name}`, `$orderby=${name}`]) {
      const reply = await call('GET', `${date}/${byApp}?${option}`);
      expect(reply.status).toBe(400);
      expect(messageOf(reply)).toContain(`Could not find a property named '${name}'`);
    }
  });

  it.each<[Date, object]>([
    ['2017-01/beta', { mobileAppInstallStatusValue: 'failed' }],
    ['2017-01/beta', { mobileAppInstallStatusValue: 2147483648 }],
    ['2017-01/beta', { mobileAppInstallStatusValue: null }],
    ['2017-01/beta', { deviceType: 1.5 }],
    ['2017-01/beta', { mobileAppInstallStatusValue: 27, osVersion: 1 }],
    ['2018-11/beta', { installStateDetail: 'pendingReboot', errorCode: 'x' }],
    ['beta', { mobileAppInstallStatusValue: 27 }],
    ['2018-11/beta', { mobileAppInstallStatusValue: '27' }],
    ['2018-11/beta', { installStateDetail: 'contentDownloaded' }],
    ['2018-11/beta', { installStateDetail: 5002 }],
    ['2018-11/beta', { installStateDetail: '5002' }],
  ])('is like a value that it does not have: %s, %j', async (date, body) => {
    const before = await at(date);
    expect((await call('PATCH', `${date}/${row}`, body)).status).toBe(400);
    expect(await at(date)).toEqual(before);
  });
});

/** Creates a row at a date; what is returned reads it at any. */
const create = async (base: Date, path: string, body: object) => {
  const { text, body: created } = await gateway.make(`${base}/${path}`, body);
  const id = String(created['id']);
  const own = await call('GET', `${base}/${byApp}/${id}`);
  if (path === byApp) expect(own.text).toBe(text);
  return (other: Date) => call('GET', `${other}/${byApp}/${id}`).then((reply) => reply.body);
};

describe('a create at a date', () => {
  it.each(datedExamples)('takes the body of $title', async ({ base, sent }) => {
    const read = await create(base as Date, byApp, sent);
    expect(await read(base as Date)).toMatchObject(sent);
    const { mobileAppInstallStatusValue: value, deviceType: _, ...rest } = sent;
    const shown = value === 27 ? '27' : value;
    expect(await read('beta')).toMatchObject({ ...rest, mobileAppInstallStatusValue: shown });
  });

  it.each(dates)('gives what is not sent the same values: %s', async (base) => {
    const read = await create(base, byUser, {});
    const today = { mobileAppInstallStatusValue: 'unknown', installState: 'unknown', osDescription: null };
    expect(await read('beta')).toMatchObject({ ...today, installStateDetail: 'noAdditionalDetails' });
    expect(await read('2017-01/beta')).toMatchObject({ mobileAppInstallStatusValue: 99, deviceType: 0 });
  });

  it('makes what an entity contains as the date has it', async () => {
    const inner = { mobileAppInstallStatusValue: -7, deviceType: 3 };
    const user = await gateway.make(`2017-01/beta/${apps}/app/userStatuses`, { deviceStatuses: [inner] });
    expect(user.body['deviceStatuses']).toMatchObject([inner]);
    const path = `${apps}/app/userStatuses/${String(user.body['id'])}/deviceStatuses`;
    const { body } = await call('GET', `beta/${path}`);
    expect(body['value']).toMatchObject([{ mobileAppInstallStatusValue: '-7', installState: 'unknown' }]);
  });
});

describe('lists at a date', () => {
  const list = `${apps}/listed/deviceStatuses`;

  beforeAll(async () => {
    await gateway.make(`beta/${apps}`, { '@odata.type': '#microsoft.graph.iosStoreApp', id: 'listed' });
    const details = ['contentDownloaded', 'noAdditionalDetails', 'pendingReboot', 'userRejectedInstall'];
    for (const [index, installStateDetail] of details.entries()) {
      await gateway.make(`beta/${list}`, { id: String(index), installStateDetail });
      const written = { mobileAppInstallStatusValue: [10, 9, 100, -7][index], deviceType: index };
      expect((await call('PATCH', `2017-01/beta/${list}/${index}`, written)).status).toBe(200);
    }
  });

  it.each<[string, string, string]>([
    ['2017-01/beta', '$orderby=mobileAppInstallStatusValue', '3 1 0 2'],
    ['2017-01/beta', '$orderby=mobileAppInstallStatusValue desc', '2 0 1 3'],
    ['2017-01/beta', '$filter=mobileAppInstallStatusValue gt 9', '0 2'],
    ['2017-01/beta', '$filter=mobileAppInstallStatusValue in (9,100) and deviceType add 1 gt 2', '2'],
    ['beta', '$filter=mobileAppInstallStatusValue eq 100', '2'],
    ['beta', "$filter=installStateDetail eq 'contentDownloaded'", '0'],
    ['beta', "$filter=installStateDetail eq 'noAdditionalDetails'", '1'],
    ['2018-11/beta', "$filter=installStateDetail eq 'noAdditionalDetails'", '0 1 3'],
    ['2018-11/beta', "$filter=installStateDetail ne 'noAdditionalDetails'", '2'],
    ['2018-11/beta', "$filter=installStateDetail in ('noAdditionalDetails','pendingReboot')", '0 1 2 3'],
    ['2018-11/beta', "$filter=cast(installStateDetail,Edm.String) eq 'noAdditionalDetails'", '0 1 3'],
    ['2018-11/beta', '$filter=installStateDetail gt 0', '2'],
    ['2018-11/beta', '$filter=installStateDetail eq 5002', ''],
    ['2018-11/beta', '$orderby=installStateDetail desc,id desc', '2 3 1 0'],
  ])('%s?%s are %s', async (date, options, expected) => {
    const reply = await call('GET', `${date}/${list}?${options}`);
    expect([reply.status, ids(reply).join(' ')]).toEqual([200, expected]);
    const count = /filter/.test(options) && (await call('GET', `${date}/${list}/$count?${options}`)).text;
    if (count !== false) expect(Number(count)).toBe(ids(reply).length);
  });

  it('go on by nextLinks of the same date, which lead nowhere at another', async () => {
    const paged = '$top=1&$orderby=installStateDetail,id';
    let reply = await call('GET', `2018-11/beta/${list}?${paged}`);
    const seen = ids(reply);
    while (reply.body['@odata.nextLink'] !== undefined) {
      const next = reply.body['@odata.nextLink'] as string;
      expect(next.startsWith(`${gateway.url}/2018-11/beta/${area}/`)).toBe(true);
      const elsewhere = await request(next.replace('/2018-11', ''), 'GET', undefined, {
        Authorization: `Bearer ${gateway.userToken}`,
      });
      expect(elsewhere.status).toBe(400);
      reply = await request(next, 'GET', undefined, { Authorization: `Bearer ${gateway.userToken}` });
      seen.push(...ids(reply));
    }
    expect(seen).toEqual(['0', '1', '3', '2']);
  });

  it('show what is expanded as the date has it', async () => {
    const path = `${apps}/listed?$expand=deviceStatuses($filter=mobileAppInstallStatusValue eq 10)`;
    const { body } = await call('GET', `2017-01/beta/${path}`);
    const { body: all } = await call('GET', `2017-01/beta/${list}`);
    expect(body['deviceStatuses']).toEqual((all['value'] as object[]).slice(0, 1));
  });
});
