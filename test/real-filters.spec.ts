import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from './support/gateway.js';

const apps = 'beta/deviceAppManagement/mobileApps';
let gateway: TestGateway;

const type = (name: string): object => ({ '@odata.type': `#microsoft.graph.${name}` });

beforeAll(async () => {
  gateway = await startTestGateway();
  const target = { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' };
  for (const body of [
    { id: 'office', ...type('officeSuiteApp'), displayName: 'Office' },
    { id: 'setup', ...type('win32LobApp'), displayName: 'Setup', assignments: [{ target }] },
    { id: 'tool', ...type('win32LobApp'), displayName: 'Tool' },
    { id: 'managed', ...type('managedIOSLobApp'), displayName: "Ada's" },
    { id: 'store', ...type('managedAndroidStoreApp'), displayName: 'Store' },
  ])
    expect((await gateway.call('POST', apps, body)).status).toBe(201);
  const category = { '@odata.id': 'deviceAppManagement/mobileAppCategories/c' };
  await gateway.call('POST', 'beta/deviceAppManagement/mobileAppCategories', {
    id: 'c',
    displayName: 'Tools',
  });
  expect((await gateway.call('POST', `${apps}/setup/categories/$ref`, category)).status).toBe(204);
  await gateway.call('PATCH', `${apps}/setup/installSummary`, { installedDeviceCount: 3 });
});

afterAll(() => gateway.close());

const idsOf = ({ body }: { body: Record<string, unknown> }): unknown[] =>
  (body['value'] as { id: unknown }[]).map(({ id }) => id);

/** As scripts and providers that are in use send them, spaces escaped or not. */
describe('the filters of the field', () => {
  it.each([
    ["isof('microsoft.graph.win32LobApp')", ['setup', 'tool']],
    ["isof('microsoft.graph.win32LobApp') and isAssigned eq true", ['setup']],
    [
      "(isof('microsoft.graph.win32LobApp') or isof('microsoft.graph.officeSuiteApp')) and " +
        "(microsoft.graph.managedApp/appAvailability eq null or microsoft.graph.managedApp/appAvailability eq 'lineOfBusiness' or isAssigned eq true)",
      ['office', 'setup', 'tool'],
    ],
    [
      "microsoft.graph.managedApp/appAvailability eq null or microsoft.graph.managedApp/appAvailability eq 'lineOfBusiness' or isAssigned eq true",
      ['managed', 'office', 'setup', 'tool'],
    ],
    ["displayName eq 'Ada''s'", ['managed']],
    ["id eq 'tool'", ['tool']],
    ['isAssigned eq true', ['setup']],
    ["isAssigned eq false and publishingState ne 'published'", ['managed', 'tool']],
    ["startswith(displayName,'s') and contains(displayName,'TO')", ['store']],
  ])('%s', async (filter, ids) => {
    const reply = await gateway.call('GET', `${apps}?$filter=${encodeURIComponent(filter)}`);
    expect([reply.status, idsOf(reply)]).toEqual([200, ids]);
  });

  it('come with what they expand', async () => {
    const { status, body } = await gateway.call('GET', `${apps}/setup?$expand=assignments,categories`);
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        '@odata.context': `${gateway.url}/beta/$metadata#deviceAppManagement/mobileApps(assignments(),categories())/$entity`,
        assignments: [
          expect.objectContaining({
            target: expect.objectContaining({ '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' }),
          }),
        ],
        categories: [expect.objectContaining({ displayName: 'Tools' })],
      }),
    ]);
    const listed = await gateway.call(
      'GET',
      `${apps}?$expand=installSummary&$select=id,displayName&$filter=isAssigned eq true`,
    );
    expect(listed.body['value']).toEqual([
      {
        '@odata.type': '#microsoft.graph.win32LobApp',
        id: 'setup',
        displayName: 'Setup',
        installSummary: expect.objectContaining({ installedDeviceCount: 3, failedUserCount: 0 }),
      },
    ]);
    const nested = await gateway.call(
      'GET',
      `${apps}?$filter=isof('microsoft.graph.win32LobApp')&$expand=assignments($select=intent;$filter=isof(target,'microsoft.graph.allDevicesAssignmentTarget'))&$select=id`,
    );
    expect(nested.body['value']).toMatchObject([
      { id: 'setup', assignments: [{ intent: 'available' }] },
      { id: 'tool', assignments: [] },
    ]);
  });
});
