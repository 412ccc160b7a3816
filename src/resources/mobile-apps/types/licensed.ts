import { type EntityClass, Property } from '../../../graph/declare.js';
import { complexType, type Facets, property } from '../../../odata/edm.js';
import { required, requiredInBeta } from './facets.js';

/** How licenses are given out: beta has the same under two names each. */
export const vppLicensingType = complexType('vppLicensingType', [
  property('supportUserLicensing', 'Edm.Boolean', requiredInBeta),
  property('supportDeviceLicensing', 'Edm.Boolean', requiredInBeta),
  property('supportsUserLicensing', 'Edm.Boolean', required),
  property('supportsDeviceLicensing', 'Edm.Boolean', required),
]);

/** Apps whose licenses are counted. @param counts facets of the counts */
export function licensed(Base: EntityClass, counts: Facets = required) {
  abstract class Licensed extends Base {
    @Property('Edm.Int32', counts) usedLicenseCount!: number;
    @Property('Edm.Int32', counts) totalLicenseCount!: number;
  }
  return Licensed;
}
