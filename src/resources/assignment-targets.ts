import { complexType, enumType, type Existence, type Property, property } from '../odata/edm.js';

const deviceAndAppManagementAssignmentFilterType = enumType('deviceAndAppManagementAssignmentFilterType', {
  none: 0,
  include: 1,
  exclude: 2,
});

/** Whom something is assigned to. The types below derive from it, and a value names its own. */
export const deviceAndAppManagementAssignmentTarget = complexType(
  'deviceAndAppManagementAssignmentTarget',
  [
    property('deviceAndAppManagementAssignmentFilterId', 'Edm.String', { versions: ['beta'] }),
    property('deviceAndAppManagementAssignmentFilterType', deviceAndAppManagementAssignmentFilterType, {
      nullable: false,
      versions: ['beta'],
    }),
  ],
  { abstract: true },
);

const target = (name: string, own: readonly Property[] = [], facets: Existence = {}) =>
  complexType(name, own, { ...facets, base: deviceAndAppManagementAssignmentTarget });

const groupAssignmentTarget = target('groupAssignmentTarget', [property('groupId', 'Edm.String')]);
complexType('exclusionGroupAssignmentTarget', [], { base: groupAssignmentTarget });
target('allDevicesAssignmentTarget');
target('allLicensedUsersAssignmentTarget');
target('configurationManagerCollectionAssignmentTarget', [property('collectionId', 'Edm.String')]);
target('androidFotaDeploymentAssignmentTarget', [property('groupId', 'Edm.String', { nullable: false })], {
  versions: ['beta'],
});
