import { Post } from '@nestjs/common';
import type { Answer } from '../../../graph/answer.js';
import { valueAnswer } from '../../../graph/operation-answer.js';
import {
  Formatted,
  type Given,
  GivenParameters,
  Invoked,
  type OperationCall,
} from '../../../graph/operation-call.js';
import { action, ServesOperations } from '../../../graph/served-operations.js';
import { property } from '../../../odata/edm.js';
import type { Format } from '../../../odata/format.js';
import { appPermissions } from '../../app-permissions.js';
import { configurationProblem } from './office-configuration.js';

const text = { kind: 'primitive', name: 'Edm.String' } as const;

/** The documents say no more of its answer than that it is a text: here, what is wrong, and nothing where all is well. */
@ServesOperations({
  path: 'deviceAppManagement/mobileApps',
  permissions: appPermissions,
  operations: [
    action('validateXml', {
      versions: ['beta'],
      parameters: [property('officeConfigurationXml', 'Edm.Binary', { nullable: false })],
      returns: { kind: 'value', type: text },
    }),
  ],
})
export class ValidateXmlController {
  @Post('validateXml')
  validate(
    @Invoked() call: OperationCall,
    @GivenParameters() { values }: Given,
    @Formatted() format: Format,
  ): Answer {
    return valueAnswer(
      call,
      format,
      text,
      configurationProblem(String(values.get('officeConfigurationXml'))),
    );
  }
}
