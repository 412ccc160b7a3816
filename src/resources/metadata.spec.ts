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

const itWith = (slice: string) => (existsSync(slice) ? it : it.skip);

// Beta's slice is of July 2021; `test/surface-drift.spec.ts` holds today's types of both versions by other facts.
itWith(slices['v1.0'])(
  `the description of v1.0 says what Microsoft’s own does (needs ${slices['v1.0']})`,
  () => {
    const theirs = facts(readFileSync(slices['v1.0'], 'utf8'));
    const types = new Set(theirs.map((fact) => fact.split(' ')[1]));
    const ours = facts(xmlOf('v1.0')).filter((fact) => types.has(fact.split(' ')[1]));
    expect(ours.filter((fact) => !theirs.includes(fact))).toEqual([]);
    expect(ours.length).toBeGreaterThan(300);
  },
);

describe.each(graphVersions)('the description of %s', (version) => {
  const slice = slices[version];

  itWith(slice)(`has enums, complex types and documented types whole (needs ${slice})`, () => {
    const ours = facts(xmlOf(version));
    const whole = ours.flatMap((fact) => {
      const [element, name = ''] = fact.split(' ');
      return element === 'EnumType' || element === 'ComplexType' || documented.has(name) ? [name] : [];
    });
    const expected = facts(readFileSync(slice, 'utf8')).filter((fact) =>
      whole.includes(fact.split(' ')[1] ?? ''),
    );
    expect(expected.filter((fact) => !ours.includes(fact))).toEqual([]);
    expect(expected.length).toBeGreaterThan(200);
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
      'Function mobileApp getRelatedAppStates(userPrincipalName:String, deviceId:String):mobileAppRelationshipState[]',
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
