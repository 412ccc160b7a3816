import { MobileAppCategoriesModule } from './mobile-app-categories/mobile-app-categories.module.js';
import { ConfigurationAssignmentsModule } from './mobile-app-configurations/assignments/configuration-assignments.module.js';
import { ConfigurationDeviceStatusesModule } from './mobile-app-configurations/device-statuses/configuration-device-statuses.module.js';
import { DeviceStatusSummaryModule } from './mobile-app-configurations/device-status-summary/device-status-summary.module.js';
import { MobileAppConfigurationsModule } from './mobile-app-configurations/mobile-app-configurations.module.js';
import { UserStatusSummaryModule } from './mobile-app-configurations/user-status-summary/user-status-summary.module.js';
import { ConfigurationUserStatusesModule } from './mobile-app-configurations/user-statuses/configuration-user-statuses.module.js';
import { AssignmentsModule } from './mobile-apps/assignments/assignments.module.js';
import { DeviceStatusesModule } from './mobile-apps/device-statuses/device-statuses.module.js';
import { InstallSummaryModule } from './mobile-apps/install-summary/install-summary.module.js';
import { MobileAppOperationsModule } from './mobile-apps/operations/mobile-app-operations.module.js';
import { MobileAppsModule } from './mobile-apps/mobile-apps.module.js';
import { RelationshipsModule } from './mobile-apps/relationships/relationships.module.js';
import { UserDeviceStatusesModule } from './mobile-apps/user-statuses/device-statuses/user-device-statuses.module.js';
import { UserStatusesModule } from './mobile-apps/user-statuses/user-statuses.module.js';
import { ExportJobsModule } from './device-management/reports/export-jobs/export-jobs.module.js';
import { ReportsModule } from './device-management/reports/reports.module.js';

/** Everything that is served. The router tries routes in this order, so those with the most traffic come first. */
export const resources = [
  DeviceStatusesModule,
  UserDeviceStatusesModule,
  UserStatusesModule,
  ConfigurationDeviceStatusesModule,
  ConfigurationUserStatusesModule,
  MobileAppsModule,
  AssignmentsModule,
  RelationshipsModule,
  InstallSummaryModule,
  MobileAppConfigurationsModule,
  ConfigurationAssignmentsModule,
  DeviceStatusSummaryModule,
  UserStatusSummaryModule,
  MobileAppCategoriesModule,
  MobileAppOperationsModule,
  ReportsModule,
  ExportJobsModule,
];
