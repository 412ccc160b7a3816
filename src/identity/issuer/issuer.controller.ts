import { randomUUID } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';

import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';

import { Configuration } from '../../configuration.js';
import { graphError } from '../../odata/errors.js';
import { baseUrl } from '../../operations/base-url.js';
import { isGuid } from '../claims.js';
import { Directory } from '../directory/directory.js';
import { discoveryDocument, tenantOfPath, tenantOfToken } from './discovery.js';
import { EntraError, renderEntraError } from './entra-error.js';
import { LocalIssuer } from './local-issuer.js';
import { grantToken } from './token-grant.js';
import { Public } from '../public.js';
import { readTokenRequest } from './token-request.js';

/** RFC 6749, 5.1: nobody on the way may keep a token. */
const uncached = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

/** The built-in issuer at Entra's paths. With `AUTH_MODE=entra` there is none, and the paths are what they are on Graph. */
@Public(true)
@Controller()
export class IssuerController {
  constructor(
    @Inject(LocalIssuer) private readonly issuer: LocalIssuer | null,
    private readonly directory: Directory,
    private readonly configuration: Configuration,
  ) {}

  @Get(':tenant/v2.0/.well-known/openid-configuration')
  async discovery(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.answer(tenant, request, response, () =>
      discoveryDocument(baseUrl(request, this.configuration), tenantOfPath(tenant)),
    );
  }

  @Get(':tenant/discovery/v2.0/keys')
  async keys(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.answer(tenant, request, response, (issuer) => {
      tenantOfPath(tenant);
      return { keys: [issuer.key.publicJwk] };
    });
  }

  @Post(':tenant/oauth2/v2.0/token')
  async token(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.answer(tenant, request, response, async (issuer) => {
      for (const [name, value] of Object.entries(uncached)) response.setHeader(name, value);
      const parameters = await readTokenRequest(request);
      return grantToken(issuer, this.directory, tenantOfToken(tenant), parameters);
    });
  }

  /** @throws GraphError what Graph says of an unknown first segment, when there is no built-in issuer. */
  private async answer(
    tenant: string,
    request: IncomingMessage,
    response: ServerResponse,
    work: (issuer: LocalIssuer) => object | Promise<object>,
  ): Promise<void> {
    if (this.issuer === null) throw graphError('invalidVersion', tenant);
    try {
      send(response, 200, JSON.stringify(await work(this.issuer)));
    } catch (error) {
      if (!(error instanceof EntraError)) throw error;
      sendError(request, response, error);
    }
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(body);
}

function sendError(request: IncomingMessage, response: ServerResponse, error: EntraError): void {
  if (error.status === 401 && request.headers.authorization !== undefined) {
    response.setHeader('WWW-Authenticate', 'Basic realm="understudy"');
  }
  if (!request.complete) {
    // The rest of a body too long is neither read nor taken for the next request.
    response.setHeader('Connection', 'close');
    request.resume();
  }
  send(response, error.status, renderEntraError(error, correlationId(request), new Date()));
}

function correlationId(request: IncomingMessage): string {
  const given = request.headers['client-request-id'];
  return typeof given === 'string' && isGuid(given) ? given : randomUUID();
}
