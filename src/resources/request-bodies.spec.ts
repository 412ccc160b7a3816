import { describe, expect, it } from '@jest/globals';
import { anything, assert, constantFrom, dictionary, property as forAll } from 'fast-check';
import { assignmentsOf } from '../graph/column-values.js';
import { dtoProblem } from '../graph/dto.js';
import { type ServedSet, servedSetOf, servedSetsOf } from '../graph/served-set.js';
import { readChanges } from '../odata/changes.js';
import { propertiesByName } from '../odata/readings.js';
import { templateOf } from '../odata/entity-set.js';
import { type ErrorKind, GraphError } from '../odata/errors.js';
import { parseJsonBody } from '../odata/json-body.js';
import { initialValue } from '../odata/stored-value.js';
import { resources } from './index.js';
import { DeviceStatusesController } from './mobile-apps/device-statuses/device-statuses.controller.js';
import { MobileAppsController } from './mobile-apps/mobile-apps.controller.js';

const sets = servedSetsOf(resources);
const apps = servedSetOf(MobileAppsController) as ServedSet;
const statuses = servedSetOf(DeviceStatusesController) as ServedSet;

/** What a body would store in rows of each of its readings, or the kind of its error. */
function outcome(set: ServedSet, json: string): Record<string, object> | ErrorKind {
  try {
    const { readings } = readChanges(set, 'beta', 'update', parseJsonBody(json), dtoProblem);
    const stored = readings.map(({ types, values }) => [
      types.map((type) => type.name).join('|'),
      Object.fromEntries(assignmentsOf(set.table, values, true).map(({ column, value }) => [column, value])),
    ]);
    return Object.fromEntries(stored) as Record<string, object>;
  } catch (error) {
    if (error instanceof GraphError) return error.kind;
    throw error;
  }
}

describe('a body for an install status', () => {
  it.each<[string, object]>([
    ['{"installState":"failed","errorCode":-2016345060}', { installState: 2, errorCode: -2016345060 }],
    [
      '{"installState":-1,"mobileAppInstallStatusValue":"99"}',
      { installState: -1, mobileAppInstallStatusValue: 99 },
    ],
    ['{"deviceName":null,"@odata.type":"microsoft.graph.mobileAppInstallStatus"}', { deviceName: null }],
    [
      '{"lastSyncDateTime":"2017-01-01T00:02:49.3205976-08:00"}',
      { lastSyncDateTimeTicks: '636188545693205976', lastSyncDateTimeWritten: -4807 },
    ],
    [`{"deviceName":"${'a'.repeat(512)}"}`, { deviceName: 'a'.repeat(512) }],
  ])('%s stores %j', (json, stored) => {
    expect(outcome(statuses, json)).toEqual({ mobileAppInstallStatus: stored });
  });

  it.each<[string, ErrorKind]>([
    ['{"errorCode":"9"}', 'literal'],
    ['{"errorCode":9.5}', 'literal'],
    ['{"errorCode":2147483648}', 'literal'],
    ['{"errorCode":null}', 'nullValue'],
    ['{"installState":"nope"}', 'primitive'],
    ['{"installState":0}', 'primitive'],
    ['{"lastSyncDateTime":"2017-01-01T00:02:49"}', 'literal'],
    ['{"deviceName":"\\u0000"}', 'invalidValue'],
    ['{"deviceName":"\\udfff"}', 'invalidValue'],
    [`{"deviceName":"${'a'.repeat(513)}"}`, 'invalidValue'],
    ['{"deviceName":[]}', 'unexpectedNode'],
    ['{"deviceName":{}}', 'unexpectedNode'],
    ['{"deviceName":{"constructor":1}}', 'unexpectedNode'],
    ['{"deviceName":{"constructor":{"prototype":null}}}', 'unexpectedNode'],
    ['{"nope":1}', 'propertyDoesNotExist'],
    ['{"__proto__":{"errorCode":"9"}}', 'propertyDoesNotExist'],
    ['{"constructor":{"name":"x"}}', 'propertyDoesNotExist'],
    ['{"@odata.type":{"toString":1,"valueOf":1}}', 'typeMismatch'],
  ])('%s is refused as %s', (json, kind) => {
    expect(outcome(statuses, json)).toBe(kind);
  });
});

