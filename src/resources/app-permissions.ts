import type { Accepted, CallerKind, Permissions, PermissionTable } from '../odata/permissions.js';

const alike = (accepted: Accepted): Record<CallerKind, Accepted> => ({
  delegated: accepted,
  application: accepted,
});

const apps: PermissionTable = {
  read: alike(['DeviceManagementApps.Read.All', 'DeviceManagementApps.ReadWrite.All']),
  write: alike(['DeviceManagementApps.ReadWrite.All']),
};

/**
 * The same at every date, except that the documents of 2018 knew users alone («Application: Not supported.», until August
 * 2019). The first ones don't tell who calls: they list scopes.
 */
export function atEveryDate({ read, write }: PermissionTable): Permissions {
  const today = { read, write };
  const usersOnly = { read: { ...read, application: [] }, write: { ...write, application: [] } } as const;
  return {
    'v1.0': today,
    beta: today,
    '2017-01/beta': today,
    '2018-11/beta': usersOnly,
    'live/beta': today,
    'live/v1.0': today,
  };
}

/** What the documents of every route below `deviceAppManagement` list. */
export const appPermissions: Permissions = atEveryDate(apps);

/** Those of operations that are posted but change nothing. */
export const appPermissionsToRead: Permissions = atEveryDate({ read: apps.read, write: apps.read });
