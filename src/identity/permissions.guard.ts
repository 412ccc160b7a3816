import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { GraphRequest } from '../graph/exchange.js';
import type { ServedSet } from '../graph/served-set.js';
import type { Address } from '../odata/address.js';
import { graphError } from '../odata/errors.js';
import { personalAccountsTenant } from './claims.js';
import { type Access, accessOf, type PermissionTable } from '../odata/permissions.js';
import type { Caller } from './caller.js';
import { Public } from './public.js';
import { TokenVerifier } from './token-verifier.js';

/** The one guard: a verified token, and one of the permissions that the document of the route lists. */
@Injectable()
export class PermissionsGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<GraphRequest>();
    // A known token is verified without a promise: a tick saved on nearly every request.
    // A batch needs a caller; what its requests need is judged with each of them.
    if (!request.address && !request.batched && !request.operation)
      return this.withoutAddress(context, request);
    const caller = this.verifier.verify(authorizationOf(request));
    return caller instanceof Promise
      ? caller.then((verified) => authorise(request, verified))
      : authorise(request, caller);
  }

  /** Only the front door gives addresses, so a protected route without one was reached by a path without a version. */
  private withoutAddress(context: ExecutionContext, request: GraphRequest): true {
    if (this.reflector.get(Public, context.getClass())) return true;
    throw graphError('invalidVersion', /[^/]+/.exec(request.originalPath)?.[0]?.toLowerCase() ?? '');
  }
}

/** Several are one list (RFC 9110, 5.3), which is no token: which of them would a proxy on the way have looked at? */
function authorizationOf({ headers, headersDistinct }: GraphRequest): string | undefined {
  const given = headersDistinct['authorization'] ?? [];
  return given.length > 1 ? given.join(', ') : headers.authorization;
}

function authorise(request: GraphRequest, caller: Caller): true {
  request.caller = caller;
  const access = accessOf(request.method);
  const { address, operation } = request;
  if (address) requirePermission(caller, tableOf(address), access);
  if (operation) requirePermission(caller, operation.operation.permissions[operation.version], access);
  return true;
}

/** Links are their owner's; the entities behind them are judged as in their own set, whose documents list both routes. */
function tableOf({ linked, part, set, version }: Address<ServedSet>): PermissionTable {
  const owner = part.kind === 'reference' ? linked?.from.set : undefined;
  return (owner ?? set).permissions[version];
}

function requirePermission(caller: Caller, table: PermissionTable, access: Access): void {
  const accepted = table[access][caller.kind];
  // Every document says so: «Delegated (personal Microsoft account): Not supported.»
  if (caller.tenantId === personalAccountsTenant) throw graphError('personalAccount', accepted.join(', '));
  if (accepted.length === 0) throw graphError('applicationNotSupported');
  if (!accepted.some((permission) => caller.permissions.has(permission)))
    throw graphError('forbidden', accepted.join(', '));
}
