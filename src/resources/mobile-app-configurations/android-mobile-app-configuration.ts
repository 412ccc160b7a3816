import { Property } from '../../graph/declare.js';
import { collection, complexType, enumType, property } from '../../odata/edm.js';
import { ManagedDeviceMobileAppConfiguration } from './managed-device-mobile-app-configuration.entity.js';

const beta = { versions: ['beta'] } as const;

const androidPermissionAction = complexType(
  'androidPermissionAction',
  [
    property('permission', 'Edm.String'),
    property('action', enumType('androidPermissionActionType', { prompt: 0, autoGrant: 1, autoDeny: 2 }), {
      nullable: false,
    }),
  ],
  beta,
);

const androidProfileApplicability = enumType('androidProfileApplicability', {
  default: 0,
  androidWorkProfile: 1,
  androidDeviceOwner: 2,
});

/** What configurations of Android apps hold, wherever the apps come from. */
export abstract class AndroidMobileAppConfiguration extends ManagedDeviceMobileAppConfiguration {
  @Property('Edm.String') packageId!: string | null;
  @Property('Edm.String') payloadJson!: string | null;
  @Property(collection(androidPermissionAction)) permissionActions!: object[];
  @Property(androidProfileApplicability, { nullable: false }) profileApplicability!: string;
  @Property('Edm.Boolean', { nullable: false }) connectedAppsEnabled!: boolean;
}
