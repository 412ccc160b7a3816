import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Reply, startTestGateway, type TestGateway } from './support/gateway.js';

const apps = 'beta/deviceAppManagement/mobileApps';
let gateway: TestGateway;
let app: string;
let statuses: string;
/** A status that every test finds there, with whatever tag it has by then. */
let row: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { body } = await gateway.call('POST', apps, { '@odata.type': '#microsoft.graph.iosStoreApp' });
  app = `${apps}/${String(body['id'])}`;
  statuses = `${app}/deviceStatuses`;
  row = `${statuses}/row`;
  await gateway.call('POST', statuses, { id: 'row', errorCode: 0 });
});
afterAll(() => gateway.close());

type Headers = Record<string, string>;

const call = (method: string, path: string, headers: Headers = {}, body?: object): Promise<Reply> =>
  gateway.call(method, path, body, headers);
const patch = (path: string, headers: Headers, body: object = { errorCode: 1 }): Promise<Reply> =>
  call('PATCH', path, headers, body);
const etagOf = ({ headers }: Reply): string => headers.get('etag') ?? '';
const currentTag = async (path = row): Promise<string> => etagOf(await call('GET', path));

/** The status, and that a failed precondition says so in Graph's envelope, and a 304 nothing. */
function outcome(reply: Reply): number {
  if (reply.status === 412) {
    expect(reply.body['error']).toMatchObject({
      code: 'PreconditionFailed',
      message: expect.stringMatching(/^A precondition provided in the request/),
    });
  }
  if (reply.status === 304) expect([reply.text, reply.headers.get('odata-version')]).toEqual(['', '4.0']);
  return reply.status;
}

/** `THIS` becomes a row's tag, `STRONG` the same one without its mark, and `OTHER` that of the version before. */
const filled = (header: string, tag: string): string =>
  header
    .replace('THIS', tag)
    .replace('STRONG', tag.slice(2))
    .replace(
      'OTHER',
      tag.replace(/\d+/, (digits) => String(Number(digits) - 1)),
    );

const inBody = async (path: string, metadata: string): Promise<Record<string, unknown>> =>
  (await call('GET', path, { Accept: `application/json;odata.metadata=${metadata}` })).body;

