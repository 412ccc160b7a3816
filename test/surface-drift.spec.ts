import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type GraphVersion, graphVersions } from '../src/odata/edm.js';
import { type Described, ours, surface, surfaceFile, theirs } from './support/described-types.js';

const itWithSurface = existsSync(surfaceFile) ? it : it.skip;

/** Lines that only we have, behind `+`, and only they, behind `-`. */
const difference = (our: readonly string[], their: readonly string[]): string[] => [
  ...our.filter((line) => !their.includes(line)).map((line) => `+ ${line}`),
  ...their.filter((line) => !our.includes(line)).map((line) => `- ${line}`),
];

const differences = (version: GraphVersion, what: keyof Described): string[] => {
  const known = theirs(version);
  return [...ours(version)]
    .flatMap(([name, { [what]: our }]) => difference(our, known.get(name)?.[what] ?? our))
    .toSorted();
};

/** By version; what is `both` is in v1.0 and in beta. */
interface Listed {
  both?: readonly string[];
  'v1.0'?: readonly string[];
  beta?: readonly string[];
}

/** The lists, each under the reason for it, in one. */
const listed = (lists: Readonly<Record<string, Listed>>, version: GraphVersion): string[] =>
  Object.values(lists)
    .flatMap(({ both = [], [version]: alone = [] }) => [...both, ...alone])
    .toSorted();

const knownDifferences: Readonly<Record<string, Listed>> = {
  'the documents’ examples print it, and the documents win': {
    beta: [
      '+ androidLobApp.identityName Edm.String or null',
      '+ androidLobApp.identityVersion Edm.String or null',
      '+ androidStoreApp.appIdentifier Edm.String or null',
      '+ iosLobApp.identityVersion Edm.String or null',
      '+ macOSLobApp.identityVersion Edm.String or null',
      '+ managedAndroidLobApp.identityName Edm.String or null',
      '+ managedAndroidLobApp.identityVersion Edm.String or null',
    ],
  },
  'the singleton is served as the way to what it contains, without properties': {
    both: [
      '- deviceAppManagement.isEnabledForMicrosoftStoreForBusiness Edm.Boolean',
      '- deviceAppManagement.microsoftStoreForBusinessLanguage Edm.String or null',
      '- deviceAppManagement.microsoftStoreForBusinessLastCompletedApplicationSyncTime Edm.DateTimeOffset',
      '- deviceAppManagement.microsoftStoreForBusinessLastSuccessfulSyncDateTime Edm.DateTimeOffset',
    ],
    beta: [
      '- deviceAppManagement.microsoftStoreForBusinessPortalSelection microsoftStoreForBusinessPortalSelectionOptions',
    ],
  },
};

const knownComputed: Readonly<Record<string, Listed>> = {
  'whoever makes the app has to name its package; an update ignores it': {
    both: ['- androidStoreApp.packageId'],
    beta: [
      '- androidForWorkApp.appIdentifier',
      '- androidForWorkApp.packageId',
      '- androidManagedStoreApp.packageId',
    ],
  },
  'whoever makes the relationship has to say what it leads to, and of which kind it is': {
    beta: [
      '- mobileAppDependency.dependencyType',
      '- mobileAppRelationship.targetId',
      '- mobileAppSupersedence.supersedenceType',
    ],
  },
  'the property that holds the complex value is computed': {
    beta: ['- androidManagedStoreAppTrack.trackAlias', '- androidManagedStoreAppTrack.trackId'],
  },
  'whoever makes an entity may name it': { beta: ['- entity.id'] },
  'the clock’s, as of an app': {
    both: [
      '+ managedDeviceMobileAppConfiguration.createdDateTime',
      '+ managedDeviceMobileAppConfiguration.lastModifiedDateTime',
    ],
  },
};

/** Types that the surface has and we don't show yet. Whoever serves one takes its name off. */
const unserved: Readonly<Record<string, Listed>> = {
  'v1.0 has no type of relationship but the abstract one, so that there are none': {
    'v1.0': ['mobileAppRelationship'],
  },
  'what is uploaded for an app': {
    both: [
      'mobileAppContent',
      'mobileAppContentFile',
      'mobileAppContentFileUploadState',
      'mobileContainedApp',
    ],
  },
  'of the singleton, which is served without properties': {
    beta: ['microsoftStoreForBusinessPortalSelectionOptions'],
  },
};

/** Types that we show and the surface lacks. */
const ownTypes: Readonly<Record<string, Listed>> = {
  'the surface has only the bases of what the rules of an app may be': {
    both: [
      'win32LobAppFileSystemOperationType',
      'win32LobAppFileSystemRule',
      'win32LobAppPowerShellScriptRule',
      'win32LobAppPowerShellScriptRuleOperationType',
      'win32LobAppProductCodeRule',
      'win32LobAppRegistryRule',
      'win32LobAppRegistryRuleOperationType',
      'win32LobAppRuleOperator',
    ],
    beta: [
      'win32LobAppFileSystemDetection',
      'win32LobAppFileSystemDetectionType',
      'win32LobAppFileSystemRequirement',
      'win32LobAppPowerShellScriptDetection',
      'win32LobAppPowerShellScriptDetectionType',
      'win32LobAppPowerShellScriptRequirement',
      'win32LobAppProductCodeDetection',
      'win32LobAppRegistryDetection',
      'win32LobAppRegistryDetectionType',
      'win32LobAppRegistryRequirement',
    ],
  },
};

/** Whether a type is an app, by the types that it derives from. */
function isApp(name: string, types: ReadonlyMap<string, Described>): boolean {
  const base = /^\w+ entity of (\w+)/.exec(types.get(name)?.facts[0] ?? '')?.[1];
  return base !== undefined && (base === 'mobileApp' || isApp(base, types));
}

describe.each(graphVersions)(
  `$metadata of %s, against Microsoft’s types (needs ${surfaceFile})`,
  (version) => {
    itWithSurface('has every type of app, and no other', () => {
      const types = ours(version);
      const apps = [...types.keys()].filter((name) => isApp(name, types));
      const concrete = apps.filter((name) => !types.get(name)?.facts[0]?.endsWith(' abstract'));
      expect(concrete.toSorted()).toEqual(surface().concreteMobileAppTypes[version].toSorted());
    });

    itWithSurface('says of its types what they say, but for the differences that are known', () => {
      expect(differences(version, 'facts')).toEqual(listed(knownDifferences, version));
    });

    itWithSurface('leaves to the server what they do, but for the differences that are known', () => {
      expect(differences(version, 'computed')).toEqual(listed(knownComputed, version));
    });

    itWithSurface('has all types that are not known to be unserved', () => {
      const [our, their, expected] = [ours(version), theirs(version), listed(unserved, version)];
      expect({
        'served now, to be taken off the list': expected.filter((name) => our.has(name)),
        'neither served nor listed': [...their.keys()].filter(
          (name) => !our.has(name) && !expected.includes(name),
        ),
        'listed, and not there': expected.filter((name) => !their.has(name)),
      }).toEqual({
        'served now, to be taken off the list': [],
        'neither served nor listed': [],
        'listed, and not there': [],
      });
    });

    itWithSurface('has no types of its own but the known', () => {
      const their = theirs(version);
      const own = [...ours(version).keys()].filter((name) => !their.has(name));
      expect(own.toSorted()).toEqual(listed(ownTypes, version));
    });
  },
);
