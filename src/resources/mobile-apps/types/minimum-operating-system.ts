import { type ComplexType, complexType, property } from '../../../odata/edm.js';
import { required, requiredInBeta } from './facets.js';

/** Which release of a platform is needed. @param releases by their names, parted by spaces @param inBeta those that only beta knows */
export const minimumOperatingSystem = (platform: string, releases: string, inBeta: string): ComplexType =>
  complexType(`${platform}MinimumOperatingSystem`, [
    ...releases.split(' ').map((release) => property(release, 'Edm.Boolean', required)),
    ...inBeta.split(' ').map((release) => property(release, 'Edm.Boolean', requiredInBeta)),
  ]);
