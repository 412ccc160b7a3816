import { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { decodeJwt } from 'jose';
import { graphError } from '../../odata/errors.js';
import { Public } from '../public.js';
import { TokenVerifier } from '../token-verifier.js';
import { sendJson } from './issuer-answer.js';
import { LocalIssuer } from './local-issuer.js';

/** Who a token's user is (OpenID Connect Core, 5.3); on Graph's host, as Microsoft has it. */
@Public(true)
@Controller('oidc/userinfo')
export class UserinfoController {
  constructor(
    @Inject(LocalIssuer) private readonly issuer: LocalIssuer | null,
    private readonly verifier: TokenVerifier,
  ) {}

  @Get()
  async userinfo(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    if (this.issuer === null) throw graphError('invalidVersion', 'oidc');
    const { authorization = '' } = request.headers;
    const caller = await this.verifier.verify(authorization);
    if (caller.kind !== 'delegated' || !caller.permissions.has('openid')) {
      throw graphError('forbidden', 'openid');
    }
    const { sub, name, upn } = decodeJwt(authorization.slice('Bearer '.length).trim());
    sendJson(request, response, 200, JSON.stringify({ sub, name, email: upn }));
  }

  @Post()
  async userinfoByPost(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    await this.userinfo(request, response);
  }
}
