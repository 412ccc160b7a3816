import { EntityType, Property } from '../../graph/declare.js';
import { complexType, property } from '../../odata/edm.js';
import { MobileApp } from './mobile-app.entity.js';

const iosDeviceType = complexType('iosDeviceType', [
  property('iPad', 'Edm.Boolean', { nullable: false }),
  property('iPhoneAndIPod', 'Edm.Boolean', { nullable: false }),
]);

const iosMinimumOperatingSystem = complexType(
  'iosMinimumOperatingSystem',
  ['v8_0', 'v9_0', 'v10_0', 'v11_0', 'v12_0', 'v13_0', 'v14_0', 'v15_0'].map((release) =>
    property(release, 'Edm.Boolean', { nullable: false }),
  ),
);

@EntityType('iosStoreApp')
export class IosStoreApp extends MobileApp {
  @Property('Edm.String', { indexed: true }) bundleId!: string | null;
  @Property('Edm.String') appStoreUrl!: string | null;
  @Property(iosDeviceType, { nullable: false }) applicableDeviceType!: Record<string, boolean>;
  @Property(iosMinimumOperatingSystem) minimumSupportedOperatingSystem!: Record<string, boolean> | null;
}
