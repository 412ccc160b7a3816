import { type Arbitrary, array, boolean, constant, constantFrom, oneof, record, tuple } from 'fast-check';
import { graphVersions, isVisible } from '../../src/odata/edm.js';
import { castTypes } from '../../src/odata/entity-set.js';
import { pathOf, type Place, pool, type Spelling } from './fuzz-pool.js';
import { anyQueries, goodQueries } from './fuzz-queries.js';
import { edited, weighted } from './fuzz-texts.js';

/** What addresses an entity, or with `isEntity` false the set that it is in. */
export interface Addressed {
  path: string;
  place: Place;
  isEntity: boolean;
}

/** Mostly those that have the set, of today's documents above all. */
const versions = ({ set }: Place): Arbitrary<string> =>
  weighted<string>(
    [20, constantFrom<string>(...graphVersions.filter((version) => isVisible(set, version)))],
    [4, constantFrom(...set.versions)],
    [1, constantFrom('beta', 'v1.0', 'BETA', 'V1.0')],
  );

const spellings: Arbitrary<Spelling> = record({
  keys: constantFrom('slash', 'slash', 'quoted', 'named', 'bare'),
  names: constantFrom('own', 'own', 'own', 'lower', 'upper'),
});

/** Sets and entities that are there, in every spelling. */
export const addresses = (isEntity: Arbitrary<boolean>): Arbitrary<Addressed> =>
  constantFrom(...pool).chain((place) =>
    tuple(versions(place), isEntity, spellings).map(([version, entity, spelling]) => ({
      path: `/${version}${pathOf(place, entity, spelling)}`,
      place,
      isEntity: entity || place.set.isSingle,
    })),
  );

const behindEntities =
  '|/|/app|/app/app|/$ref|/app/$ref|/displayName|/displayName/$value|/id/$value|/errorCode/$value|/largeIcon|/largeIcon/value/$value|' +
  '/largeIcon/type|/returnCodes/$count|/settings|/roleScopeTagIds|/roleScopeTagIds/$count|/deviceStatuses|/deviceStatuses/$count|' +
  '/app/userStatuses|/nope|/$value|/$count|/tenantId|/rowVersion|/__proto__|/microsoft.graph.managedDeviceMobileAppConfiguration';
const behindSets = '|/|/$count|/$ref|/$count/|/$each|/$filter(@f)|/$query|/displayName|/nobody|/%20|/$batch';

/** What may stand behind an address, casts to every type of the set among it. */
const tails = ({ set }: Place, isEntity: boolean): Arbitrary<string> => {
  const casts = castTypes(set).flatMap(({ name }) => [`/microsoft.graph.${name}`, `/graph.${name}`]);
  const known = (isEntity ? behindEntities : behindSets).split('|');
  const wrong = ['/microsoft.graph.user', '/graph.nope', '/microsoft.graph.mobileAppInstallStatus'];
  return weighted(
    [4, constant('')],
    [4, constantFrom(...known)],
    [2, tuple(constantFrom(...casts, ...wrong), constantFrom(...known)).map((parts) => parts.join(''))],
  );
};

const otherPaths = constantFrom(
  '/beta',
  '/v1.0/',
  '/beta/$metadata',
  '/v1.0/$metadata',
  '/beta/openapi.json',
  '/beta/$batch',
  '/healthz',
  '/readyz',
  '/',
  '//',
  '*',
  '/beta/deviceAppManagement',
  '/v2.0/deviceAppManagement/mobileApps',
  '/8f6f2c1a-3d5e-4b7a-9c10-6e2d4f8a1b35/v2.0/.well-known/openid-configuration',
  '/8f6f2c1a-3d5e-4b7a-9c10-6e2d4f8a1b35/discovery/v2.0/keys',
  '/8f6f2c1a-3d5e-4b7a-9c10-6e2d4f8a1b35/oauth2/v2.0/token',
  '/common/oauth2/v2.0/token',
  '/common/v2.0/.well-known/openid-configuration',
  'http://elsewhere.example/beta/deviceAppManagement/mobileApps',
  '/batch',
  '/description',
  '/deviceAppManagement/mobileApps',
);

/** What may be a request's target: Node sends nothing but visible Latin-1. */
export const sendable = (text: string): string =>
  text.toWellFormed().replaceAll(/[^\u0021-\u00ff]/gu, encodeURIComponent) || '/';

/** A target below an address, with options. */
export const targets = (addressed: Arbitrary<Addressed>): Arbitrary<string> =>
  addressed
    .chain(({ path, place, isEntity }) => {
      const good = goodQueries(place.set, isEntity);
      const any = tuple(tails(place, isEntity), anyQueries(place.set)).map((parts) => parts.join(''));
      return weighted([3, good], [2, any]).map((rest) => path + rest);
    })
    .map(sendable);

/** Targets that are no address of an entity, or hardly one. */
export const strangeTargets: Arbitrary<string> = oneof(
  otherPaths,
  otherPaths,
  edited(otherPaths),
  edited(targets(addresses(boolean()))),
  array(constantFrom('beta', '$batch', "mobileApps('x')", '..', '%2e%2e', '', '$count', 'é', 'x'), {
    minLength: 1,
    maxLength: 8,
  }).map((parts) => `/${parts.join('/')}`),
).map(sendable);
