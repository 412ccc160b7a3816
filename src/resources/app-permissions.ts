import type { Accepted, CallerKind, Permissions, PermissionTable } from '../odata/permissions.js';

const alike = (accepted: Accepted): Record<CallerKind, Accepted> => ({
  delegated: accepted,
  application: accepted,
});

const apps: PermissionTable = {
  read: alike(['DeviceManagementApps.Read.All', 'DeviceManagementApps.ReadWrite.All']),
  write: alike(['DeviceManagementApps.ReadWrite.All']),
};

/** The documents of all these routes said so until August 2019: «Application: Not supported.» */
const usersOnly: PermissionTable = {
  read: { ...apps.read, application: [] },
  write: { ...apps.write, application: [] },
};

/** What the documents of every route below `deviceAppManagement` list. The first ones don't tell who calls: they list scopes. */
export const appPermissions: Permissions = {
  'v1.0': apps,
  beta: apps,
  '2017-01/beta': apps,
  '2018-11/beta': usersOnly,
  'live/beta': apps,
  'live/v1.0': apps,
};
