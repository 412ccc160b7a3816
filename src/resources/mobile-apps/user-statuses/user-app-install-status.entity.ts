import { Index } from 'typeorm';
import { EntityType, Property } from '../../../graph/declare.js';

/** How often an app is installed on the devices of one user: counts as they were written, never computed. */
@Index('user_app_install_statuses_userPrincipalName', { synchronize: false })
@EntityType('userAppInstallStatus', {
  versions: ['beta'],
  until: 'today',
  table: 'user_app_install_statuses',
  parents: [{ entity: 'MobileApp', key: 'mobileAppId', navigation: 'app' }],
})
export class UserAppInstallStatus {
  @Property('Edm.String', { indexed: true }) userName!: string | null;
  @Property('Edm.String', { indexed: true }) userPrincipalName!: string | null;
  @Property('Edm.Int32', { nullable: false }) installedDeviceCount!: number;
  @Property('Edm.Int32', { nullable: false }) failedDeviceCount!: number;
  @Property('Edm.Int32', { nullable: false }) notInstalledDeviceCount!: number;
}
