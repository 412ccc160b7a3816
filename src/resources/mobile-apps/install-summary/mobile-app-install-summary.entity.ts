import { EntityType, Property } from '../../../graph/declare.js';

const count = { nullable: false } as const;

/** On how many devices and for how many users an app is installed: counts as they were written, never computed. */
@EntityType('mobileAppInstallSummary', {
  versions: ['beta'],
  until: 'today',
  table: 'mobile_app_install_summaries',
  parents: [{ entity: 'MobileApp', key: 'mobileAppId' }],
})
export class MobileAppInstallSummary {
  @Property('Edm.Int32', count) installedDeviceCount!: number;
  @Property('Edm.Int32', count) failedDeviceCount!: number;
  @Property('Edm.Int32', count) notApplicableDeviceCount!: number;
  @Property('Edm.Int32', count) notInstalledDeviceCount!: number;
  @Property('Edm.Int32', count) pendingInstallDeviceCount!: number;
  @Property('Edm.Int32', count) installedUserCount!: number;
  @Property('Edm.Int32', count) failedUserCount!: number;
  @Property('Edm.Int32', count) notApplicableUserCount!: number;
  @Property('Edm.Int32', count) notInstalledUserCount!: number;
  @Property('Edm.Int32', count) pendingInstallUserCount!: number;
}
