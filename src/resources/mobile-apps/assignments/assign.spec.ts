import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Reply, startTestGateway, type TestGateway } from '../../../../test/support/gateway.js';
import { limits } from '../../../odata/limits.js';
import { aMobileApp } from '../mobile-app.builder.js';
import { anAssignment } from './assignment.builder.js';

const beta = 'beta/deviceAppManagement/mobileApps';
const stable = 'v1.0/deviceAppManagement/mobileApps';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

const messageOf = ({ body }: Reply): string => (body['error'] as { message: string }).message;

/** A fresh app with these assignments. */
async function anApp(...ids: string[]): Promise<string> {
  const assignments = ids.map((id) => anAssignment({ id }));
  const reply = await gateway.call('POST', beta, aMobileApp({ assignments }));
  expect(reply.status).toBe(201);
  return String(reply.body['id']);
}

const assign = (path: string, mobileAppAssignments: unknown): Promise<Reply> =>
  gateway.call('POST', path, { mobileAppAssignments });

/** What an app is assigned to, by ids and intents, and whether it says so. */
async function assigned(app: string): Promise<unknown[]> {
  const { body } = await gateway.call('GET', `${beta}/${app}?$expand=assignments`);
  const assignments = body['assignments'] as { id: string; intent: string }[];
  return [body['isAssigned'], ...assignments.map(({ id, intent }) => `${id} ${intent}`)];
}

const three = ['1', '2', '3'];
const named = (name: string): object[] => three.map((id) => anAssignment({ id: `${name}${id}` }));
const whole = (name: string): unknown[] => [true, ...three.map((id) => `${name}${id} required`)];

