import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Reply, startTestGateway, type TestGateway } from '../../../../test/support/gateway.js';
import { aConfiguration } from '../configuration.builder.js';

const beta = 'beta/deviceAppManagement/mobileAppConfigurations';
const stable = 'v1.0/deviceAppManagement/mobileAppConfigurations';
const type = '#microsoft.graph.managedDeviceMobileAppConfigurationAssignment';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.close());

const messageOf = ({ body }: Reply): string => (body['error'] as { message: string }).message;

const everyone = { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' };
const group = (groupId: string): Record<string, unknown> => ({
  '@odata.type': '#microsoft.graph.groupAssignmentTarget',
  groupId,
});

/** A fresh configuration that is assigned to groups of these names. */
async function aConfigurationFor(...groups: string[]): Promise<string> {
  const assignments = groups.map((name) => ({ id: name, target: group(name) }));
  const reply = await gateway.call('POST', beta, aConfiguration({ assignments }));
  expect(reply.status).toBe(201);
  return String(reply.body['id']);
}

async function assigned(configuration: string): Promise<string[]> {
  const { body } = await gateway.call('GET', `${stable}/${configuration}/assignments`);
  return (body['value'] as { id: string; target: unknown }[]).map(
    ({ id, target }) => `${id} ${JSON.stringify(target)}`,
  );
}
const shown = (id: string, target: object): string => `${id} ${JSON.stringify(target)}`;

describe('the assignments of a configuration', () => {
  it.each([
    ['v1.0', {}],
    [
      'beta',
      {
        deviceAndAppManagementAssignmentFilterId: 'Device And App Management Assignment Filter Id value',
        deviceAndAppManagementAssignmentFilterType: 'include',
      },
    ],
  ])('take the documents’ examples of %s as printed', async (version, filter) => {
    const collection = `${version}/deviceAppManagement/mobileAppConfigurations/${await aConfigurationFor()}/assignments`;
    // The documents print the type without the `#` that the wire has.
    const sent = { '@odata.type': type, target: { ...everyone, ...filter } };
    const printed = { ...sent, target: { ...sent.target, '@odata.type': everyone['@odata.type'].slice(1) } };
    const created = await gateway.call('POST', collection, printed);
    const { '@odata.context': context, id, ...entity } = created.body;
    expect([created.status, entity]).toEqual([201, sent]);
    const configuration = collection.split('/').at(-2);
    expect(context).toBe(
      `${gateway.url}/${version}/$metadata#deviceAppManagement/mobileAppConfigurations('${configuration}')/assignments/$entity`,
    );
    const one = `${collection}/${String(id)}`;
    await gateway.call('PATCH', one, { target: null });
    expect((await gateway.call('PATCH', one, printed)).body).toEqual(created.body);
    expect((await gateway.call('GET', collection)).body['value']).toEqual([{ ...sent, id }]);
    expect((await gateway.call('DELETE', one)).status).toBe(204);
    expect(await assigned(String(configuration))).toEqual([]);
  });

  it('are replaced by assign, in every spelling', async () => {
    const [configuration, other] = [await aConfigurationFor('a', 'b'), await aConfigurationFor('a')];
    const spellings = [
      `${stable}/${configuration}/assign`,
      `${stable}('${configuration}')/microsoft.graph.assign`,
      `${beta}/${configuration}/microsoft.graph.managedDeviceMobileAppConfiguration/assign`,
      `${beta}/${configuration}/microsoft.graph.iosMobileAppConfiguration/microsoft.graph.assign`,
    ];
    for (const [index, spelling] of spellings.entries()) {
      const assignments = [{ '@odata.type': type, id: `${index}`, target: everyone }];
      const reply = await gateway.call('POST', spelling, { assignments });
      expect([spelling, reply.status, await assigned(configuration)]).toEqual([
        spelling,
        204,
        [shown(`${index}`, everyone)],
      ]);
    }
    expect(await assigned(other)).toEqual([shown('a', group('a'))]);
    const wrong = `${beta}/${configuration}/microsoft.graph.androidManagedStoreAppConfiguration/assign`;
    expect((await gateway.call('POST', wrong, { assignments: [] })).status).toBe(404);
    expect((await gateway.call('POST', `${stable}/nobody/assign`, { assignments: [] })).status).toBe(404);
    expect(await assigned(configuration)).toEqual([shown('3', everyone)]);
    expect((await gateway.call('POST', `${beta}/${configuration}/assign`, { assignments: [] })).status).toBe(
      204,
    );
    expect(await assigned(configuration)).toEqual([]);
  });

  it.each([
    ['nothing', {}, 400, /'assignments' is not valid: it is missing/],
    [
      'the apps’ parameter',
      { mobileAppAssignments: [] },
      400,
      /'mobileAppAssignments' in the request payload/,
    ],
    ['an intent', { assignments: [{ intent: 'required' }] }, 400, /'intent' does not exist/],
    ['one id twice', { assignments: [{ id: 'x' }, { id: 'x' }] }, 409, /already exists/],
  ])('stay when assign is given %s', async (_, body, status, message) => {
    const configuration = await aConfigurationFor('a');
    const reply = await gateway.call('POST', `${stable}/${configuration}/assign`, body);
    expect([reply.status, messageOf(reply)]).toEqual([status, expect.stringMatching(message)]);
    expect(await assigned(configuration)).toEqual([shown('a', group('a'))]);
  });

  it('are expanded with it, and it is found by them', async () => {
    const configuration = await aConfigurationFor('here');
    const { body } = await gateway.call('GET', `${beta}/${configuration}?$expand=assignments`);
    expect(body['assignments']).toMatchObject([{ id: 'here', target: group('here') }]);
    const filter = "assignments/any(a:a/id eq 'here')";
    const found = await gateway.call('GET', `${beta}?$filter=${filter}&$select=id`);
    expect(found.body['value']).toMatchObject([{ id: configuration }]);
  });
});
