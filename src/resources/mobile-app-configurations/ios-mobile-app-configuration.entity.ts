import { EntityType, Property } from '../../graph/declare.js';
import { collection, complexType, enumType, property } from '../../odata/edm.js';
import { ManagedDeviceMobileAppConfiguration } from './managed-device-mobile-app-configuration.entity.js';

const mdmAppConfigKeyType = enumType('mdmAppConfigKeyType', {
  stringType: 0,
  integerType: 1,
  realType: 2,
  booleanType: 3,
  tokenType: 4,
});

const appConfigurationSettingItem = complexType('appConfigurationSettingItem', [
  property('appConfigKey', 'Edm.String', { nullable: false }),
  property('appConfigKeyType', mdmAppConfigKeyType, { nullable: false }),
  property('appConfigKeyValue', 'Edm.String', { nullable: false }),
]);

@EntityType('iosMobileAppConfiguration')
export class IosMobileAppConfiguration extends ManagedDeviceMobileAppConfiguration {
  @Property('Edm.Binary') encodedSettingXml!: string | null;
  @Property(collection(appConfigurationSettingItem)) settings!: object[];
}
