import { Post } from '@nestjs/common';
import { Invoked, type OperationCall } from '../../../graph/operation-call.js';
import { action, ServesOperations } from '../../../graph/served-operations.js';
import { property } from '../../../odata/edm.js';
import { graphError } from '../../../odata/errors.js';
import { appPermissions } from '../../app-permissions.js';

const notify = property('notifyManagedDevices', 'Edm.Boolean', { nullable: false });
const versions = ['beta'] as const;

/** Licences are Apple's to give and take, so that nothing could be true of them here. */
@ServesOperations({
  path: 'deviceAppManagement/mobileApps/{mobileAppId}',
  permissions: appPermissions,
  operations: [
    action('revokeAllLicenses', { versions, parameters: [notify] }),
    action('revokeDeviceLicense', {
      versions,
      parameters: [property('managedDeviceId', 'Edm.String', { nullable: false }), notify],
    }),
    action('revokeUserLicense', {
      versions,
      parameters: [property('userId', 'Edm.String', { nullable: false }), notify],
    }),
  ],
})
export class LicenceActionsController {
  @Post(['revokeAllLicenses', 'revokeDeviceLicense', 'revokeUserLicense'])
  refuse(@Invoked() { address }: OperationCall): never {
    const name = address.operation.segments.at(-1)?.name ?? '';
    throw graphError('operationNotSupported', name, "licences are kept by Apple's service");
  }
}
