import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Reply, startTestGateway, type TestGateway } from '../../../../test/support/gateway.js';
import { aMobileApp } from '../mobile-app.builder.js';
import { anAssignment } from './assignment.builder.js';

const beta = 'beta/deviceAppManagement/mobileApps';
const stable = 'v1.0/deviceAppManagement/mobileApps';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

async function make(path: string, body: object): Promise<Record<string, unknown>> {
  const reply = await gateway.call('POST', path, body);
  expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  return reply.body;
}

/** The path of a fresh app below a version. */
const anApp = async (body: object = {}): Promise<string> =>
  String((await make(beta, aMobileApp({ ...body })))['id']);

const messageOf = ({ body }: Reply): string => (body['error'] as { message: string }).message;
const valuesOf = ({ body }: Reply): Record<string, unknown>[] => body['value'] as Record<string, unknown>[];

const isAssigned = async (app: string): Promise<unknown> =>
  (await gateway.call('GET', `${beta}/${app}?$select=isAssigned`)).body['isAssigned'];

const group = (groupId: string): Record<string, unknown> => ({
  '@odata.type': '#microsoft.graph.groupAssignmentTarget',
  groupId,
});

/** The bodies that the documents' create and update print. */
const examples = {
  'v1.0': {
    '@odata.type': '#microsoft.graph.mobileAppAssignment',
    intent: 'required',
    target: { '@odata.type': 'microsoft.graph.allLicensedUsersAssignmentTarget' },
    settings: {
      '@odata.type': 'microsoft.graph.win32LobAppAssignmentSettings',
      notifications: 'showReboot',
      restartSettings: {
        '@odata.type': 'microsoft.graph.win32LobAppRestartSettings',
        gracePeriodInMinutes: 4,
        countdownDisplayBeforeRestartInMinutes: 6,
        restartNotificationSnoozeDurationInMinutes: 10,
      },
      installTimeSettings: {
        '@odata.type': 'microsoft.graph.mobileAppInstallTimeSettings',
        useLocalTime: true,
        startDateTime: '2016-12-31T23:58:46.7156189-08:00',
        deadlineDateTime: '2017-01-01T00:00:21.0378955-08:00',
      },
      deliveryOptimizationPriority: 'foreground',
    },
  },
  beta: {
    '@odata.type': '#microsoft.graph.mobileAppAssignment',
    intent: 'required',
    target: {
      '@odata.type': 'microsoft.graph.allLicensedUsersAssignmentTarget',
      deviceAndAppManagementAssignmentFilterId: 'Device And App Management Assignment Filter Id value',
      deviceAndAppManagementAssignmentFilterType: 'include',
    },
    settings: {
      '@odata.type': 'microsoft.graph.windowsUniversalAppXAppAssignmentSettings',
      useDeviceContext: true,
    },
    source: 'policySets',
    sourceId: 'Source Id value',
  },
};

