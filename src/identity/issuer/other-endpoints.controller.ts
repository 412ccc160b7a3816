import { IncomingMessage, ServerResponse } from 'node:http';
import { All, Controller, Inject, Param, Req, Res } from '@nestjs/common';
import { graphError } from '../../odata/errors.js';
import { Public } from '../public.js';
import { entraError } from './entra-error.js';
import { giveUpBody, sendEntraError } from './issuer-answer.js';
import { LocalIssuer } from './local-issuer.js';

/** Paths of Entra that the issuer doesn't have, such as those of its first version. Stands behind the issuer's other controllers. */
@Public(true)
@Controller([':tenant/oauth2/*path', ':tenant/discovery/*path', ':tenant/.well-known/*path'])
export class OtherEndpointsController {
  constructor(@Inject(LocalIssuer) private readonly issuer: LocalIssuer | null) {}

  /** @throws GraphError what Graph says of an unknown first segment, when there is no built-in issuer */
  @All()
  refuse(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): void {
    if (this.issuer === null) throw graphError('invalidVersion', tenant);
    giveUpBody(request, response);
    sendEntraError(request, response, entraError('endpointUnknown', request.url?.replace(/\?.*/s, '') ?? ''));
  }
}
