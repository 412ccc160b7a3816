import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { GraphModel } from '../graph/graph-model.js';
import { type ApiVersion, apiVersions, type GraphVersion, graphVersions } from '../odata/edm.js';
import { templateOf } from '../odata/entity-set.js';
import type { CsdlOperation, CsdlParameter } from '../odata/metadata/csdl.js';
import { csdlJson } from '../odata/metadata/csdl-json.js';
import { csdlXml } from '../odata/metadata/csdl-xml.js';
import { openApi } from '../odata/metadata/openapi.js';
import { serviceDocument } from '../odata/metadata/service-document.js';
import { resources } from './index.js';

const { sets, operations } = new GraphModel(resources);
const xmlOf = (version: ApiVersion): string => csdlXml(csdlJson(sets, version, operations));

/**
 * Every type, property, navigation and member of a CSDL document as a line, such as
 * `Property mobileApp owner Type=Edm.String`: the owner's name, the own name, and the attributes in their order.
 */
function facts(xml: string): string[] {
  let owner = '';
  const lines: string[] = [];
  for (const [, element = '', rest = ''] of xml.matchAll(/<(\w+)((?: \w+="[^"]*")+)/g)) {
    const attributes = [...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]);
    const [[, name], ...others] = attributes as [[string, string], ...string[][]];
    const isType = element.endsWith('Type');
    if (isType) owner = name;
    const text = [element, ...(isType ? [] : [owner]), name, ...others.map((pair) => pair.join('='))];
    if (/Type$|Property$|^Member$/.test(element)) lines.push(text.join(' '));
  }
  return lines;
}

/** What we show and the slice doesn't: beta's slice is of July 2021. */
const younger: Readonly<Record<GraphVersion, readonly string[]>> = {
  'v1.0': [],
  beta: [
    // Of assignments: what documents and Microsoft's typings of today have.
    'EnumType androidManagedStoreAutoUpdateMode',
    'Member androidManagedStoreAutoUpdateMode default Value=0',
    'Member androidManagedStoreAutoUpdateMode postponed Value=1',
    'Member androidManagedStoreAutoUpdateMode priority Value=2',
    'Member androidManagedStoreAutoUpdateMode unknownFutureValue Value=3',
    // Of relationships: what today's documents and Microsoft's typings have.
    'Member mobileAppDependencyType unknownFutureValue Value=2',
    'Member mobileAppRelationshipType unknownFutureValue Value=2',
    'Member mobileAppSupersedenceType unknownFutureValue Value=2',
    // Supersedence came to install states later: the document of mobileAppInstallStatus prints all of these.
    'Member resultantAppStateDetail supersedingAppsNotApplicable Value=-1016',
    'Member resultantAppStateDetail supersededAppUninstallFailed Value=5',
    'Member resultantAppStateDetail supersededAppUninstallPendingReboot Value=6',
    'Member resultantAppStateDetail removingSupersededApps Value=7',
    'Member resultantAppStateDetail uninstallPendingReboot Value=1003',
    'Member resultantAppStateDetail supersedingAppsDetected Value=1004',
    'Member resultantAppStateDetail supersededAppsDetected Value=1005',
    'Member resultantAppStateDetail untargetedSupersedingAppsDetected Value=3004',
    'Member resultantAppStateDetail appRemovedBySupersedence Value=3005',
    // Of assignments: what documents and Microsoft's typings of today have.
    'EnumType win32LobAutoUpdateSupersededAppsState',
    'Member win32LobAutoUpdateSupersededAppsState notConfigured Value=0',
    'Member win32LobAutoUpdateSupersededAppsState enabled Value=1',
    'Member win32LobAutoUpdateSupersededAppsState unknownFutureValue Value=2',
    'EnumType winGetAppNotification',
    'Member winGetAppNotification showAll Value=0',
    'Member winGetAppNotification showReboot Value=1',
    'Member winGetAppNotification hideAll Value=2',
    'Member winGetAppNotification unknownFutureValue Value=3',
    'ComplexType androidFotaDeploymentAssignmentTarget BaseType=graph.deviceAndAppManagementAssignmentTarget',
    'Property androidFotaDeploymentAssignmentTarget groupId Type=Edm.String Nullable=false',
    'Property androidManagedStoreAppAssignmentSettings autoUpdateMode Type=graph.androidManagedStoreAutoUpdateMode Nullable=false',
    'ComplexType iosDdmLobAppAssignmentSettings BaseType=graph.mobileAppAssignmentSettings',
    'Property iosDdmLobAppAssignmentSettings associatedDomains Type=Collection(Edm.String)',
    'Property iosDdmLobAppAssignmentSettings associatedDomainsDirectDownloadAllowed Type=Edm.Boolean',
    'Property iosDdmLobAppAssignmentSettings preventManagedAppBackup Type=Edm.Boolean',
    'Property iosDdmLobAppAssignmentSettings tapToPayScreenLockEnabled Type=Edm.Boolean',
    'Property iosDdmLobAppAssignmentSettings vpnConfigurationId Type=Edm.String',
    'Property iosLobAppAssignmentSettings preventManagedAppBackup Type=Edm.Boolean',
    // iOS 15 is of September 2021; v1.0's slice, of 2026, has it.
    'Property iosMinimumOperatingSystem v15_0 Type=Edm.Boolean Nullable=false',
    // Of assignments: what documents and Microsoft's typings of today have.
    'Property iosStoreAppAssignmentSettings preventManagedAppBackup Type=Edm.Boolean',
    'Property iosVppAppAssignmentSettings preventManagedAppBackup Type=Edm.Boolean',
    'Property iosVppAppAssignmentSettings preventAutoAppUpdate Type=Edm.Boolean',
    'Property macOsVppAppAssignmentSettings preventManagedAppBackup Type=Edm.Boolean',
    'Property macOsVppAppAssignmentSettings preventAutoAppUpdate Type=Edm.Boolean',
    'ComplexType win32CatalogAppAssignmentSettings BaseType=graph.win32LobAppAssignmentSettings',
    'Property win32LobAppAssignmentSettings autoUpdateSettings Type=graph.win32LobAppAutoUpdateSettings',
    'ComplexType win32LobAppAutoUpdateSettings',
    'Property win32LobAppAutoUpdateSettings autoUpdateSupersededAppsState Type=graph.win32LobAutoUpdateSupersededAppsState Nullable=false',
    'ComplexType winGetAppAssignmentSettings BaseType=graph.mobileAppAssignmentSettings',
    'Property winGetAppAssignmentSettings notifications Type=graph.winGetAppNotification Nullable=false',
    'Property winGetAppAssignmentSettings restartSettings Type=graph.winGetAppRestartSettings',
    'Property winGetAppAssignmentSettings installTimeSettings Type=graph.winGetAppInstallTimeSettings',
    'ComplexType winGetAppInstallTimeSettings',
    'Property winGetAppInstallTimeSettings useLocalTime Type=Edm.Boolean Nullable=false',
    'Property winGetAppInstallTimeSettings deadlineDateTime Type=Edm.DateTimeOffset Nullable=false',
    'ComplexType winGetAppRestartSettings',
    'Property winGetAppRestartSettings gracePeriodInMinutes Type=Edm.Int32 Nullable=false',
    'Property winGetAppRestartSettings countdownDisplayBeforeRestartInMinutes Type=Edm.Int32 Nullable=false',
    'Property winGetAppRestartSettings restartNotificationSnoozeDurationInMinutes Type=Edm.Int32',
    // In the document of beta's androidManagedStoreAppConfiguration, and in Microsoft's typings of both.
    'Property androidForWorkMobileAppConfiguration connectedAppsEnabled Type=Edm.Boolean Nullable=false',
    'Property androidManagedStoreAppConfiguration connectedAppsEnabled Type=Edm.Boolean Nullable=false',
    // Of relationships: what today's documents have, and v1.0's slice of 2026.
    'Property mobileAppRelationship targetPublisherDisplayName Type=Edm.String',
    'Property mobileAppRelationship sourceId Type=Edm.String',
    'Property mobileAppRelationship sourceDisplayName Type=Edm.String',
    'Property mobileAppRelationship sourceDisplayVersion Type=Edm.String',
    'Property mobileAppRelationship sourcePublisherDisplayName Type=Edm.String',
    // In the documents of beta's win32LobApp and in Microsoft's typings of today.
    'Property win32LobApp allowAvailableUninstall Type=Edm.Boolean Nullable=false',
  ],
};

/** What the slice shows and we don't, of what is otherwise whole. */
const missing: Readonly<Record<GraphVersion, readonly string[]>> = {
  'v1.0': [],
  // v1.0 has no such member, and an enum of ours has the same members in all versions.
  beta: ['Member windowsArchitecture arm64 Value=16'],
};

/** Documented whole, so that nothing of these may be missing; of the other entity types we serve a part. */
const documented = new Set([
  'mobileAppInstallStatus',
  'userAppInstallStatus',
  'managedDeviceMobileAppConfigurationDeviceStatus',
  'managedDeviceMobileAppConfigurationUserStatus',
  'managedDeviceMobileAppConfigurationDeviceSummary',
  'managedDeviceMobileAppConfigurationUserSummary',
  'iosMobileAppConfiguration',
  'androidManagedStoreAppConfiguration',
  'androidForWorkMobileAppConfiguration',
  'mobileAppCategory',
]);

const slices: Readonly<Record<GraphVersion, string>> = {
  'v1.0': '../shared/reference/csdl-v1.0-apps.xml',
  beta: '../shared/reference/csdl-beta-2021-07-apps.xml',
};

describe.each(graphVersions)('the description of %s', (version) => {
  const slice = slices[version];
  const xml = xmlOf(version);
  const itWithSlice = existsSync(slice) ? it : it.skip;

  itWithSlice(`says what Microsoft’s own does (needs ${slice})`, () => {
    const theirs = new Set(facts(readFileSync(slice, 'utf8')));
    expect(facts(xml).filter((fact) => !theirs.has(fact))).toEqual(younger[version]);
  });

  itWithSlice(`has enums, complex types and status types whole (needs ${slice})`, () => {
    const ours = facts(xml);
    const whole = ours.flatMap((fact) => {
      const [element, name = ''] = fact.split(' ');
      return element === 'EnumType' || element === 'ComplexType' || documented.has(name) ? [name] : [];
    });
    const expected = facts(readFileSync(slice, 'utf8')).filter((fact) =>
      whole.includes(fact.split(' ')[1] ?? ''),
    );
    expect(expected.filter((fact) => !ours.includes(fact))).toEqual(missing[version]);
    expect(expected.length).toBeGreaterThan(30);
  });
});

describe.each(apiVersions)('the description of %s', (version) => {
  const xml = xmlOf(version);

  it('declares every type that it names', () => {
    const declared = new Set([...xml.matchAll(/<\w+Type Name="(\w+)"/g)].map(([, name]) => name));
    const named = [...xml.matchAll(/="(?:Collection\()?graph\.(\w+)\)?"/g)].map(([, name]) => name);
    expect(named.filter((name) => !declared.has(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(10);
  });

  it('has the singleton that all paths start with as its only root', () => {
    expect(serviceDocument(sets, version, 'http://localhost').value).toEqual([
      { name: 'deviceAppManagement', kind: 'Singleton', url: 'deviceAppManagement' },
    ]);
  });

  it('has a path with its keys declared for every set, and every schema that it refers to', () => {
    const service = { release: '0', base: 'http://localhost', discovery: '', queryOptions: [] };
    const { paths, components } = openApi(sets, version, service);
    const shown = sets.filter((set) => set.versions.includes(version));
    const app = 'deviceAppManagement/mobileApps/{mobileAppId}/categories';
    const links = [app, `${app}/$ref`, `${app}/{mobileAppCategoryId}/$ref`];
    const references = shown.flatMap((set) =>
      set.references.map(({ name }) => `${templateOf(set)}/{${set.type.name}Id}/${name}`),
    );
    expect(Object.keys(paths).filter((path) => !path.endsWith('}'))).toEqual(
      [...shown.map(templateOf), ...links, ...references].map((route) => `/${route}`).toSorted(),
    );
    for (const [path, { parameters }] of Object.entries(paths)) {
      expect(parameters.map(({ name }) => `{${String(name)}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
    }
    for (const [, name = ''] of JSON.stringify(paths).matchAll(/schemas\/([\w.]+)"/g)) {
      expect(components.schemas).toHaveProperty([name]);
    }
  });
});

const nameOf = ({ $Name = '', $Type = 'String', $Collection }: CsdlParameter): string =>
  `${$Name}:${$Type.replace(/^(graph|Edm)\./, '')}${$Collection ? '[]' : ''}`;

/** An action or function as a line: what it is bound to, its name, what it takes and what it answers. */
function invocations(version: ApiVersion): string[] {
  const schema = csdlJson(sets, version, operations)['microsoft.graph'];
  return Object.entries(schema).flatMap(([name, overloads]) =>
    (Array.isArray(overloads) ? (overloads as CsdlOperation[]) : []).map((overload) => {
      const [binding = {}, ...parameters] = overload.$Parameter;
      const returned = overload.$ReturnType ? nameOf(overload.$ReturnType) : '';
      const owner = nameOf(binding).replace('bindingParameter:', '');
      return `${overload.$Kind} ${owner} ${name}(${parameters.map(nameOf).join(', ')})${returned}`;
    }),
  );
}

describe('the actions and functions', () => {
  it('of v1.0 assign apps and configurations', () => {
    expect(invocations('v1.0')).toEqual([
      'Action managedDeviceMobileAppConfiguration assign(assignments:managedDeviceMobileAppConfigurationAssignment[])',
      'Action mobileApp assign(mobileAppAssignments:mobileAppAssignment[])',
    ]);
  });

  it('of beta are those of its documents', () => {
    expect(invocations('beta')).toEqual([
      'Action managedDeviceMobileAppConfiguration assign(assignments:managedDeviceMobileAppConfigurationAssignment[])',
      'Action mobileApp assign(mobileAppAssignments:mobileAppAssignment[])',
      'Function mobileApp[] getMobileAppCount(status:String):Int64',
      'Function mobileApp[] getTopMobileApps(status:String, count:Int32):mobileApp[]',
      'Action mobileApp[] hasPayloadLinks(payloadIds:String[]):hasPayloadLinkResultItem[]',
      'Action mobileApp revokeAllLicenses(notifyManagedDevices:Boolean)',
      'Action mobileApp revokeDeviceLicense(managedDeviceId:String, notifyManagedDevices:Boolean)',
      'Action mobileApp revokeUserLicense(userId:String, notifyManagedDevices:Boolean)',
      'Action mobileApp updateRelationships(relationships:mobileAppRelationship[])',
      'Action mobileApp[] validateXml(officeConfigurationXml:Binary):String',
    ]);
  });

  it('have paths with what they take', () => {
    const service = { release: '0', base: '', discovery: '', queryOptions: [] };
    const { paths } = openApi(sets, 'beta', service, operations);
    const apps = '/deviceAppManagement/mobileApps';
    expect(paths[`${apps}/getTopMobileApps(status='{status}',count={count})`]).toMatchObject({
      parameters: [{ name: 'status' }, { name: 'count', schema: { type: 'integer' } }],
      get: { responses: { 200: expect.anything() } },
    });
    expect(paths[`${apps}/{mobileAppId}/assign`]?.post).toMatchObject({
      requestBody: {
        content: {
          'application/json': {
            schema: {
              required: ['mobileAppAssignments'],
              properties: {
                mobileAppAssignments: {
                  items: { $ref: '#/components/schemas/microsoft.graph.mobileAppAssignment' },
                },
              },
            },
          },
        },
      },
      responses: { 204: { description: 'Done' } },
    });
  });
});

/** What a version shows of a type, by kind: `Property deviceName Edm.String`. */
const shownOf = (version: ApiVersion, owner: string): string[] =>
  facts(xmlOf(version)).flatMap((fact) => {
    const [element, of, name, type = ''] = fact.split(' ');
    const rest = type.replace(/^(Type|Value)=/, '').replace(/^graph\./, '');
    return of === owner && element !== 'EntityType' && element !== 'EnumType' ? [`${name} ${rest}`] : [];
  });

describe('the install state of an app on a device', () => {
  it('in 2017 has just the properties of its first document, two of them numbers', () => {
    expect(shownOf('2017-01/beta', 'mobileAppInstallStatus')).toEqual([
      'deviceName Edm.String',
      'deviceId Edm.String',
      'lastSyncDateTime Edm.DateTimeOffset',
      'mobileAppInstallStatusValue Edm.Int32',
      'errorCode Edm.Int32',
      'deviceType Edm.Int32',
      'osVersion Edm.String',
      'app mobileApp',
    ]);
    expect(xmlOf('2017-01/beta')).not.toMatch(/resultantAppState/);
  });

  it('in 2018 has the properties of today and eleven details', () => {
    const today = shownOf('beta', 'mobileAppInstallStatus');
    expect(shownOf('2018-11/beta', 'mobileAppInstallStatus')).toEqual(today);
    expect(today.join()).not.toMatch(/deviceType/);
    expect(shownOf('2018-11/beta', 'resultantAppStateDetail').map((line) => line.split(' ')[0])).toEqual([
      'processorArchitectureNotApplicable',
      'minimumDiskSpaceNotMet',
      'minimumOsVersionNotMet',
      'minimumPhysicalMemoryNotMet',
      'minimumLogicalProcessorCountNotMet',
      'minimumCpuSpeedNotMet',
      'platformNotApplicable',
      'noAdditionalDetails',
      'seeInstallErrorCode',
      'seeUninstallErrorCode',
      'pendingReboot',
    ]);
    expect(shownOf('beta', 'resultantAppStateDetail')).toEqual(
      expect.arrayContaining(shownOf('2018-11/beta', 'resultantAppStateDetail')),
    );
  });

  it('is not there in the live service, nor is what leads to it', () => {
    expect(xmlOf('live/beta')).not.toMatch(/[iI]nstallStatus/);
    expect(shownOf('live/beta', 'mobileApp').join()).not.toMatch(/Statuses/);
    expect(shownOf('live/v1.0', 'mobileApp')).toEqual(shownOf('v1.0', 'mobileApp'));
  });
});

it('the keys of a path have the names that the documents give them', () => {
  const { paths } = openApi(sets, 'beta', { release: '0', base: '', discovery: '', queryOptions: [] });
  const app = '/deviceAppManagement/mobileApps/{mobileAppId}';
  const configuration =
    '/deviceAppManagement/mobileAppConfigurations/{managedDeviceMobileAppConfigurationId}';
  const category = '/deviceAppManagement/mobileAppCategories/{mobileAppCategoryId}';
  expect(Object.keys(paths).filter((path) => path.endsWith('}'))).toEqual([
    category,
    configuration,
    `${configuration}/assignments/{managedDeviceMobileAppConfigurationAssignmentId}`,
    `${configuration}/deviceStatuses/{managedDeviceMobileAppConfigurationDeviceStatusId}`,
    `${configuration}/userStatuses/{managedDeviceMobileAppConfigurationUserStatusId}`,
    app,
    `${app}/assignments/{mobileAppAssignmentId}`,
    `${app}/categories/{mobileAppCategoryId}`,
    `${app}/deviceStatuses/{mobileAppInstallStatusId}`,
    `${app}/relationships/{mobileAppRelationshipId}`,
    `${app}/userStatuses/{userAppInstallStatusId}`,
    `${app}/userStatuses/{userAppInstallStatusId}/deviceStatuses/{mobileAppInstallStatusId}`,
  ]);
});