describe('the tag of an entity', () => {
  it('is weak, offered by what reads or writes it, and another after every change', async () => {
    const made = await call('POST', statuses, {}, { id: 'tagged' });
    const path = `${statuses}/tagged`;
    const read = await call('GET', path);
    const changed = await patch(path, {});
    expect(etagOf(made)).toMatch(/^W\/"\d{1,10}"$/);
    expect(etagOf(read)).toBe(etagOf(made));
    expect(etagOf(changed)).not.toBe(etagOf(made));
    expect(await currentTag(path)).toBe(etagOf(changed));
    expect(etagOf(await patch(path, {}, {}))).toBe(etagOf(changed));
  });

  it('is there when no more than that is wanted of the answer', async () => {
    const minimal = { Prefer: 'return=minimal' };
    const made = await call('POST', statuses, minimal, { id: 'minimal' });
    expect([made.status, etagOf(made)]).toEqual([204, await currentTag(`${statuses}/minimal`)]);
    const changed = await patch(`${statuses}/minimal`, minimal);
    expect([changed.status, etagOf(changed)]).toEqual([204, await currentTag(`${statuses}/minimal`)]);
  });

  it('is the same for what is selected of it, in each format and by each path', async () => {
    const nested = `${app}/userStatuses/user/deviceStatuses`;
    await call('POST', `${app}/userStatuses`, {}, { id: 'user' });
    await call('POST', nested, {}, { id: 'nested' });
    const tag = await currentTag(`${nested}/nested`);
    for (const path of ['', '?$select=errorCode', '?$format=application/json;odata.metadata=none'].map(
      (query) => `${statuses}/nested${query}`,
    )) {
      expect(await currentTag(path)).toBe(tag);
    }
    expect((await call('HEAD', `${statuses}/nested`)).headers.get('etag')).toBe(tag);
  });

  it('is kept apart by caches for each format and token', async () => {
    expect((await call('GET', row)).headers.get('vary')).toMatch(/Accept, Authorization/);
  });

  it.each([
    ['a list', () => statuses],
    ['a count', () => `${statuses}/$count`],
    ['links', () => `${statuses}/$ref`],
    ['a link', () => `${row}/$ref`],
    ['a property', () => `${row}/errorCode`],
    ['a value', () => `${row}/errorCode/$value`],
    // What is expanded changes without the row.
    ['what is expanded', () => `${app}?$expand=deviceStatuses`],
  ])('is none of %s', async (_title, path) => {
    const reply = await call('GET', path());
    expect([reply.status, reply.headers.get('etag'), reply.headers.get('last-modified')]).toEqual([
      200,
      null,
      null,
    ]);
  });

  it('stands in bodies with full metadata alone, behind the type', async () => {
    const full = await inBody(row, 'full');
    expect(full['@odata.etag']).toBe(await currentTag());
    expect(Object.keys(full).slice(0, 3)).toEqual(['@odata.context', '@odata.type', '@odata.etag']);
    const { value } = (await inBody(statuses, 'full')) as { value: Record<string, unknown>[] };
    expect(value.find(({ id }) => id === 'row')).toMatchObject({ '@odata.etag': full['@odata.etag'] });
    const expanded = await inBody(`${app}?$expand=deviceStatuses($filter=id eq 'row')`, 'full');
    expect(expanded['deviceStatuses']).toMatchObject([{ '@odata.etag': full['@odata.etag'] }]);
    for (const metadata of ['minimal', 'none']) {
      expect(await inBody(row, metadata)).not.toHaveProperty(['@odata.etag']);
    }
  });

  it('of a deleted row is none that another of its name has', async () => {
    const tags = new Set<string>();
    for (let count = 0; count < 20; count++) {
      tags.add(etagOf(await call('POST', statuses, {}, { id: 'again' })));
      expect((await call('DELETE', `${statuses}/again`)).status).toBe(204);
    }
    expect(tags.size).toBe(20);
    await call('POST', statuses, {}, { id: 'again' });
    for (const tag of tags) expect(outcome(await patch(`${statuses}/again`, { 'If-Match': tag }))).toBe(412);
  });
});

describe('a read', () => {
  it.each<[string, Headers, number]>([
    ['what the client has', { 'If-None-Match': 'THIS' }, 304],
    ['it by a strong tag', { 'If-None-Match': 'STRONG' }, 304],
    ['it among others', { 'If-None-Match': '"x", OTHER,THIS ,' }, 304],
    ['anything', { 'If-None-Match': '*' }, 304],
    ['another version', { 'If-None-Match': 'OTHER' }, 200],
    ['no tag', { 'If-None-Match': 'x' }, 200],
    ['nothing', { 'If-None-Match': '' }, 200],
    ['this version', { 'If-Match': 'THIS' }, 200],
    ['any version', { 'If-Match': '*' }, 200],
    ['another version', { 'If-Match': 'OTHER' }, 412],
    ['no tag', { 'If-Match': 'x' }, 412],
    ['another version, and not this one', { 'If-Match': 'OTHER', 'If-None-Match': 'THIS' }, 412],
    ['this version, if it isn’t this one', { 'If-Match': 'THIS', 'If-None-Match': 'THIS' }, 304],
    // It has no date.
    ['an old one', { 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 200],
    ['a new one', { 'If-Modified-Since': 'Fri, 31 Dec 9999 23:59:59 GMT' }, 200],
  ])('that is for %s: %j is %s', async (_title, headers, status) => {
    const tag = await currentTag();
    const given = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, filled(value, tag)]),
    );
    const reply = await call('GET', row, given);
    expect(outcome(reply)).toBe(status);
    if (status === 304) expect([etagOf(reply), reply.headers.get('content-length')]).toEqual([tag, null]);
    const head = await call('HEAD', row, given);
    expect(head.status).toBe(status);
  });

  it.each([
    ['If-None-Match', '*'],
    ['If-Match', '"5"'],
  ])('of what is not there is 404, whatever %s says', async (name, value) => {
    expect((await call('GET', `${statuses}/nobody`, { [name]: value })).status).toBe(404);
    expect((await call('GET', `${apps}/nobody/deviceStatuses`, { [name]: value })).status).toBe(404);
    expect((await call('GET', `${row}?$nope=1`, { [name]: value })).status).toBe(400);
  });

  describe.each([
    ['a list', () => statuses],
    ['an empty list', () => `${statuses}?$filter=false`],
    ['a count', () => `${statuses}/$count`],
    ['links', () => `${statuses}/$ref`],
    ['a link', () => `${row}/$ref`],
    ['a property', () => `${row}/errorCode`],
    ['a value', () => `${row}/errorCode/$value`],
    ['what is expanded', () => `${app}?$expand=deviceStatuses`],
  ])('of %s, which has no tag,', (_title, path) => {
    it.each<[Headers, number]>([
      // No tag is its own; but it is there (RFC 9110, 13.1.1 and 13.1.2).
      [{ 'If-None-Match': 'W/"1"' }, 200],
      [{ 'If-None-Match': '*' }, 304],
      [{ 'If-Match': '*' }, 200],
      [{ 'If-Match': 'W/"1"' }, 412],
      [{ 'If-Modified-Since': 'Fri, 31 Dec 9999 23:59:59 GMT' }, 200],
      [{ 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 200],
    ])('with %j is %s', async (headers, status) => {
      expect(outcome(await call('GET', path(), headers))).toBe(status);
    });
  });
});

