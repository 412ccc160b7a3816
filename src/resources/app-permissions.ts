import type { Permissions } from '../graph/served-set.js';

/** What the documents of every route below `deviceAppManagement` list, delegated and application alike. */
export const appPermissions: Permissions = {
  read: ['DeviceManagementApps.Read.All', 'DeviceManagementApps.ReadWrite.All'],
  write: ['DeviceManagementApps.ReadWrite.All'],
};
