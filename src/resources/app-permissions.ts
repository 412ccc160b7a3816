import type { Accepted, CallerKind, Permissions, PermissionTable } from '../odata/permissions.js';

const alike = (accepted: Accepted): Record<CallerKind, Accepted> => ({
  delegated: accepted,
  application: accepted,
});

const apps: PermissionTable = {
  read: alike(['DeviceManagementApps.Read.All', 'DeviceManagementApps.ReadWrite.All']),
  write: alike(['DeviceManagementApps.ReadWrite.All']),
};

/** What the documents of every route below `deviceAppManagement` list. */
export const appPermissions: Permissions = { 'v1.0': apps, beta: apps };
