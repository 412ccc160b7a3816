import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../../../../test/support/gateway.js';
import { samples, sampleOf, writtenMembers } from '../../../../test/support/sample-values.js';
import { edmTypeOf } from '../../../graph/declare.js';
import {
  type ApiVersion,
  type EntityType,
  type GraphVersion,
  graphVersions,
  isVisible,
  type Property,
} from '../../../odata/edm.js';
import { isA } from '../../../odata/entity-set.js';
import { limits } from '../../../odata/limits.js';
import { propertiesByName } from '../../../odata/readings.js';
import { MobileApp } from '../mobile-app.entity.js';
import { appTypes } from './app-types.js';
import { ManagedMobileLobApp } from './managed.js';
import { MobileLobApp } from './uploaded.js';

const path = 'deviceAppManagement/mobileApps';
const base = edmTypeOf(MobileApp);
let gateway: TestGateway;
const shown = new Map<string, Record<string, unknown>>();

interface App {
  id: string;
  version: GraphVersion;
  type: EntityType;
}

const apps: App[] = graphVersions.flatMap((version) =>
  appTypes
    .map(edmTypeOf)
    .filter((type) => isVisible(type, version))
    .map((type) => ({ id: `${type.name} ${version}`, version, type })),
);

const bodyOf = ({ type, version }: App): Record<string, unknown> =>
  writtenMembers(propertiesByName(type, version).values(), version);

interface Answer {
  id: string;
  status: number;
  body: Record<string, unknown>;
}

/** A request for each app, in its version, by as few batches as there can be. */
async function each(requestOf: (app: App) => object): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const version of graphVersions) {
    const requests = apps
      .filter((app) => app.version === version)
      .map((app) => ({ id: app.id, headers: { 'Content-Type': 'application/json' }, ...requestOf(app) }));
    for (let start = 0; start < requests.length; start += limits.batch) {
      const batch = { requests: requests.slice(start, start + limits.batch) };
      const { body } = await gateway.call('POST', `${version}/$batch`, batch);
      answers.push(...(body['responses'] as Answer[]));
    }
  }
  return answers;
}

beforeAll(async () => {
  gateway = await startTestGateway();
  const made = await each((app) => ({
    method: 'POST',
    url: `/${path}`,
    body: { '@odata.type': `#microsoft.graph.${app.type.name}`, id: app.id, ...bodyOf(app) },
  }));
  expect(made.filter(({ status }) => status !== 201)).toEqual([]);
  const { body } = await gateway.call('GET', `beta/${path}?$top=999`);
  for (const app of body['value'] as Record<string, unknown>[]) shown.set(String(app['id']), app);
});

afterAll(() => gateway.close());

describe.each(apps.map((app) => [app.type.name, app.version, app] as const))('%s of %s', (name, _, app) => {
  it('comes back as it was sent, published unless its content is awaited', () => {
    const awaits = [MobileLobApp, ManagedMobileLobApp].some((lob) => isA(app.type, edmTypeOf(lob)));
    expect(shown.get(app.id)).toMatchObject({
      '@odata.type': `#microsoft.graph.${name}`,
      ...bodyOf(app),
      publishingState: awaits ? 'notPublished' : 'published',
      uploadState: awaits ? 0 : 1,
    });
  });
});

/** A property's value as a literal, where it has one. */
function literalOf({ type }: Property, version: ApiVersion): string | undefined {
  if (type.kind === 'enum') return `'${String(sampleOf(type, version))}'`;
  if (type.kind !== 'primitive') return undefined;
  const value = String(samples[type.name]);
  if (type.name === 'Edm.Binary') return `binary'${value}'`;
  return type.name === 'Edm.String' ? `'${value.replaceAll("'", "''")}'` : value;
}

/** Everything simple that a type adds to those of all apps. */
function filterOf({ id, type, version }: App): string {
  const common = propertiesByName(base, version);
  const own = [...propertiesByName(type, version).values()].filter(
    (property) => !common.has(property.name) && !property.computed,
  );
  const terms = own.flatMap((property) => {
    const literal = literalOf(property, version);
    return literal === undefined ? [] : [`microsoft.graph.${type.name}/${property.name} eq ${literal}`];
  });
  return [`isof('microsoft.graph.${type.name}')`, ...terms, `id eq '${id}'`].join(' and ');
}

it('an app is found by the properties of its type', async () => {
  const found = await each((app) => ({
    method: 'GET',
    url: `/${path}?$select=id&$filter=${encodeURIComponent(filterOf(app))}`,
  }));
  const ids = found.map(({ id, body }) => [id, (body['value'] as App[] | undefined)?.map((one) => one.id)]);
  expect(ids).toEqual(apps.map(({ id }) => [id, [id]]));
});
