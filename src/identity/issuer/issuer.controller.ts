import { IncomingMessage, ServerResponse } from 'node:http';
import { All, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { Configuration } from '../../configuration.js';
import { graphError } from '../../odata/errors.js';
import { Public } from '../public.js';
import { authorizeDevice } from './device-authorization.js';
import { discoveryDocument } from './discovery.js';
import { EntraError, entraError } from './entra-error.js';
import { discoverInstance } from './instance-discovery.js';
import { forbidCaching, giveUpBody, sendEntraError, sendJson } from './issuer-answer.js';
import { type IssuerCall, issuerCall } from './issuer-call.js';
import { LocalIssuer } from './local-issuer.js';
import { grantToken } from './token-grant.js';
import { parametersOf, readTokenRequest } from './token-request.js';

// By which host it is called says who asks: nobody may keep what is told to another.
const describedFor = 'private, max-age=3600';

type Work = (issuer: LocalIssuer, call: IssuerCall) => object | Promise<object>;

/**
 * The built-in issuer at Entra's paths, as far as programs ask it. With `AUTH_MODE=entra` there is none, and the paths are what
 * they are on Graph.
 */
@Public(true)
@Controller()
export class IssuerController {
  constructor(
    @Inject(LocalIssuer) private readonly issuer: LocalIssuer | null,
    private readonly configuration: Configuration,
  ) {}

  @Get(':tenant/v2.0/.well-known/openid-configuration')
  async discovery(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    response.setHeader('Cache-Control', describedFor);
    await this.answer(tenant, request, response, (_issuer, call) => discoveryDocument(call));
  }

  @Get(':tenant/discovery/v2.0/keys')
  async keys(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    response.setHeader('Cache-Control', describedFor);
    await this.answer(tenant, request, response, (issuer) => ({ keys: issuer.keys.published }));
  }

  @Get(':tenant/discovery/instance')
  async instance(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.answer(tenant, request, response, (_issuer, call) => {
      const search = /\?(.*)$/s.exec(request.url ?? '')?.[1] ?? '';
      return discoverInstance(call, this.configuration, parametersOf(search));
    });
  }

  @Post(':tenant/oauth2/v2.0/token')
  async token(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    forbidCaching(response);
    await this.answer(tenant, request, response, async (issuer, call) =>
      grantToken(issuer, call, await readTokenRequest(request)),
    );
  }

  @Post(':tenant/oauth2/v2.0/devicecode')
  async deviceCode(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    forbidCaching(response);
    await this.answer(tenant, request, response, async (issuer, call) =>
      authorizeDevice(issuer, call, await readTokenRequest(request)),
    );
  }

  /** Behind the handlers of what is allowed. */
  @All([':tenant/oauth2/v2.0/token', ':tenant/oauth2/v2.0/devicecode'])
  async otherVerb(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.answer(tenant, request, response, () => {
      throw entraError('methodNotAllowed', request.method ?? '');
    });
  }

  /** @throws GraphError what Graph says of an unknown first segment, when there is no built-in issuer */
  private async answer(
    tenant: string,
    request: IncomingMessage,
    response: ServerResponse,
    work: Work,
  ): Promise<void> {
    const { issuer } = this;
    if (issuer === null) throw graphError('invalidVersion', tenant);
    try {
      const call = issuerCall(request, this.configuration, tenant, issuer.directory);
      sendJson(request, response, 200, JSON.stringify(await work(issuer, call)));
    } catch (error) {
      if (!(error instanceof EntraError)) throw error;
      giveUpBody(request, response);
      sendEntraError(request, response, error);
    }
  }
}
