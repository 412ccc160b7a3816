import { atEveryDate } from '../../app-permissions.js';
import type { Accepted, PermissionTable, Permissions } from '../../../odata/permissions.js';

/** Least privileged first among the apps' own, which every client of the status routes has. */
const accepted: Accepted = [
  'DeviceManagementApps.Read.All',
  'DeviceManagementApps.ReadWrite.All',
  'DeviceManagementConfiguration.Read.All',
  'DeviceManagementConfiguration.ReadWrite.All',
  'DeviceManagementManagedDevices.Read.All',
  'DeviceManagementManagedDevices.ReadWrite.All',
];

const either = { delegated: accepted, application: accepted };
const table: PermissionTable = { read: either, write: either };

/**
 * What the documents of the reports' actions list. Those of export jobs ask for one that writes: but a job changes nothing,
 * and clients that may only read make them.
 */
export const reportPermissions: Permissions = atEveryDate(table);