describe('assign', () => {
  it('replaces all assignments of an app, in either version', async () => {
    const [app, other] = [await anApp('old', 'kept'), await anApp('old')];
    const assignments = [anAssignment({ id: 'kept', intent: 'available' }), anAssignment({ id: 'new' })];
    const reply = await assign(`${stable}/${app}/assign`, assignments);
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect(await assigned(app)).toEqual([true, 'kept available', 'new required']);
    expect((await assign(`${beta}/${app}/assign`, [])).status).toBe(204);
    expect([await assigned(app), await assigned(other)]).toEqual([[false], [true, 'old required']]);
    expect(
      (await assign(`${beta}/${app}/assign`, [{ '@odata.type': 'microsoft.graph.mobileAppAssignment' }]))
        .status,
    ).toBe(204);
    expect(await assigned(app)).toEqual([true, expect.stringMatching(/^[0-9a-f-]{36} available$/)]);
  });

  it('takes the document’s example of beta, which names abstract types', async () => {
    const app = await anApp();
    const example = {
      '@odata.type': '#microsoft.graph.mobileAppAssignment',
      id: '591620b7-20b7-5916-b720-1659b7201659',
      intent: 'required',
      target: { '@odata.type': 'microsoft.graph.deviceAndAppManagementAssignmentTarget' },
      settings: { '@odata.type': 'microsoft.graph.mobileAppAssignmentSettings' },
    };
    expect((await assign(`${beta}/${app}/assign`, [example])).status).toBe(204);
    const { body } = await gateway.call('GET', `${beta}/${app}/assignments/${example.id}`);
    expect(body).toMatchObject({
      id: example.id,
      intent: 'required',
      target: {
        deviceAndAppManagementAssignmentFilterId: null,
        deviceAndAppManagementAssignmentFilterType: 'none',
      },
      settings: {},
    });
  });

  it('is spelled in many ways, each of which requires what it names', async () => {
    const app = await anApp();
    for (const set of ['deviceStatuses', 'userStatuses'])
      await gateway.call('POST', `${beta}/${app}/${set}`, { id: 'there' });
    const spellings = [
      `/${app}/assign`,
      `('${app}')/Assign`,
      `/${app}/microsoft.graph.assign`,
      `/${app}/graph.assign`,
      `/${app}/microsoft.graph.mobileApp/assign`,
      `/${app}/microsoft.graph.iosStoreApp/microsoft.graph.assign`,
      `/${app}/deviceStatuses/there/app/assign`,
      `/${app}/userStatuses('there')/app/microsoft.graph.assign`,
    ];
    for (const [index, spelling] of spellings.entries()) {
      const { status } = await assign(`${beta}${spelling}`, [anAssignment({ id: `by ${index}` })]);
      expect([spelling, status, await assigned(app)]).toEqual([
        spelling,
        204,
        [true, `by ${index} required`],
      ]);
    }
    for (const wrong of [
      'microsoft.graph.win32LobApp',
      'deviceStatuses/nobody/app',
      'userStatuses/nobody/app',
    ]) {
      const { status } = await assign(`${beta}/${app}/${wrong}/assign`, []);
      expect([wrong, status, await assigned(app)]).toEqual([wrong, 404, [true, 'by 7 required']]);
    }
  });

  it('needs its app', async () => {
    for (const assignments of [[], [anAssignment()]]) {
      const reply = await assign(`${beta}/nobody/assign`, assignments);
      expect([reply.status, messageOf(reply)]).toEqual([404, expect.stringMatching(/App with id 'nobody'/)]);
    }
  });

  const tooMany = Array.from({ length: limits.deepInsert + 1 }, () => ({}));

  it.each([
    ['nothing', {}, 400, /'mobileAppAssignments' is not valid: it is missing/],
    ['null', { mobileAppAssignments: null }, 400, /it is missing/],
    ['no list', { mobileAppAssignments: {} }, 400, /it is not a list/],
    [
      'what is no entity',
      { mobileAppAssignments: [anAssignment(), null] },
      400,
      /'StartObject' node was expected/,
    ],
    ['the configurations’ parameter', { assignments: [] }, 400, /'assignments' in the request payload/],
    [
      'an unknown member',
      { mobileAppAssignments: [anAssignment({ nope: 1 })] },
      400,
      /'nope' does not exist/,
    ],
    ['a wrong value', { mobileAppAssignments: [{ intent: 'x' }] }, 400, /Cannot convert/],
    [
      'another type',
      { mobileAppAssignments: [anAssignment({ '@odata.type': '#microsoft.graph.user' })] },
      400,
      /named 'user'/,
    ],
    [
      'one id twice',
      { mobileAppAssignments: [anAssignment({ id: 'x' }), anAssignment({ id: 'x' })] },
      409,
      /already exists/,
    ],
    ['too many', { mobileAppAssignments: tooMany }, 400, /more than/],
  ])('changes nothing when it is given %s', async (_, body, status, message) => {
    const app = await anApp('old');
    const reply = await gateway.call('POST', `${beta}/${app}/assign`, body);
    expect([reply.status, messageOf(reply)]).toEqual([status, expect.stringMatching(message)]);
    expect(await assigned(app)).toEqual([true, 'old required']);
  });

  it('is for those who may write', async () => {
    const app = await anApp('old');
    const token = await gateway.tokenFor({ roles: ['DeviceManagementApps.Read.All'] });
    const body = { mobileAppAssignments: [] };
    const reply = await gateway.call('POST', `${beta}/${app}/assign`, body, {
      Authorization: `Bearer ${token}`,
    });
    expect([reply.status, await assigned(app)]).toEqual([403, [true, 'old required']]);
  });

  it('at the same time as another leaves one’s assignments, whole, 20 times of 20', async () => {
    const app = await anApp('old');
    for (let round = 0; round < 20; round++) {
      const both = ['a', 'b'].map((name) => assign(`${beta}/${app}/assign`, named(`${round}${name}`)));
      expect((await Promise.all(both)).map(({ status }) => status)).toEqual([204, 204]);
      expect([whole(`${round}a`), whole(`${round}b`)]).toContainEqual(await assigned(app));
    }
  });
});
