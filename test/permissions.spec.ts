import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, SignJWT } from 'jose';
import type { ServedSet } from '../src/graph/served-set.js';
import { type ApiVersion, isVisible, namespace } from '../src/odata/edm.js';
import type { CallerKind } from '../src/odata/permissions.js';
import { type Reply, request, startTestGateway, type TestGateway } from './support/gateway.js';
import { freshBody, freshPath, isBetweenApps, leastBody, servedSets } from './support/sets.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

const [reading, writing] = ['DeviceManagementApps.Read.All', 'DeviceManagementApps.ReadWrite.All'];

/** What the service says to whom none of these is granted. */
const lacking = (accepted: readonly string[]): string =>
  `Application is not authorized to perform this operation. Application must have one of the following scopes: ${accepted.join(', ')}`;

/** What a 403 says; undefined of any other answer. */
function refusal({ status, text }: Pick<Reply, 'status' | 'text'>): string | undefined {
  if (status !== 403) return undefined;
  const { error } = JSON.parse(text) as { error: { code: string; message: string } };
  expect(error.code).toBe('Forbidden');
  return (JSON.parse(error.message) as { Message: string }).Message.split(' - Operation ID')[0];
}

interface Holder {
  who: string;
  kind: CallerKind;
  /** As the token names them. */
  held: string[];
  /** Of a delegated token, where it has both. */
  roles?: string[];
}

const near = [
  reading.toLowerCase(),
  writing.toUpperCase(),
  'DeviceManagementApps.Read',
  `${reading},${writing}`,
];

const holders: Holder[] = (['delegated', 'application'] as const).flatMap((kind) => [
  ...[reading, writing].map((name) => ({ who: `${kind} ${name}`, kind, held: [name] })),
  { who: `${kind} permissions among others`, kind, held: ['User.Read', writing, 'Group.Read.All'] },
  { who: `another ${kind} permission`, kind, held: ['DeviceManagementConfiguration.ReadWrite.All'] },
  { who: `${kind} permissions that are nearly right`, kind, held: near },
  { who: `no ${kind} permission`, kind, held: [] },
]);
holders.push({
  who: 'the roles of a user, whose token has other scopes',
  kind: 'delegated',
  held: ['User.Read'],
  roles: [reading, writing],
});

async function headersOf({ kind, held, roles }: Holder): Promise<Record<string, string>> {
  const token = await gateway.tokenFor(kind === 'delegated' ? { scopes: held } : { roles: held });
  return { Authorization: `Bearer ${roles ? await withRoles(token, roles) : token}` };
}

/** The same token with roles, which the issuer gives to no user. */
const withRoles = (token: string, roles: string[]): Promise<string> =>
  new SignJWT({ ...decodeJwt(token), roles })
    .setProtectedHeader({ alg: 'RS256' })
    .sign(gateway.key.privateKey);

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** Method, what stands behind the set's path, what is sent, and the status for whom it is allowed. */
type Row = [string, string, unknown, number];

/** A single has no key and no list. */
const singleRows: Row[] = [
  ['GET', '', undefined, 200],
  ['HEAD', '', undefined, 200],
  ['GET', '/$ref', undefined, 200],
  ['GET', '/id', undefined, 200],
  ['GET', '/id/$value', undefined, 200],
  ['PATCH', '', {}, 200],
];

