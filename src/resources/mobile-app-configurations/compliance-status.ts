import { enumType } from '../../odata/edm.js';

/** How far a device, or a user with all devices, complies with what it was given. */
export const complianceStatus = enumType('complianceStatus', {
  unknown: 0,
  notApplicable: 1,
  compliant: 2,
  remediated: 3,
  nonCompliant: 4,
  error: 5,
  conflict: 6,
  notAssigned: 7,
});