describe('a change', () => {
  const cases: [string, Headers, number][] = [
    ['of this version', { 'If-Match': 'THIS' }, 200],
    ['of it by a strong tag', { 'If-Match': 'STRONG' }, 200],
    ['of it among others', { 'If-Match': '"x", OTHER, THIS' }, 200],
    ['of any version', { 'If-Match': '*' }, 200],
    ['of another version', { 'If-Match': 'OTHER' }, 412],
    ['of two others', { 'If-Match': 'OTHER, "7"' }, 412],
    ['of a foreign tag', { 'If-Match': '"x"' }, 412],
    ['of no tag', { 'If-Match': 'x' }, 412],
    ['of an unquoted tag', { 'If-Match': '1' }, 412],
    ['of nothing', { 'If-Match': '' }, 412],
    ['of a version that no row can have', { 'If-Match': '"99999999999999999999"' }, 412],
    ['unless it is this version', { 'If-None-Match': 'THIS' }, 412],
    ['unless it is one of these', { 'If-None-Match': 'OTHER, THIS' }, 412],
    ['unless it is there', { 'If-None-Match': '*' }, 412],
    ['unless it is another version', { 'If-None-Match': 'OTHER' }, 200],
    ['unless it is one of two others', { 'If-None-Match': 'OTHER, "7"' }, 200],
    ['unless it is what has no such tag', { 'If-None-Match': 'x' }, 200],
    ['of this version, unless it is', { 'If-Match': 'THIS', 'If-None-Match': 'THIS' }, 412],
    ['of this version, unless it is another', { 'If-Match': 'THIS', 'If-None-Match': 'OTHER' }, 200],
    // It has no date, and If-Modified-Since is for reads.
    ['of an old one', { 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 200],
    ['of a new one', { 'If-Modified-Since': 'Fri, 31 Dec 9999 23:59:59 GMT' }, 200],
  ];
  const withTag = (headers: Headers, tag: string): Headers =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filled(value, tag)]));

  it.each(cases)('%s: %j is %s', async (_title, headers, status) => {
    const before = await call('GET', row);
    const given = withTag(headers, etagOf(before));
    const deviceName = String(Math.random());
    const reply = await patch(row, given, { deviceName });
    expect(outcome(reply)).toBe(status);
    const after = await call('GET', row);
    if (status === 200) expect([after.text, after.body['deviceName']]).toEqual([reply.text, deviceName]);
    else expect([after.text, etagOf(after)]).toEqual([before.text, etagOf(before)]);
  });

  it.each(cases)('of nothing but the question whether, %s: %j is %s', async (_title, headers, status) => {
    expect(outcome(await patch(row, withTag(headers, await currentTag()), {}))).toBe(status);
  });

  it.each(cases)('that makes it go, %s: %j is %s', async (_title, headers, status) => {
    const made = await call('POST', statuses, {}, { id: 'going' });
    const reply = await call('DELETE', `${statuses}/going`, withTag(headers, etagOf(made)));
    expect(outcome(reply)).toBe(status === 200 ? 204 : status);
    const isThere = (await call('GET', `${statuses}/going`)).status === 200;
    expect(isThere).toBe(status !== 200);
    if (isThere) await call('DELETE', `${statuses}/going`);
  });

  it.each<[Headers]>([
    [{ 'If-Match': '*' }],
    [{ 'If-Match': '"5"' }],
    [{ 'If-None-Match': '*' }],
    [{ 'If-None-Match': '"5"' }],
  ])('of what is not there is 404 with %j, and makes nothing', async (headers) => {
    for (const path of [`${statuses}/nobody`, `${apps}/nobody`, `${apps}/nobody/deviceStatuses/row`]) {
      expect((await patch(path, headers, {})).status).toBe(404);
      expect((await patch(path, headers, { '@x.y': 1, id: path.split('/').at(-1) })).status).toBe(404);
      expect((await call('DELETE', path, headers)).status).toBe(404);
      expect((await call('GET', path)).status).toBe(404);
    }
  });

  it('that would be refused anyway is refused for that', async () => {
    const stale = { 'If-Match': '"5"' };
    expect((await patch(row, stale, { errorCode: '9' })).status).toBe(400);
    expect((await patch(app, stale, { setupFilePath: 'x' })).status).toBe(400);
  });

  it('of an app is judged whichever of its types’ properties it sets', async () => {
    const tag = await currentTag(app);
    for (const body of [{ displayName: 'A' }, { bundleId: 'b' }, {}]) {
      expect(outcome(await patch(app, { 'If-Match': filled('OTHER', tag) }, body))).toBe(412);
    }
    const changed = await patch(app, { 'If-Match': tag }, { bundleId: 'b' });
    expect([changed.status, changed.body['bundleId']]).toEqual([200, 'b']);
    expect(outcome(await patch(app, { 'If-Match': tag }, { bundleId: 'c' }))).toBe(412);
  });

  it('of one version by twenty at once is made by exactly one', async () => {
    for (let round = 0; round < 5; round++) {
      const given = { 'If-Match': await currentTag() };
      const replies = await Promise.all(
        Array.from({ length: 20 }, (_, index) => patch(row, given, { errorCode: index })),
      );
      const [winner, ...others] = replies.filter(({ status }) => status === 200);
      expect(others).toEqual([]);
      expect(replies.filter((reply) => outcome(reply) === 412)).toHaveLength(19);
      expect((await call('GET', row)).text).toBe(winner?.text);
    }
  });

  it('of one version by ten at once, and its removal by ten, is one or the other', async () => {
    const made = await call('POST', statuses, {}, { id: 'contested' });
    const given = { 'If-Match': etagOf(made) };
    const path = `${statuses}/contested`;
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0 ? patch(path, given) : call('DELETE', path, given),
      ),
    );
    const won = replies.filter(({ status }) => status < 300);
    expect(won).toHaveLength(1);
    const lost = won[0]?.status === 204 ? 404 : 412;
    expect(new Set(replies.filter(({ status }) => status > 300).map(outcome))).toEqual(new Set([lost]));
  });
});