/** What is answered to the examples: values that are typed name their types with `#`, and all properties are there. */
const answers = {
  'v1.0': {
    intent: 'required',
    target: { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' },
    settings: {
      '@odata.type': '#microsoft.graph.win32LobAppAssignmentSettings',
      notifications: 'showReboot',
      restartSettings: {
        gracePeriodInMinutes: 4,
        countdownDisplayBeforeRestartInMinutes: 6,
        restartNotificationSnoozeDurationInMinutes: 10,
      },
      installTimeSettings: {
        useLocalTime: true,
        startDateTime: '2016-12-31T23:58:46.7156189-08:00',
        deadlineDateTime: '2017-01-01T00:00:21.0378955-08:00',
      },
      deliveryOptimizationPriority: 'foreground',
      autoUpdateSettings: null,
    },
  },
  beta: {
    intent: 'required',
    target: {
      '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget',
      deviceAndAppManagementAssignmentFilterId: 'Device And App Management Assignment Filter Id value',
      deviceAndAppManagementAssignmentFilterType: 'include',
    },
    settings: {
      '@odata.type': '#microsoft.graph.windowsUniversalAppXAppAssignmentSettings',
      useDeviceContext: true,
    },
    source: 'direct',
    sourceId: null,
  },
};

describe.each(['v1.0', 'beta'] as const)('the documents’ examples of an assignment in %s', (version) => {
  it('are taken as printed, in the printed order, but for what only the server writes', async () => {
    const app = await anApp();
    const assignments = `${version}/deviceAppManagement/mobileApps/${app}/assignments`;
    const created = await gateway.call('POST', assignments, examples[version]);
    const { '@odata.context': context, '@odata.type': type, id, ...entity } = created.body;
    expect([created.status, type, entity]).toEqual([
      201,
      '#microsoft.graph.mobileAppAssignment',
      answers[version],
    ]);
    expect(JSON.stringify(entity)).toBe(JSON.stringify(answers[version]));
    const root = `${gateway.url}/${version}/$metadata#deviceAppManagement/mobileApps('${app}')/assignments`;
    expect(context).toBe(`${root}/$entity`);

    const one = `${assignments}/${String(id)}`;
    expect((await gateway.call('GET', one)).body).toEqual(created.body);
    const list = await gateway.call('GET', assignments);
    expect(list.body).toEqual({ '@odata.context': root, value: [{ '@odata.type': type, id, ...entity }] });

    await gateway.call('PATCH', one, { intent: 'uninstall', target: null, settings: null });
    const updated = await gateway.call('PATCH', one, examples[version]);
    expect([updated.status, updated.body]).toEqual([200, created.body]);
    expect((await gateway.call('DELETE', one)).status).toBe(204);
    expect((await gateway.call('GET', one)).status).toBe(404);
  });
});

describe('an assignment of an app', () => {
  it('keeps targets and settings of every type, and v1.0 shows what it knows of them', async () => {
    const assignments = `${await anApp()}/assignments`;
    const filtered = {
      deviceAndAppManagementAssignmentFilterId: null,
      deviceAndAppManagementAssignmentFilterType: 'none',
    };
    const target = { '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId: 'g' };
    const settings = {
      '@odata.type': '#microsoft.graph.winGetAppAssignmentSettings',
      notifications: 'hideAll',
      restartSettings: null,
      installTimeSettings: { useLocalTime: false, deadlineDateTime: '2026-01-02T03:04:05Z' },
    };
    const made = await make(`${beta}/${assignments}`, anAssignment({ target, settings }));
    expect(made).toMatchObject({ target: { ...target, ...filtered }, settings });
    const old = await gateway.call('GET', `${stable}/${assignments}`);
    expect(valuesOf(old)[0]).toEqual({
      '@odata.type': '#microsoft.graph.mobileAppAssignment',
      id: made['id'],
      intent: 'required',
      target,
      settings: {},
    });
  });

  it('is changed by what is sent, within a target of the same type and not in one of another', async () => {
    const assignments = `${beta}/${await anApp()}/assignments`;
    const { id } = await make(assignments, anAssignment({ target: group('a') }));
    const patch = async (body: object): Promise<unknown> =>
      (await gateway.call('PATCH', `${assignments}/${String(id)}`, body)).body['target'];
    const type = '#microsoft.graph.groupAssignmentTarget';
    const filterType = { deviceAndAppManagementAssignmentFilterType: 'exclude' };
    expect(await patch({ target: { '@odata.type': type, ...filterType } })).toMatchObject({
      groupId: 'a',
      ...filterType,
    });
    const collection = '#microsoft.graph.configurationManagerCollectionAssignmentTarget';
    expect(await patch({ target: { '@odata.type': collection, collectionId: 'c' } })).toEqual({
      '@odata.type': collection,
      deviceAndAppManagementAssignmentFilterId: null,
      deviceAndAppManagementAssignmentFilterType: 'none',
      collectionId: 'c',
    });
  });

  it.each([
    ['an intent that is none', { intent: 'install' }, /Cannot convert a primitive value/],
    ['a target without a type', { target: { groupId: 'g' } }, /AssignmentTarget' is abstract/],
    [
      'a target of a type that is none',
      { target: { '@odata.type': 'microsoft.graph.user' } },
      /named 'user'/,
    ],
    [
      'settings as a target',
      { target: { '@odata.type': 'microsoft.graph.iosLobAppAssignmentSettings' } },
      /./,
    ],
    [
      'what its target lacks',
      { target: { ...group('g'), collectionId: 'c' } },
      /'collectionId' does not exist/,
    ],
    ['an unknown property', { nope: 1 }, /'nope' does not exist/],
  ])('is refused with %s', async (_, body, message) => {
    const reply = await gateway.call('POST', `${beta}/anything/assignments`, anAssignment(body));
    expect([reply.status, messageOf(reply)]).toEqual([400, expect.stringMatching(message)]);
  });

  it('can’t have in v1.0 what only beta knows', async () => {
    const only = [
      { target: { '@odata.type': 'microsoft.graph.androidFotaDeploymentAssignmentTarget', groupId: 'g' } },
      { target: { ...group('g'), deviceAndAppManagementAssignmentFilterType: 'none' } },
      { settings: { '@odata.type': 'microsoft.graph.macOsVppAppAssignmentSettings' } },
      { source: 'direct' },
    ];
    for (const body of only) {
      const reply = await gateway.call('POST', `${stable}/anything/assignments`, anAssignment(body));
      expect([body, reply.status]).toEqual([body, 400]);
    }
  });

  it('needs its app', async () => {
    const reply = await gateway.call('POST', `${beta}/nobody/assignments`, anAssignment());
    expect([reply.status, messageOf(reply)]).toEqual([404, expect.stringMatching(/App with id 'nobody'/)]);
  });
});

describe('whether an app is assigned', () => {
  it('follows its assignments as they come and go, in either version, and no other app’s', async () => {
    const [app, other] = [await anApp(), await anApp()];
    await make(`${stable}/${app}/assignments`, anAssignment({ id: 'one' }));
    const first = await gateway.call('GET', `${beta}/${app}`);
    expect([first.body['isAssigned'], await isAssigned(other)]).toEqual([true, false]);
    await make(`${beta}/${app}/assignments`, anAssignment({ id: 'two' }));
    const second = await gateway.call('GET', `${beta}/${app}`);
    expect([second.body, second.headers.get('etag')]).toEqual([first.body, first.headers.get('etag')]);
    await gateway.call('DELETE', `${beta}/${app}/assignments/one`);
    expect(await isAssigned(app)).toBe(true);
    await gateway.call('DELETE', `${stable}/${app}/assignments/two`);
    const last = await gateway.call('GET', `${beta}/${app}`);
    expect(last.body).toEqual({ ...first.body, isAssigned: false });
    expect(last.headers.get('etag')).not.toBe(first.headers.get('etag'));
  });

  it('is known when an app is made with assignments, whose tag is the one that is answered', async () => {
    const assignments = [anAssignment({ id: 'a' }), anAssignment({ id: 'b', target: group('g') })];
    const made = await gateway.call('POST', beta, aMobileApp({ id: 'deep', assignments }));
    expect(made.body).toMatchObject({ isAssigned: true, assignments: [{ id: 'a' }, { target: group('g') }] });
    expect((await gateway.call('POST', beta, aMobileApp({ assignments: [] }))).body['isAssigned']).toBe(
      false,
    );
    const quiet = { Prefer: 'return=minimal' };
    const minimal = await gateway.call('POST', beta, aMobileApp({ id: 'quiet', assignments }), quiet);
    const tags = [made, minimal].map(({ headers }) => headers.get('etag'));
    const got = ['deep', 'quiet'].map((id) => gateway.call('GET', `${beta}/${id}`));
    expect((await Promise.all(got)).map(({ headers }) => headers.get('etag'))).toEqual(tags);
  });

  it('stays as it is when a write is refused', async () => {
    const app = await anApp();
    await make(`${beta}/${app}/assignments`, anAssignment({ id: 'one' }));
    expect(
      (await gateway.call('POST', `${beta}/${app}/assignments`, anAssignment({ id: 'one' }))).status,
    ).toBe(409);
    expect((await gateway.call('DELETE', `${beta}/${app}/assignments/two`)).status).toBe(404);
    expect(await isAssigned(app)).toBe(true);
  });

  it('follows also what is written behind a navigation', async () => {
    const app = await anApp({ deviceStatuses: [{ id: 'there' }] });
    const behind = (status: string): string => `${beta}/${app}/deviceStatuses/${status}/app/assignments`;
    const nowhere = await gateway.call('POST', behind('nobody'), anAssignment({ id: 'one' }));
    expect([nowhere.status, await isAssigned(app)]).toEqual([404, false]);
    await make(behind('there'), anAssignment({ id: 'one' }));
    expect(await isAssigned(app)).toBe(true);
    expect((await gateway.call('DELETE', `${behind('there')}/one`)).status).toBe(204);
    expect(await isAssigned(app)).toBe(false);
  });

  it('is false when the last two assignments are deleted at the same time, 20 times of 20', async () => {
    const assignments = [anAssignment({ id: 'one' }), anAssignment({ id: 'two' })];
    for (let round = 0; round < 20; round++) {
      const app = await anApp({ assignments });
      const deletes = ['one', 'two'].map((id) => gateway.call('DELETE', `${beta}/${app}/assignments/${id}`));
      expect((await Promise.all(deletes)).map(({ status }) => status)).toEqual([204, 204]);
      expect(await isAssigned(app)).toBe(false);
    }
  });
});

describe('assignments are found', () => {
  it('with their app, and their app by them', async () => {
    const category = await make('beta/deviceAppManagement/mobileAppCategories', { displayName: 'Tools' });
    const app = await anApp({
      publisher: 'Found',
      'categories@odata.bind': [`deviceAppManagement/mobileAppCategories/${String(category['id'])}`],
      assignments: [
        anAssignment({ id: 'all' }),
        anAssignment({ id: 'some', intent: 'available', target: group('g') }),
      ],
    });
    const whole = await gateway.call('GET', `${beta}/${app}?$expand=assignments,categories`);
    expect(whole.body).toMatchObject({
      '@odata.context': expect.stringMatching(/mobileApps\(assignments\(\),categories\(\)\)\/\$entity$/),
      assignments: [{ id: 'all' }, { id: 'some', target: group('g') }],
      categories: [{ displayName: 'Tools' }],
    });
    const options = "$select=id;$filter=intent eq 'available'";
    const nested = await gateway.call('GET', `${beta}/${app}?$select=id&$expand=assignments(${options})`);
    expect(nested.body['assignments']).toEqual([
      { '@odata.type': '#microsoft.graph.mobileAppAssignment', id: 'some' },
    ]);

    await anApp({ publisher: 'Found' });
    const found = async (filter: string): Promise<unknown[]> =>
      valuesOf(
        await gateway.call('GET', `${beta}?$select=id&$filter=publisher eq 'Found' and ${filter}`),
      ).map(({ id }) => id);
    expect(await found("assignments/any(a:a/intent eq 'required')")).toEqual([app]);
    expect(await found("assignments/any(a:a/intent eq 'uninstall')")).toEqual([]);
    expect(await found('isAssigned eq true')).toEqual([app]);
    expect(await found("isof('microsoft.graph.iosStoreApp') and isAssigned eq true")).toEqual([app]);
  });

  it('by their targets, whose type is asked for or stepped through', async () => {
    const targets = {
      all: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' },
      without: { '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId: 'G' },
      group: group('g'),
      other: group('h'),
    };
    const assignments = Object.entries(targets).map(([id, target]) => anAssignment({ id, target }));
    const app = await anApp({ publisher: 'Targets', assignments });
    const found = async (version: string, filter: string): Promise<unknown[]> =>
      valuesOf(await gateway.call('GET', `${version}/${app}/assignments?$select=id&$filter=${filter}`)).map(
        ({ id }) => id,
      );
    const type = 'microsoft.graph.groupAssignmentTarget';
    for (const version of [beta, stable]) {
      expect(await found(version, `isof(target,'${type}')`)).toEqual(['group', 'other', 'without']);
      expect(await found(version, `target/${type}/groupId eq 'g'`)).toEqual(['group', 'without']);
      expect(await found(version, `not isof(target,'${type}')`)).toEqual(['all']);
    }
    const within = `publisher eq 'Targets' and assignments/any(a:a/target/${type}/groupId eq`;
    expect(valuesOf(await gateway.call('GET', `${stable}?$filter=${within} 'h')`))).toMatchObject([
      { id: app },
    ]);
    expect(valuesOf(await gateway.call('GET', `${stable}?$filter=${within} 'i')`))).toEqual([]);
  });
});