/** Types of apps, as those of one reading. */
const appsWith = (...properties: string[]): string =>
  apps.types
    .filter((type) => properties.every((name) => propertiesByName(type, 'beta').has(name)))
    .map(({ name }) => name)
    .join('|');
const everyApp = appsWith();
const managedOnly = 'androidManagedStoreApp|androidManagedStoreWebApp|';

describe('a body for an app', () => {
  it.each<[string, object]>([
    ['{"isAssigned":"nonsense","createdDateTime":5,"size":{}}', { [appsWith('size')]: {} }],
    ['{"publishingState":"published","displayName":"a"}', { [everyApp]: { displayName: 'a' } }],
    ['{"bundleId":"x"}', { [appsWith('bundleId')]: { derived: '{"bundleId":"x"}' } }],
    ['{"roleScopeTagIds":null}', { [everyApp]: { roleScopeTagIds: '[]' } }],
    [
      '{"largeIcon":{"@odata.type":"microsoft.graph.mimeContent","type":"png","value":"QQ=="}}',
      { [everyApp]: { largeIcon: '{"type":"png","value":"QQ=="}' } },
    ],
    [
      '{"applicableArchitectures":"x86,x64"}',
      { [appsWith('applicableArchitectures')]: { derived: '{"applicableArchitectures":3}' } },
    ],
    [
      '{"bundleId":"x","fileName":"y"}',
      { [appsWith('bundleId', 'fileName')]: { derived: '{"bundleId":"x","fileName":"y"}' } },
    ],
    // Where an app is on sale isn't always a client's to say.
    [
      '{"appStoreUrl":"x"}',
      {
        [appsWith('appStoreUrl').replace(managedOnly, '')]: { derived: '{"appStoreUrl":"x"}' },
        'androidManagedStoreApp|androidManagedStoreWebApp': {},
      },
    ],
  ])('%s stores %j', (json, stored) => {
    expect(outcome(apps, json)).toEqual(stored);
  });

  it.each<[string, ErrorKind]>([
    ['{"bundleId":"x","setupFilePath":"y"}', 'propertyDoesNotExist'],
    ['{"@odata.type":"#microsoft.graph.win32LobApp","bundleId":"x"}', 'propertyDoesNotExist'],
    ['{"@odata.type":"#microsoft.graph.mobileApp"}', 'abstractType'],
    ['{"@odata.type":"#microsoft.graph.mobileLobApp"}', 'typeMismatch'],
    ['{"largeIcon":{"nope":1}}', 'propertyDoesNotExist'],
    ['{"largeIcon":{"__proto__":1}}', 'propertyDoesNotExist'],
    ['{"largeIcon":{"constructor":1}}', 'propertyDoesNotExist'],
    ['{"largeIcon":{"constructor":null}}', 'propertyDoesNotExist'],
    ['{"largeIcon":{"@odata.type":{"toString":1}}}', 'typeMismatch'],
    ['{"roleScopeTagIds":[{"constructor":1}]}', 'unexpectedNode'],
    ['{"returnCodes":[{"returnCode":1,"type":"failed"},{"returnCode":null}]}', 'nullValue'],
  ])('%s is refused as %s', (json, kind) => {
    expect(outcome(apps, json)).toBe(kind);
  });
});

describe.each(sets.map((set) => ({ set, path: templateOf(set) })))('any body for $path', ({ set }) => {
  const names = [...new Set(set.types.flatMap((type) => [...propertiesByName(type, 'beta').keys()]))];

  it('may hold what a fresh row holds, in every property', () => {
    for (const type of set.types) {
      const fresh = [...propertiesByName(type, 'beta').values()].map((declared): [string, unknown] => [
        declared.name,
        initialValue(declared),
      ]);
      const body = { '@odata.type': `#microsoft.graph.${type.name}`, ...Object.fromEntries(fresh) };
      expect(outcome(set, JSON.stringify(body))).toHaveProperty([type.name]);
    }
  });

  it('is read or refused, never anything else', () => {
    const odd = constantFrom(
      '@odata.type',
      'constructor',
      '__proto__',
      'toString',
      'valueOf',
      'then',
      'type',
      '0',
    );
    const body = dictionary(constantFrom(...names, 'id', '@odata.type'), anything({ key: odd }), {
      maxKeys: 3,
    });
    assert(
      forAll(body, (value) => {
        expect(() => outcome(set, JSON.stringify(value))).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
