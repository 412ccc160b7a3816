import { randomUUID } from 'node:crypto';
import type { DocumentedExample, JsonObject } from './documented-examples.js';
import { areRelationships, containerOf, printedEntity, rowOf, target, typeOf } from './example-bodies.js';
import { entityDifferences, shapeDifferences, typeNameOf } from './example-differences.js';
import { type Reply, request, type TestGateway } from './gateway.js';

/** What the documented request was answered, and all that departs from the page: nothing where it is as documented. */
export interface Replayed {
  status: number;
  problems: string[];
}

/** One example in a tenant of its own, and what came of it so far. */
interface Replay {
  example: DocumentedExample;
  call: (verb: string, path: string, body?: unknown) => Promise<Reply>;
  /** Milliseconds. */
  since: number;
  problems: string[];
}

/** Replays an example: makes what its path names, sends what is printed and compares the answer with the printed one. */
export async function replay(gateway: TestGateway, example: DocumentedExample): Promise<Replayed> {
  const token = await gateway.tokenFor({ tenant: randomUUID() });
  const call: Replay['call'] = (verb, path, body) =>
    request(`${gateway.url}/${path}`, verb, body, { Authorization: `Bearer ${token}` });
  const run: Replay = { example, call, since: Date.now(), problems: [] };
  const place = await prepared(run);
  const reply = await call(example.verb, place.url, example.sent);
  run.problems.push(...(await problemsOf(run, reply, place)));
  return { status: reply.status, problems: run.problems };
}

interface Place {
  url: string;
  /** Of the entity that the example is about; undefined where it makes one, or where there is just one. */
  id: string | undefined;
}

/** Makes what the example takes for granted. */
async function prepared(run: Replay): Promise<Place> {
  const { version, path, method } = run.example;
  const apps = `${version}/deviceAppManagement/mobileApps`;
  if (areRelationships(path)) await made(run, apps, target);
  if (method === 'haspayloadlinks') await assigned(run, apps);
  const place = await filled(run);
  if (method === 'getrelatedappstates') await related(run, `${apps}/${place.id}`);
  if (path.endsWith('}')) return place;
  if (method === 'list') return { ...place, id: await made(run, place.url, rowOf(run.example)) };
  // What there is just one of is never made, but changed.
  if (method === 'get') await changed(run, place.url, { ...printedEntity(run.example), id: undefined });
  return { ...place, id: undefined };
}

/** Makes the app that the page asks of, and gives it the link that the page prints. */
async function assigned(run: Replay, apps: string): Promise<void> {
  const [id = ''] = (run.example.sent?.['payloadIds'] ?? []) as string[];
  await made(run, apps, { ...target, id });
  await made(run, `${apps}/${encodeURIComponent(id)}/assignments`, {});
}

/** Lets the app of the path need the other, which stands on the device of the user that the path names. */
async function related(run: Replay, app: string): Promise<void> {
  const targetId = target['id'] as string;
  await made(run, `${app}/relationships`, {
    '@odata.type': '#microsoft.graph.mobileAppDependency',
    targetId,
  });
  const device = { deviceId: 'parameterValue', userPrincipalName: 'parameterValue' };
  await made(run, `${app.replace(/[^/]+$/, encodeURIComponent(targetId))}/deviceStatuses`, device);
}

/** The path with the keys of new entities. */
async function filled(run: Replay): Promise<Place> {
  const { version, path } = run.example;
  const place: Place = { url: version, id: undefined };
  for (const [, name, key = ''] of path.matchAll(/([^/{}]+)|\{(\w+)\}/g)) {
    const body = path.endsWith(`{${key}}`) ? rowOf(run.example) : containerOf(run.example, key);
    if (!name) place.id = await made(run, place.url, body);
    place.url += `/${name ?? encodeURIComponent(place.id ?? '')}`;
  }
  return place;
}

/** The id of a new entity; the printed one where it was refused, so that the documented request is made nonetheless. */
async function made({ call, problems }: Replay, collection: string, body: JsonObject): Promise<string> {
  const reply = await call('POST', collection, body);
  if (reply.status === 201) return String(reply.body['id']);
  problems.push(refusal('POST', collection, 201, reply));
  return typeof body['id'] === 'string' ? body['id'] : 'none';
}

async function changed({ call, problems }: Replay, url: string, changes: object): Promise<void> {
  const reply = await call('PATCH', url, changes);
  if (reply.status !== 200) problems.push(refusal('PATCH', url, 200, reply));
}

function refusal(verb: string, url: string, expected: number, { status, text, body }: Reply): string {
  const message = (body['error'] as JsonObject | undefined)?.['message'] ?? text;
  return `${verb} ${url}: ${status}, not ${expected}: ${JSON.stringify(message)}`;
}

const printsEntity = new Set(['create', 'get', 'list', 'update']);

async function problemsOf(run: Replay, reply: Reply, { url, id }: Place): Promise<string[]> {
  const { example, since } = run;
  const { version, verb, method, printed, status } = example;
  if (reply.status !== status) return [refusal(verb, url, status, reply)];
  if (!printed) return reply.text === '' ? notDone(run, url) : [`there is a body: ${reply.text}`];
  const answer = reply.body as JsonObject;
  // No app is in the state `parameterValue`.
  const value = Array.isArray(printed['value']) && example.path.includes('status=') ? [] : printed['value'];
  if (!printsEntity.has(method)) return shapeDifferences(value ?? null, answer['value']);
  const got = method === 'list' ? (answer['value'] as JsonObject[]).find((row) => row['id'] === id) : answer;
  if (!got) return [`${id} is not listed`];
  const entity = printedEntity(example);
  const type = typeNameOf(typeOf(version, example.subject) ?? entity) ?? '';
  return entityDifferences(entity, got, { version, type, id, since });
}

/** The collections that actions replace. */
const replaced: Readonly<Record<string, string>> = {
  assign: 'assignments',
  updaterelationships: 'relationships',
};

/** An answer without content doesn't show whether it was done. */
async function notDone({ example, call, since }: Replay, url: string): Promise<string[]> {
  const { version, method, sent = {} } = example;
  if (method === 'delete') return (await call('GET', url)).status === 404 ? [] : ['it is still there'];
  const collection = replaced[method];
  if (!collection) return [];
  const { body } = await call('GET', url.replace(/\w+$/, collection));
  const got = (body['value'] ?? []) as JsonObject[];
  const [rows] = Object.values(sent) as [JsonObject[]];
  return rows.flatMap((row, index) =>
    entityDifferences(row, got[index] ?? {}, { version, type: typeNameOf(row) ?? '', id: undefined, since }),
  );
}
