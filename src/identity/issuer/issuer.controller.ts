import { IncomingMessage, ServerResponse } from 'node:http';
import { All, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { Configuration } from '../../configuration.js';
import { graphError } from '../../odata/errors.js';
import { Public } from '../public.js';
import { authorizeDevice } from './device-authorization.js';
import { discoveryDocument } from './discovery.js';
import { entraError } from './entra-error.js';
import { discoverInstance } from './instance-discovery.js';
import { forbidCaching, giveUpBody, refusalOf, sendEntraError, sendJson } from './issuer-answer.js';
import { type IssuerCall, issuerCall } from './issuer-call.js';
import { requireAllowedOrigin } from './known-host.js';
import { LocalIssuer } from './local-issuer.js';
import { grantToken } from './token-grant.js';
import { parametersOf, readTokenRequest, searchOf } from './token-request.js';

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
    await this.answer(tenant, request, response, (_issuer, call) => {
      response.setHeader('Cache-Control', describedFor);
      return discoveryDocument(call);
    });
  }

  @Get([':tenant/discovery/v2.0/keys', ':tenant/discovery/keys'])
  async keys(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.answer(tenant, request, response, (issuer) => {
      response.setHeader('Cache-Control', describedFor);
      return { keys: issuer.keys.published };
    });
  }

  @Get(':tenant/discovery/instance')
  async instance(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.answer(tenant, request, response, (_issuer, call) => {
      return discoverInstance(call, this.configuration, parametersOf(searchOf(request)));
    });
  }

  @Post(':tenant/oauth2/v2.0/token')
  async token(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    forbidCaching(response);
    await this.answer(tenant, request, response, async (issuer, call) => {
      requireAllowedOrigin(request, call, this.configuration);
      return grantToken(issuer, call, await readTokenRequest(request));
    });
  }

  @Post(':tenant/oauth2/v2.0/devicecode')
  async deviceCode(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    forbidCaching(response);
    await this.answer(tenant, request, response, async (issuer, call) => {
      requireAllowedOrigin(request, call, this.configuration);
      return authorizeDevice(issuer, call, await readTokenRequest(request));
    });
  }

  /**
   * What MSAL for .NET and for Java ask before they send a password: here every user is managed, and nobody's password is
   * another server's business.
   */
  @Get(':tenant/userrealm/:name')
  async userRealm(
    @Param('tenant') tenant: string,
    @Param('name') name: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.answer(tenant, request, response, () => ({
      ver: '1.0',
      account_type: 'Managed',
      domain_name: name.split('@').at(-1),
      cloud_instance_name: 'microsoftonline.com',
      cloud_audience_urn: 'urn:federation:MicrosoftOnline',
    }));
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
      giveUpBody(request, response);
      sendEntraError(request, response, refusalOf(error));
    }
  }
}