function rowsOf(set: ServedSet, version: ApiVersion, id: string): Row[] {
  const shown = <T extends { name: string; set: ServedSet['contained'][number]['set'] }>(
    all: readonly T[],
  ): T[] => all.filter((navigation) => isVisible(navigation.set, version));
  const [contained, linked, references] = [shown(set.contained), shown(set.linked), shown(set.references)];
  const singles = shown(set.singles);
  const names = [...contained, ...singles, ...linked, ...references].map(({ name }) => name);
  const within = Object.fromEntries([
    ...contained.map(({ name, set: inner }) => [name, isBetweenApps(inner as ServedSet) ? [] : [{}]]),
    ...singles.map(({ name }) => [name, {}]),
  ]);
  const one = `/${id}`;
  const least = leastBody(set);
  const creates: Row[] = [
    ['POST', '', least, 201],
    ['POST', '', { ...least, ...within }, 201],
  ];
  // There is one of them between two apps.
  const nowhere: Row = ['POST', '', { ...least, targetId: 'none' }, 404];
  return [
    ['GET', '', undefined, 200],
    ['HEAD', '', undefined, 200],
    ['GET', '/$count', undefined, 200],
    ['GET', '/$ref', undefined, 200],
    ['GET', one, undefined, 200],
    ['HEAD', one, undefined, 200],
    ['GET', `${one}/$ref`, undefined, 200],
    ['GET', `${one}/id`, undefined, 200],
    ['GET', `${one}/id/$value`, undefined, 200],
    ...set.casts
      .filter(({ type }) => isVisible(type, version))
      .map(({ type }): Row => ['GET', `/${namespace}.${type.name}`, undefined, 200]),
    ...names.map((name): Row => ['GET', `${one}?$expand=${name}`, undefined, 200]),
    ...linked.flatMap(({ name }): Row[] => [
      ['GET', `${one}/${name}`, undefined, 200],
      ['GET', `${one}/${name}/$count`, undefined, 200],
      ['GET', `${one}/${name}/$ref`, undefined, 200],
      ['POST', `${one}/${name}`, {}, 201],
      ['PATCH', `${one}/${name}/none`, {}, 404],
      ['DELETE', `${one}/${name}/none`, undefined, 404],
      ['POST', `${one}/${name}/$ref`, {}, 400],
      ['DELETE', `${one}/${name}/none/$ref`, undefined, 404],
    ]),
    ...references.flatMap(({ name }): Row[] => [
      ['GET', `${one}/${name}`, undefined, 200],
      ['GET', `${one}/${name}/$ref`, undefined, 200],
      ['PATCH', `${one}/${name}`, {}, 200],
      ['DELETE', `/none/${name}`, undefined, 404],
    ]),
    ...(isBetweenApps(set) ? [nowhere] : creates),
    ['PATCH', one, {}, 200],
    ['DELETE', '/none', undefined, 404],
  ];
}

describe.each(servedSets)('%s in %s', (_name, version, set) => {
  let path: string;
  let rows: Row[];

  beforeAll(async () => {
    path = await freshPath(gateway, version, set);
    if (set.isSingle) return void (rows = singleRows);
    const { body } = await gateway.call('POST', path, await freshBody(gateway, version, set));
    rows = rowsOf(set, version, String(body['id']));
  });

  it.each(holders)('answers $who with what the documents grant, and no more', async (holder) => {
    const headers = await headersOf(holder);
    const permissions = set.permissions[version];
    const expected = rows.map(([method, tail, , status]) => {
      const accepted = permissions[isRead(method) ? 'read' : 'write'][holder.kind];
      if (accepted.some((name) => holder.held.includes(name))) return [method, tail, status];
      return [method, tail, method === 'HEAD' ? 403 : lacking(accepted)];
    });
    const answers = rows.map(async ([method, tail, sent]) => {
      const reply = await request(`${gateway.url}/${path}${tail}`, method, sent, headers);
      return [method, tail, method === 'HEAD' ? reply.status : (refusal(reply) ?? reply.status)];
    });
    expect(await Promise.all(answers)).toEqual(expected);
  });
});

const apps = '/deviceAppManagement/mobileApps';
const requests = [
  { id: 'read', method: 'GET', url: apps },
  { id: 'write', method: 'DELETE', url: `${apps}/none` },
];

/** What is answered to each request of a batch: the status, or why it is refused. */
async function answersTo(
  kind: CallerKind,
  held: string[],
  sent: readonly object[] = requests,
): Promise<Record<string, string | number>> {
  const headers = await headersOf({ who: '', kind, held });
  const { body } = await request(`${gateway.url}/beta/$batch`, 'POST', { requests: sent }, headers);
  const responses = body['responses'] as { id: string; status: number; body: unknown }[];
  return Object.fromEntries(
    responses.map(({ id, status, body: answer }) => [
      id,
      refusal({ status, text: JSON.stringify(answer) }) ?? status,
    ]),
  );
}

describe('a batch', () => {
  it('is open to whoever has a token, its requests to those who may send them alone', async () => {
    const [noReading, noWriting] = [lacking([reading, writing]), lacking([writing])];
    expect(await answersTo('application', [])).toEqual({ read: noReading, write: noWriting });
    expect(await answersTo('delegated', [reading])).toEqual({ read: 200, write: noWriting });
    expect(await answersTo('delegated', [writing])).toEqual({ read: 200, write: 404 });
  });

  it('is not for those without a token', async () => {
    expect((await request(`${gateway.url}/beta/$batch`, 'POST', { requests })).status).toBe(401);
  });

  it("takes no caller from a request's own headers", async () => {
    const headers = await headersOf({ who: '', kind: 'application', held: [writing] });
    const smuggled = requests.map((part) => ({ ...part, headers }));
    expect((await answersTo('application', [reading], smuggled))['write']).toBe(lacking([writing]));
  });
});
