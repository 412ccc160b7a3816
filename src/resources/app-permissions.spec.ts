import { describe, expect, it } from '@jest/globals';
import { datedSets, model } from '../../test/support/sets.js';
import type { ServedSet } from '../graph/served-set.js';
import { apiVersions, isVisible } from '../odata/edm.js';
import type { Access, CallerKind } from '../odata/permissions.js';

const kinds: readonly CallerKind[] = ['delegated', 'application'];
const accesses: readonly Access[] = ['read', 'write'];

it('are those of the documents, the same for all sets of a version', () => {
  const lines = apiVersions.flatMap((version) =>
    accesses.flatMap((access) =>
      kinds.map((kind) => {
        const sets = model.sets.filter((set) => isVisible(set, version));
        const lists = sets.map(({ permissions }) => permissions[version][access][kind].join(', '));
        return `${version} ${access} ${kind}: ${[...new Set(lists)].join(' | ')}`;
      }),
    ),
  );
  expect(lines.join('\n')).toMatchInlineSnapshot(`
   "v1.0 read delegated: DeviceManagementApps.Read.All, DeviceManagementApps.ReadWrite.All
   v1.0 read application: DeviceManagementApps.Read.All, DeviceManagementApps.ReadWrite.All
   v1.0 write delegated: DeviceManagementApps.ReadWrite.All
   v1.0 write application: DeviceManagementApps.ReadWrite.All
   beta read delegated: DeviceManagementApps.Read.All, DeviceManagementApps.ReadWrite.All
   beta read application: DeviceManagementApps.Read.All, DeviceManagementApps.ReadWrite.All
   beta write delegated: DeviceManagementApps.ReadWrite.All
   beta write application: DeviceManagementApps.ReadWrite.All
   2017-01/beta read delegated: DeviceManagementApps.Read.All, DeviceManagementApps.ReadWrite.All
   2017-01/beta read application: DeviceManagementApps.Read.All, DeviceManagementApps.ReadWrite.All
   2017-01/beta write delegated: DeviceManagementApps.ReadWrite.All
   2017-01/beta write application: DeviceManagementApps.ReadWrite.All
   2018-11/beta read delegated: DeviceManagementApps.Read.All, DeviceManagementApps.ReadWrite.All
   2018-11/beta read application: 
   2018-11/beta write delegated: DeviceManagementApps.ReadWrite.All
   2018-11/beta write application: 
   live/beta read delegated: DeviceManagementApps.Read.All, DeviceManagementApps.ReadWrite.All
   live/beta read application: DeviceManagementApps.Read.All, DeviceManagementApps.ReadWrite.All
   live/beta write delegated: DeviceManagementApps.ReadWrite.All
   live/beta write application: DeviceManagementApps.ReadWrite.All
   live/v1.0 read delegated: DeviceManagementApps.Read.All, DeviceManagementApps.ReadWrite.All
   live/v1.0 read application: DeviceManagementApps.Read.All, DeviceManagementApps.ReadWrite.All
   live/v1.0 write delegated: DeviceManagementApps.ReadWrite.All
   live/v1.0 write application: DeviceManagementApps.ReadWrite.All"
  `);
});

/**
 * A request is judged by the set that it addresses, though `$expand`, `$filter` and bodies reach what navigations lead to:
 * so who may do something to a set must be granted the same there.
 */
describe.each(datedSets)('who may use %s in %s', (_name, version, set) => {
  const granted = (to: ServedSet, access: Access): string[] =>
    kinds.flatMap((kind) => to.permissions[version][access][kind].map((name) => `${kind} ${name}`));
  const contained = [...set.contained, ...set.singles].map(({ set: to }) => to as ServedSet);
  const beside = [...set.linked, ...set.references].map(({ set: to }) => to as ServedSet);

  it.each(accesses)('to %s may read what its navigations lead to', (access) => {
    for (const to of [set, ...contained, ...beside])
      expect(granted(to, 'read')).toEqual(expect.arrayContaining(granted(set, access)));
  });

  it('to write may write what it contains', () => {
    for (const to of contained)
      expect(granted(to, 'write')).toEqual(expect.arrayContaining(granted(set, 'write')));
  });

  it('to make what it is linked to may link it', () => {
    for (const { set: to } of set.linked)
      expect(granted(set, 'write')).toEqual(expect.arrayContaining(granted(to, 'write')));
  });

  it('may use the same rows wherever else they are', () => {
    const others = model.sets.filter(({ entity }) => entity === set.entity);
    for (const to of others) {
      for (const access of accesses) expect(granted(to, access)).toEqual(granted(set, access));
    }
  });
});
