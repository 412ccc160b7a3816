import { EntityType, Property } from '../../../graph/declare.js';
import { enumType } from '../../../odata/edm.js';
import { deviceAndAppManagementAssignmentTarget } from '../../assignment-targets.js';
import { mobileAppAssignmentSettings } from './assignment-settings.js';

const installIntent = enumType('installIntent', {
  available: 0,
  required: 1,
  uninstall: 2,
  availableWithoutEnrollment: 3,
});

export const deviceAndAppManagementAssignmentSource = enumType('deviceAndAppManagementAssignmentSource', {
  direct: 0,
  policySets: 1,
});

/** Whom an app is meant for, what it is to do there, and how. All are made directly: nothing here has policy sets. */
@EntityType('mobileAppAssignment', {
  table: 'mobile_app_assignments',
  parents: [{ entity: 'MobileApp', key: 'mobileAppId' }],
})
export class MobileAppAssignment {
  @Property(installIntent, { nullable: false }) intent!: string;
  @Property(deviceAndAppManagementAssignmentTarget) target!: object | null;
  @Property(mobileAppAssignmentSettings) settings!: object | null;
  @Property(deviceAndAppManagementAssignmentSource, {
    nullable: false,
    computed: 'initial',
    versions: ['beta'],
  })
  source!: string;
  @Property('Edm.String', { computed: 'initial', versions: ['beta'] }) sourceId!: string | null;
}