describe('a create', () => {
  it.each<[string, Headers, number]>([
    // The collection is there and has no tag (RFC 9110, 13.1.1).
    ['any version of the collection', { 'If-Match': '*' }, 201],
    ['a version of the collection', { 'If-Match': 'W/"1"' }, 412],
    ['no version', { 'If-Match': '' }, 412],
    // A create never replaces what is there: what this asks for is so anyway.
    ['what is not there yet', { 'If-None-Match': '*' }, 201],
    ['another version', { 'If-None-Match': 'W/"1"' }, 201],
    ['an old one', { 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 201],
  ])('that is for %s: %j is %s', async (_title, headers, status) => {
    expect(outcome(await call('POST', statuses, headers, { id: 'new' }))).toBe(status);
    expect((await call('DELETE', `${statuses}/new`)).status).toBe(status === 201 ? 204 : 404);
  });

  it('that would be refused anyway is refused for that', async () => {
    const headers = { 'If-Match': '"5"' };
    expect((await call('POST', `${apps}/nobody/deviceStatuses`, headers, {})).status).toBe(404);
    expect((await call('POST', statuses, headers, { nope: 1 })).status).toBe(400);
    expect((await call('POST', statuses, { 'If-None-Match': '*' }, { id: 'row' })).status).toBe(409);
  });
});

describe('the date of the last change, which apps have and statuses do not,', () => {
  let path: string;
  /** In HTTP's form, `seconds` after the last change. */
  let after: (seconds: number) => string;

  beforeAll(async () => {
    const reply = await call('POST', apps, {}, { '@odata.type': '#microsoft.graph.win32LobApp' });
    path = `${apps}/${String(reply.body['id'])}`;
    const changed = Date.parse(String(reply.body['lastModifiedDateTime']));
    after = (seconds) => new Date(changed + seconds * 1000).toUTCString();
  });

  it('is offered to the second', async () => {
    expect((await call('GET', path)).headers.get('last-modified')).toBe(after(0));
    expect((await call('GET', row)).headers.get('last-modified')).toBeNull();
  });

  it.each([
    ['GET', 'If-Modified-Since', 0, 304],
    ['GET', 'If-Modified-Since', 1, 304],
    ['GET', 'If-Modified-Since', -1, 200],
    ['GET', 'If-Unmodified-Since', 0, 200],
    ['GET', 'If-Unmodified-Since', -1, 412],
    ['PATCH', 'If-Unmodified-Since', 0, 200],
    ['PATCH', 'If-Unmodified-Since', -1, 412],
    ['PATCH', 'If-Modified-Since', 1, 200],
    ['DELETE', 'If-Unmodified-Since', -1, 412],
  ])('judges %s with %s %i seconds after it: %i', async (method, name, seconds, status) => {
    const body = method === 'PATCH' ? {} : undefined;
    expect(outcome(await call(method, path, { [name]: after(seconds) }, body))).toBe(status);
  });

  it('says nothing where a tag says more, or where it is no date', async () => {
    const tag = await currentTag(path);
    const old = { 'If-Unmodified-Since': after(-1) };
    expect((await patch(path, { ...old, 'If-Match': tag }, {})).status).toBe(200);
    expect((await patch(path, { 'If-Unmodified-Since': 'yesterday' }, {})).status).toBe(200);
    const young = { 'If-Modified-Since': after(0) };
    expect((await call('GET', path, { ...young, 'If-None-Match': '"5"' })).status).toBe(200);
  });

  it('keeps what was changed since', async () => {
    await call('DELETE', path, { 'If-Unmodified-Since': after(-10) });
    expect((await call('GET', path)).status).toBe(200);
    expect((await call('DELETE', path, { 'If-Unmodified-Since': after(0) })).status).toBe(204);
  });
});

describe('a hostile precondition is judged like any other', () => {
  const long = {
    'one tag': `"${'x'.repeat(60_000)}"`,
    'one number': `"${'9'.repeat(60_000)}"`,
    'many versions': Array.from({ length: 9_000 }, (_, index) => `"${index}"`).join(','),
    'open quotes': '"'.repeat(60_000),
    commas: ','.repeat(60_000),
    blanks: `x${' '.repeat(60_000)}x`,
    'weak marks': 'W/'.repeat(30_000),
    'bytes that are no text': '"\u0080\u00ff"',
    'a statement': `"1"; DROP TABLE mobile_apps`,
    __proto__: '__proto__',
  };

  it.each(Object.entries(long))('%s', async (_title, value) => {
    const given = async (method: string, name: string): Promise<number> =>
      outcome(await call(method, row, { [name]: value }, method === 'PATCH' ? { errorCode: 7 } : undefined));
    expect(await given('PATCH', 'If-Match')).toBe(412);
    expect(await given('DELETE', 'If-Match')).toBe(412);
    expect(await given('GET', 'If-Match')).toBe(412);
    expect(await given('GET', 'If-None-Match')).toBe(200);
    expect(await given('PATCH', 'If-None-Match')).toBe(200);
    for (const name of ['If-Modified-Since', 'If-Unmodified-Since', 'Prefer']) {
      expect(await given('GET', name)).toBe(200);
      expect(await given('PATCH', name)).toBe(200);
    }
  });

  it('is never a fault of the gateway', () => {
    expect(gateway.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});
