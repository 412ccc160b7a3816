import { EntityType, Property } from '../../../graph/declare.js';
import { collection, type ComplexType, complexType, enumType, property } from '../../../odata/edm.js';
import { MobileApp } from '../mobile-app.entity.js';
import { beta, required } from './facets.js';
import { iosDeviceType } from './ios.js';
import { licensed, vppLicensingType } from './licensed.js';

const vppTokenAccountType = enumType('vppTokenAccountType', { business: 0, education: 1 });

const vppTokenActionFailureReason = enumType('vppTokenActionFailureReason', {
  none: 0,
  appleFailure: 1,
  internalError: 2,
  expiredVppToken: 3,
  expiredApplePushNotificationCertificate: 4,
});

const actionState = enumType('actionState', {
  none: 0,
  pending: 1,
  canceled: 2,
  active: 3,
  done: 4,
  failed: 5,
  notSupported: 6,
});

/** What became of a revocation of licenses; each platform has a type of its own for it. */
const revokeLicensesActionResult = (platform: string): ComplexType =>
  complexType(
    `${platform}VppAppRevokeLicensesActionResult`,
    [
      property('userId', 'Edm.String'),
      property('managedDeviceId', 'Edm.String'),
      property('totalLicensesCount', 'Edm.Int32', required),
      property('failedLicensesCount', 'Edm.Int32', required),
      property('actionFailureReason', vppTokenActionFailureReason, required),
      property('actionName', 'Edm.String'),
      property('actionState', actionState, required),
      property('startDateTime', 'Edm.DateTimeOffset', required),
      property('lastUpdatedDateTime', 'Edm.DateTimeOffset', required),
    ],
    beta,
  );

/** Apps that an organisation bought many licenses of from Apple. */
function boughtInVolume(platform: string) {
  abstract class BoughtInVolume extends licensed(MobileApp) {
    @Property('Edm.DateTimeOffset') releaseDateTime!: string | null;
    @Property('Edm.String') appStoreUrl!: string | null;
    @Property(vppLicensingType) licensingType!: object | null;
    @Property('Edm.String') vppTokenOrganizationName!: string | null;
    @Property(vppTokenAccountType, required) vppTokenAccountType!: string;
    @Property('Edm.String') vppTokenAppleId!: string | null;
    @Property('Edm.String') bundleId!: string | null;
    @Property('Edm.String', beta) vppTokenId!: string | null;
    @Property('Edm.String', beta) vppTokenDisplayName!: string | null;
    @Property(collection(revokeLicensesActionResult(platform)), beta) revokeLicenseActionResults!: object[];
  }
  return BoughtInVolume;
}

@EntityType('iosVppApp')
export class IosVppApp extends boughtInVolume('ios') {
  @Property(iosDeviceType, { after: 'licensingType' }) applicableDeviceType!: object | null;
}

@EntityType('macOsVppApp', beta)
export class MacOsVppApp extends boughtInVolume('macOs') {}
